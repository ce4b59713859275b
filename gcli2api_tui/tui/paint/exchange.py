"""One exchange as one or two lines of exact width, its head for the detail view, and its hops. Pure."""

from dataclasses import dataclass

from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, fit_start, plain, spread
from gcli2api_tui.tui.paint.figures import clock_s, count, rate, seconds
from gcli2api_tui.tui.paint.look import Look

TWO_LINES_BELOW = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out. `model` takes what is left."""

    time: int
    model: int
    credential: int
    client: int


def columns_for(width: int) -> Columns:
    """Dropped first when narrow: client, then the time."""
    fixed = 5 + 6 + 6 + 12 + 5  # state, ttft, duration, tokens and rate, gaps
    time = 9 if width >= 70 else 0
    client = 14 if width >= 100 else 9 if width >= 78 else 0
    rest = max(8, width - fixed - time - client)
    credential = min(24, max(6, rest // 3))
    return Columns(time, max(4, rest - credential), credential, client)


def state_of(row: ExchangeRow) -> tuple[str, Tone]:
    """The short word of the state column, at most four cells."""
    again = "R" if row.retried else ""
    if row.state is ExchangeState.QUEUED:
        return "··", "dim"
    if row.state is ExchangeState.SENT:
        return "→" + again, "accent"
    if row.state is ExchangeState.STREAMING:
        return "~~" + again, "accent"
    if row.state is ExchangeState.CANCELLED:
        return "499", "dim"
    if row.state is ExchangeState.FAILED:
        return (str(row.status) if row.status else "ERR"), "bad"
    return _done(row, again)


def _done(row: ExchangeRow, again: str) -> tuple[str, Tone]:
    if row.finish.lower() in ("length", "max_tokens", "safety", "content_filter"):
        return "CUT", "warn"
    return f"{row.status or 200}{again}", "ok"


def duration_s(row: ExchangeRow, look: Look) -> float:
    return (look.now if row.ended_at is None else row.ended_at) - row.opened_at


def _speed(row: ExchangeRow, look: Look) -> str:
    if row.first_byte_at is None:
        return ""
    end = look.now if row.ended_at is None else row.ended_at
    # A whole answer comes at one moment: its tokens have no rate.
    return rate(row.usage.output, end - row.first_byte_at) if row.stream else ""


def _wait(row: ExchangeRow, look: Look) -> str:
    """Time to first content; it counts up while nothing came."""
    if row.ttft_s is None and row.live:
        return seconds(look.now - row.opened_at)
    return seconds(row.ttft_s)


def heading(width: int, look: Look) -> Line:
    """The line above one-line rows."""
    cols, word = columns_for(width), look.words
    parts = [fit(word("col.time"), cols.time)] if cols.time else []
    parts += [
        fit(word("col.model"), cols.model), fit(word("col.credential"), cols.credential), fit(word("col.state"), 5),
        fit(word("col.ttft"), 6, right=True), fit(word("col.duration"), 6, right=True),
        fit(word("col.tokens"), 11, right=True),
    ]  # fmt: skip
    parts += [fit(word("col.client"), cols.client)] if cols.client else []
    return fit_line(((" ".join(parts), "dim"),), width)


def one_line(row: ExchangeRow, width: int, look: Look) -> Line:
    cols = columns_for(width)
    word, tone = state_of(row)
    tokens = f"{count(row.usage.output)} {fit(_speed(row, look), 5, right=True)}"
    line: Line = ((fit(clock_s(row.opened_at), cols.time) + " ", "dim"),) if cols.time else ()
    line += (
        (fit_start(plain(row.model), cols.model) + " ", "plain"),
        (fit(plain(row.label) or "-", cols.credential) + " ", "plain" if row.label else "dim"),
        (fit(word, 5) + " ", tone),
        (fit(_wait(row, look), 6, right=True) + " ", "dim"),
        (fit(seconds(duration_s(row, look)), 6, right=True) + " ", "plain"),
        (fit(tokens, 11, right=True) + " ", "plain"),
    )
    if cols.client:
        line += ((fit(plain(row.client), cols.client), "dim"),)
    return fit_line(line, width)


def two_lines(row: ExchangeRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: state, model, credential and figures; below it what there is to say."""
    word, tone = state_of(row)
    when = _speed(row, look) if row.live else clock_s(row.opened_at)
    figures = f"{fit(seconds(duration_s(row, look)), 5, right=True)} {fit(count(row.usage.output), 5, right=True)}"
    end: Line = ((f" {figures} ", "plain"), (fit(when, 8, right=True), "dim"))
    room = max(4, width - 5 - 21)
    model = fit_start(plain(row.model).removeprefix("gemini-"), room)
    first = spread(((fit(word, 5), tone), (model, "bold")), end, width)
    return fit_line(first, width), fit_line((("     ", "dim"), (_story(row, look), _story_tone(row))), width)


def _story(row: ExchangeRow, look: Look) -> str:
    """What happened, in one line: the error, the hidden retry, or who asked."""
    if row.error:
        return plain(row.error)
    if row.retried:
        chain = f" {look.glyphs.arrow} ".join(_hop_short(hop) for hop in row.hops)
        return look.words("row.retried", n=len(row.hops) - 1, chain=chain)
    if row.state is ExchangeState.CANCELLED:
        return look.words("row.left")
    return " ".join(part for part in (plain(row.label), plain(row.client)) if part) or plain(row.path)


def _story_tone(row: ExchangeRow) -> Tone:
    return "bad" if row.error else "warn" if row.retried else "dim"


def _hop_short(hop: Hop) -> str:
    label = plain(hop.label).split("@")[0]
    return f"{label} {hop.status}" if hop.failure and hop.status else label


def head_lines(row: ExchangeRow, width: int, look: Look) -> tuple[Line, Line]:
    """Above the detail: number, model, credential, and how it stands; then the figures."""
    word, tone = state_of(row)
    start: Line = (
        (f"#{row.id} ", "dim"),
        (plain(row.model), "bold"),
        (f" {look.glyphs.dot} {plain(row.label)}", "plain"),
    )
    first = spread(start, ((f" {seconds(duration_s(row, look))} ", "plain"), (word, tone)), width)
    return first, fit_line(((_figures(row, look), "dim"),), width)


def _figures(row: ExchangeRow, look: Look) -> str:
    usage, word = row.usage, look.words
    parts = [f"{word('col.ttft')} {_wait(row, look)}", f"{word('fig.in')} {count(usage.prompt)}"]
    parts += [f"{word('fig.out')} {count(usage.output)}"]
    parts += [f"{word('fig.think')} {count(usage.thoughts)}"] if usage.thoughts else []
    parts += [_speed(row, look)] if _speed(row, look) else []
    parts += [f"{word('fig.finish')} {plain(row.finish)}"] if row.finish else []
    return "  ".join(parts)


def hop_lines(row: ExchangeRow, look: Look) -> list[Line]:
    """The whole chain: which credential, how it ended, why it was picked. Not yet wrapped."""
    lines: list[Line] = []
    for number, hop in enumerate(row.hops, 1):
        lines.append(_hop_line(number, hop, look))
        lines += [((f"   {plain(hop.failure)}", "bad"),)] if hop.failure else []
        lines += [((f"   {look.words('hop.why', reason=plain(hop.reason))}", "dim"),)] if hop.reason else []
    return lines or [((look.words("hop.none"), "dim"),)]


def _hop_line(number: int, hop: Hop, look: Look) -> Line:
    end = look.now if hop.ended_at is None else hop.ended_at
    state: tuple[str, Tone] = (str(hop.status or ""), "bad" if hop.failure else "ok")
    if hop.ended_at is None:
        state = ("~~", "accent")
    return ((f"{number}. ", "dim"), (plain(hop.label), "bold"), (f"  {seconds(end - hop.started_at)}  ", "dim"), state)
