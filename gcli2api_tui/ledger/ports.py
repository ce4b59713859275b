"""What the request path may say to the ledger. Synchronous, bounded, never raises, never waits."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gcli2api_tui.events.records import Event, ExchangeId
    from gcli2api_tui.ledger.exchange_rows import TranscriptKind
    from gcli2api_tui.ledger.wire_rows import Headers, Sent


class Transcript(Protocol):
    """Live text of one exchange; a null object when bodies are switched off."""

    def asked(self, sent: "Sent") -> None:
        """The client's request as it came, once."""
        ...

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> None:
        """(role, text) pairs, once."""
        ...

    def add(self, kind: "TranscriptKind", text: str, at: float | None = None) -> None:
        """Once per read from upstream and kind. `at`: when it came, if that is not now."""
        ...


class Transcripts(Protocol):
    def open(self, exchange: "ExchangeId") -> Transcript: ...

    def answered(self, exchange: "ExchangeId", status: int, headers: "Headers") -> None:
        """The head of our answer, as it goes out."""
        ...


class Recorder(Protocol):
    """The ledger as the request path sees it."""

    @property
    def transcripts(self) -> Transcripts: ...

    def record(self, event: "Event") -> None: ...

    def next_exchange(self) -> "ExchangeId": ...
