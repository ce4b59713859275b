"""Between widgets and the app they are in: messages that go up, commands for the palette, and what they may read.

A widget of ours knows no app and no reader. What it wants alone is a message of its own class; what several want stands
here, handled by whoever mounts them. What widgets of requests read on demand (texts, the wire, a search, the kept
filters, the keys) they are given as functions, so that any is shown with as few as it needs.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.shell_line import shell_line
from gcli2api_tui.tui.paint.cells import Tone, plain
from gcli2api_tui.tui.paint.look import Look

if TYPE_CHECKING:
    from gcli2api_tui.ledger.wire_rows import Wire


class Say(Message):
    """A sentence for the message row."""

    def __init__(self, sentence: str, tone: Tone = "dim") -> None:
        super().__init__()
        self.sentence, self.tone = sentence, tone


class Copy(Message):
    """A text for the clipboard, a secret perhaps. `what` it is: a key of the words.

    `told` hears how that went, where the message row is out of sight.
    """

    def __init__(self, what: str, text: str, told: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self.what, self.text, self.told = what, text, told


class OpenTab(Message):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class OpenCredential(Message):
    """Look into this one, in the tab of the credentials."""

    def __init__(self, credential: CredentialId) -> None:
        super().__init__()
        self.credential = credential


class AddBy(Message):
    """A new credential by this way, without the list of the ways."""

    def __init__(self, way: Literal["key", "login"]) -> None:
        super().__init__()
        self.way: Literal["key", "login"] = way


class OpenExchange(Message):
    """Look into this one, in the tab of the requests."""

    def __init__(self, exchange: ExchangeId) -> None:
        super().__init__()
        self.exchange = exchange


class KeepFilter(Message):
    """This filter of requests kept as a chip, or no longer."""

    def __init__(self, text: str, *, kept: bool) -> None:
        super().__init__()
        self.text, self.kept = text, kept


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done by name, as tabs offer it. A tab knows no palette.

    `text` is shown and searched, `kind` says what it is (`kind.<kind>` in the words); `key` does the same.

    `tab` is where it is done: that one opens first.
    """

    text: str
    kind: str
    run: Callable[[], None]
    key: str = ""
    tab: str = ""
    changes: bool = False
    """As of a key: a panel that only looks leaves it out."""


Reads = Callable[[ExchangeId, int], Page]
"""The transcript of an exchange from an offset on."""
Holding = Mapping[str, frozenset[ExchangeId]]


async def _nowhere(words: Sequence[str]) -> Holding:
    return {word: frozenset() for word in words}


def _nothing(exchange: ExchangeId) -> "Wire":
    from gcli2api_tui.ledger.wire_rows import Wire

    return Wire(exchange)


@dataclass(frozen=True, slots=True)
class ExchangeReads:
    """Those that are not given find nothing."""

    transcript: Reads
    wire: "Callable[[ExchangeId], Wire]" = _nothing
    opening: Callable[[ExchangeId], str] = lambda exchange: ""
    holding: Callable[[Sequence[str]], Awaitable[Holding]] = _nowhere
    """Word → the exchanges whose prompt or answer holds it."""
    saved_filters: Callable[[], tuple[str, ...]] = tuple
    keys: Callable[[], Keys] = lambda: Keys(Secret(""), Secret(""))
    address: Callable[[str], str] = lambda instance: ""
    """Where another instance is asked; "" where it is not there."""


def reads_of(reader: Reader) -> ExchangeReads:
    return ExchangeReads(
        reader.transcript, reader.wire, reader.opening, reader.holding, reader.saved_filters, reader.keys,
        lambda name: next((one.address for one in reader.snapshot().server.instances if one.name == name), ""),
    )  # fmt: skip


def where_its_texts_are(row: ExchangeRow, reads: ExchangeReads, look: Look) -> str:
    """Of a row of another instance."""
    if address := reads.address(row.instance):
        return look.words(
            "text.elsewhere", name=plain(row.instance), line=shell_line("gcli2api-tui", "attach", plain(address))
        )
    return look.words("text.elsewhere_gone", name=plain(row.instance))
