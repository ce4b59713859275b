"""Play's own lines: what is asked with, how an answer stands, the choices of each setting. Pure."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from gcli2api_tui.control.question import DIALECTS, EFFORTS, AskedRow, Question
from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, per_second
from gcli2api_tui.ledger.snapshot import ModelsToName
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, plain, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import count, rate, seconds

SETTINGS = ("model", "dialect", "credential", "effort", "system", "temperature", "max_tokens", "stream")
FREE = frozenset({"model", "system", "temperature", "max_tokens"})
"""Settings whose value may be typed."""

_TEMPERATURES = ("0", "0.3", "0.7", "1", "1.5", "2")
_LIMITS = ("64", "256", "1024", "8192", "32768")
_STATES: dict[str, Tone] = {"done": "ok", "failed": "bad", "stopped": "warn", "waiting": "dim", "answering": "accent"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a setting, and how it is shown."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from."""

    models: tuple[ModelRow, ...] = ()
    named: ModelsToName = ModelsToName()
    credentials: tuple[CredentialRow, ...] = ()

    def label(self, credential: str) -> str:
        return next((row.label for row in self.credentials if row.id == credential), credential[:8])


# What is asked with


def form(
    question: Question, known: Known, width: int, look: Look, *, letter: str = "", raw: bool = False
) -> list[tuple[str, Line]]:
    """(setting, piece) of the line; what does not fit is left out, the least important first."""
    pieces = list(_pieces(question, known, look))
    if raw:
        pieces = [("raw", look.words("play.raw")), *(one for one in pieces if one[0] in ("dialect", "credential"))]
    shown: list[tuple[str, Line]] = (
        [("side", ((f" {letter} ", "chip"), (" ", "plain")))] if letter else [("", ((" ", "plain"),))]
    )
    left = width - width_of(shown[0][1])
    for name, text in pieces:
        line: Line = ((plain(text), "bold" if name in ("model", "raw") else "dim"), ("  ", "plain"))
        cells = width_of(line)
        if cells <= left:
            shown.append((name, line))
            left -= cells
    return shown


def _pieces(question: Question, known: Known, look: Look) -> Iterable[tuple[str, str]]:
    """In the order of use; what is as usual is said only where it matters."""
    word = look.words
    yield "model", question.model or word("play.no_model")
    yield "credential", known.label(question.credential) if question.credential else word("play.any")
    yield "dialect", word(f"play.dialect.{question.dialect}")
    if not question.stream:
        yield "stream", word("play.whole")
    if question.effort:
        yield "effort", word("play.thinks", effort=word(f"play.effort.{question.effort}"))
    if question.temperature is not None:
        yield "temperature", f"t {question.temperature:g}"
    if question.max_tokens:
        yield "max_tokens", word("play.at_most", n=count(question.max_tokens))
    if question.system:
        yield "system", word("play.system", text=question.system)


def setting_rows(question: Question, known: Known, look: Look) -> list[Choice]:
    """The list of all settings with their values."""
    width = max(cell_len(look.words(f"play.set.{name}")) for name in SETTINGS) + 2
    rows = []
    for name in SETTINGS:
        head = look.words(f"play.set.{name}")
        rows.append(Choice(name, head + " " * (width - cell_len(head)) + value_of(name, question, known, look)))
    return rows


def value_of(name: str, question: Question, known: Known, look: Look) -> str:
    word = look.words
    match name:
        case "model":
            return question.model or word("play.no_model")
        case "dialect":
            return word(f"play.dialect.{question.dialect}")
        case "credential":
            return plain(known.label(question.credential)) if question.credential else word("play.any_long")
        case "effort":
            return word(f"play.effort.{question.effort or 'usual'}")
        case "stream":
            return word("play.stream.on" if question.stream else "play.stream.off")
        case "system":
            return plain(question.system) or word("play.none")
        case "temperature":
            return word("play.usual") if question.temperature is None else f"{question.temperature:g}"
    return word("play.usual") if question.max_tokens is None else str(question.max_tokens)


def choices(name: str, known: Known, look: Look) -> list[Choice]:
    """All values that a setting offers."""
    word = look.words
    match name:
        case "model":
            return _models(known, look)
        case "dialect":
            return [Choice(one, word(f"play.dialect.{one}")) for one in DIALECTS]
        case "credential":
            return credential_choices(known.credentials, look)
        case "effort":
            return [Choice(one, word(f"play.effort.{one or 'usual'}")) for one in EFFORTS]
        case "stream":
            return [Choice("on", word("play.stream.on")), Choice("", word("play.stream.off"))]
        case "temperature":
            return [Choice("", word("play.usual")), *(Choice(one, one) for one in _TEMPERATURES)]
        case "max_tokens":
            return [Choice("", word("play.usual")), *(Choice(one, one) for one in _LIMITS)]
    return [Choice("", word("play.none"))]


def credential_choices(rows: Sequence[CredentialRow], look: Look) -> list[Choice]:
    """Any first; each with how it stands."""
    any_one = Choice("", look.words("play.any_long"))
    return [any_one, *(Choice(row.id, f"{plain(row.label)}  {look.words(f'state.{row.state.value}')}") for row in rows)]


def _models(known: Known, look: Look) -> list[Choice]:
    """Those with a role first; what no credential serves is not offered."""
    roles = [("best", known.named.best), ("fast", known.named.fast), ("cheap", known.named.cheap)]
    first = [Choice(model, f"{plain(model)}  {look.words(f'play.role.{role}')}") for role, model in roles if model]
    served = [row.id for row in known.models if row.listed and row.backends]
    seen = {choice.value for choice in first}
    return [*first, *(Choice(model, plain(model)) for model in served if model not in seen)]


def read_value(name: str, text: str) -> object:
    """A chosen or typed value as the question holds it. Raises ValueError with what is wrong."""
    text = text.strip()
    match name:
        case "stream":
            return bool(text)
        case "temperature":
            number = float(text) if text else None
            if number is not None and not 0 <= number <= 2:
                raise ValueError(text)
            return number
        case "max_tokens":
            limit = int(text) if text else None
            if limit is not None and limit < 1:
                raise ValueError(text)
            return limit
    return text


# How an answer stands


def figures(row: AskedRow | None, exchange: ExchangeRow | None, width: int, look: Look) -> Line:
    """One line below an answer: the state, who served it, first word, span, tokens, rate, what it cost."""
    if row is None:
        return fit_line(((f" {look.words('play.costs')}", "dim"),), width)
    line: list[tuple[str, Tone]] = [(" ", "plain"), (_state(row, look), _STATES[row.state])]
    left = width - width_of(tuple(line))
    for piece in _parts(row, exchange, look):
        if cell_len(piece) + 2 <= left:
            line.append((f"  {piece}", "dim"))
            left -= cell_len(piece) + 2
    return fit_line(tuple(line), width)


def _state(row: AskedRow, look: Look) -> str:
    if row.state in ("done", "failed") and row.status:
        return str(row.status)
    return look.words(f"play.state.{row.state}")


def _parts(row: AskedRow, exchange: ExchangeRow | None, look: Look) -> Iterable[str]:
    word, end = look.words, row.ended_at if row.ended_at is not None else look.now
    if row.first_at is not None:
        yield word("play.first", span=seconds(row.first_at - row.asked_at))
    yield seconds(end - row.asked_at)
    if row.tokens:
        yield word("play.tokens", n=count(row.tokens))
    if row.first_at is not None and row.ended and (speed := rate(per_second(row.tokens, end - row.first_at))):
        yield speed
    if exchange is not None and exchange.label:
        yield plain(exchange.label)
    if row.usage is not None:
        yield word("play.in", n=count(row.usage.prompt))
    if row.finish:
        yield plain(row.finish)
    if row.exchange is not None:
        yield f"#{row.exchange}"
    if row.status:
        yield word("play.cost")
