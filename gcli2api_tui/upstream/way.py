"""How a request goes to Google: what every way takes and gives, whether by our own connections or by httpx.

A contract, and how long its steps may take; nothing is sent here.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from gcli2api_tui.quick_dataclass import dataclass

JSON = "application/json"


class Rewritten(Protocol):
    """Bytes of a known number that are made while they are sent, and again where they are sent again."""

    def __len__(self) -> int: ...
    def pieces(self) -> Iterator[bytes | bytearray]: ...


Content = bytes | bytearray | Rewritten


@dataclass(frozen=True, slots=True)
class Spans:
    """How long each step may take, in seconds; None for ever."""

    seat_s: float | None = 60.0
    connect_s: float | None = 10.0
    write_s: float | None = 60.0
    read_s: float | None = None
    """A model may think for minutes; the relay's deadline ends it."""


GENERATION = Spans()


class Way(Protocol):
    """How a request goes out: by our own connections, or by httpx."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], content: Content = b"",
        *, kind: str = JSON, whole: bool = False, spans: Spans = GENERATION,
    ) -> "Answer":  # fmt: skip
        """The answer from its head on, to be closed; `kind` is the content's. Raises transport_errors or UpstreamFault.

        A `whole` answer is not looked at before it is complete, or large.
        """
        ...

    async def aclose(self) -> None: ...


class Answer(Protocol):
    """What Google answers: the reads of its body by iterating. Close it at the end."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Names in small letters."""
        ...

    def __aiter__(self) -> "Answer": ...
    async def __anext__(self) -> bytes: ...
    async def aclose(self) -> None: ...
