"""What a dialect hands over: a `Call` for the relay, and an `Encoder` for the way back.

The server parses the body into a Call and makes the Encoder; the relay knows both only by these shapes.
Encoders are pure: ids and times come in as arguments, bytes go out.
"""

from collections.abc import Iterable
from dataclasses import field
from typing import Protocol

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId, Usage
from gcli2api_tui.gemini.stream_parts import Batch
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An image that a client gave as an address on the web; the request holds it as fileData with this `url`."""

    url: str
    param: str
    """The field it stood in, for errors."""


@dataclass(frozen=True, slots=True)
class Call:
    """One client request, translated. `model` is the catalogue id, `requested` what the client wrote."""

    dialect: str
    model: str
    requested: str
    stream: bool
    request: GenerateRequest
    prompt: tuple[tuple[str, str], ...] = ()
    """(role, text) for the transcript."""
    fake: bool = False
    """Ask Google for a whole answer and stream it to the client (`fake/…` names)."""
    full: bool = False
    """Have Google continue an answer that was cut (`full/…` names)."""
    own_hops: bool = False
    """The client asks for each hop of a long answer itself."""
    affinity: str = ""
    """Groups requests of one conversation (session headers, prompt_cache_key); empty for none."""
    backends: frozenset[str] = field(default_factory=frozenset)
    """Names of the backends that serve the model."""
    remote: tuple[RemoteFile, ...] = ()
    """What the server must fetch before the relay gets the call: Google reads no addresses of the web."""
    as_written: bool = False
    """The client speaks Google's own protocol: Google judges what it wrote, and only what it refused is changed."""
    large: bool = False
    """What is done with the whole request takes long, and belongs in a thread."""
    only: CredentialId = CredentialId("")
    """The one credential that a person chose for it; empty for any."""

    def among(self, there: Iterable[str]) -> tuple[str, ...]:
        """The backends to ask, of those there are."""
        return tuple(filter(self.backends.__contains__, there)) if self.backends else tuple(there)

    def estimated_usage(self, characters: int) -> Usage:
        """For an answer of so many characters whose tokens Google did not count: four characters to a token."""
        prompt = sum(len(words) for _, words in self.prompt)
        return Usage(prompt=-(-prompt // 4), output=-(-characters // 4))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in the dialect's own shape, for use before the first byte."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Encoder(Protocol):
    """The way back for one exchange. Stream: opening, feed…, finish (or error). Otherwise: feed…, whole."""

    content_type: str
    finish_reason: str
    """The dialect's word for how it ended; empty before finish() or whole()."""

    def opening(self) -> bytes:
        """What may be sent before any content (a role chunk); empty if the dialect has none."""
        ...

    def feed(self, batch: Batch) -> bytes:
        """Bytes for one read from upstream. In non-stream mode it only collects and returns nothing."""
        ...

    def finish(self) -> bytes:
        """The end of a good stream: finish reason, usage if asked for, terminator.

        Raises UpstreamFault(PROTOCOL) when upstream never said how it ended or ended in a way that is an error
        (a malformed call): the relay then retries or sends `error`.
        """
        ...

    def whole(self) -> bytes:
        """The complete non-stream body; raises like finish()."""
        ...

    def error(self, problem: Problem) -> bytes:
        """An error object inside a stream that has begun; no terminator, no finish reason."""
        ...

    def refuse(self, problem: Problem) -> Refusal:
        """The same problem as an HTTP answer."""
        ...

    heartbeat: bytes
    """A comment that keeps the connection alive and means nothing."""
