"""The sections of the dashboard, each as entries: a line of exact width, and where `enter` on it leads.

In: a snapshot. Out: as many entries as there is something to tell; whoever lays them out takes as many as fit. Figures
without a meaning yet are no entries. Pure.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, duration_s
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.exchange import error_of, speed, state_of, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, names_of, pace, program, seconds, short, spark, until

Tail = Callable[[ExchangeId, int, int], Sequence[str]]
"""The end of what an exchange answers: (which, cells, at most so many lines)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an entry leads."""

    kind: Literal["exchange", "credential", "tab"]
    name: str
    """Of a credential its id, of an exchange its number, else the tab."""


@dataclass(frozen=True, slots=True)
class Entry:
    line: Line
    target: Target | None = None
    rests: bool = False
    """`h` would try it anyway."""


UNSEEN = Entry(())
"""In place of one beyond the end of the screen."""
MANY = 200


def to_exchange(row: ExchangeRow) -> Target:
    return Target("exchange", str(row.id))


def to_credential(identity: CredentialId) -> Target:
    return Target("credential", identity)


def rule(title: str, width: int, look: Look, end: str = "") -> Entry:
    """`─ now ─────`; the title in the line, no box."""
    line, said = look.glyphs.line, f" {title} " if title else ""
    tail = f" {end} {line}" if end else ""
    room = max(0, width - 1 - width_of(((said, "dim"), (tail, "dim"))))
    return Entry(fit_line(((line, "dim"), (said, "dim"), (line * room, "dim"), (tail, "dim")), width))


def more(count: int, tab: str, width: int, look: Look) -> Entry:
    """`… 22 more`: what does not fit is a tap away."""
    return Entry(fit_line(((f"  {look.words('board.more', n=count)}", "dim"),), width), Target("tab", tab))


# Trouble


def troubles(snapshot: Snapshot, width: int, look: Look, most: int = MANY) -> list[Entry]:
    """Who needs a person, who rests, what is wrong with the server; each ends in the key that helps.

    Only the first `most` are painted: of a pool of thousands nobody sees the others.
    """
    rows = sorted((row for row in snapshot.credentials if credential_row.trouble(row)), key=credential_row.rank)
    seen = rows[:most]
    name = name_width(seen, width)
    entries = [Entry(_trouble(row, name, width, look), to_credential(row.id), bool(row.cooldowns)) for row in seen]
    warnings = [text for text in (*_lost(snapshot), *snapshot.server.warnings, snapshot.degraded) if text]
    said = [
        Entry(fit_line((("! ", "bad"), (look.said(text), "warn")), width), Target("tab", "logs")) for text in warnings
    ]
    return [*said, *entries, *[UNSEEN] * (len(rows) - len(seen))]


def _lost(snapshot: Snapshot) -> tuple[Message, ...]:
    """How long the line has been cut, and why where a person can help."""
    if snapshot.lost_at is None:
        return ()
    return say("attach.no_line", seconds=int(snapshot.at - snapshot.lost_at)), snapshot.lost_why


def all_well(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """Nobody needs you, which is said where there would be nothing else."""
    rows = len(snapshot.credentials)
    said = look.words("board.all_well") if rows else look.words("empty.credentials")
    return [Entry(fit_line(((f" {said}", "dim"),), width), Target("tab", "credentials"))]


def name_width(rows: Sequence[CredentialRow], width: int) -> int:
    """As the longest name needs, as far as there is room."""
    longest = max((width_of(((credential_row.short_label(row), "plain"),)) for row in rows), default=0)
    return max(1, min(longest, max(5, width // 5), 24))


def _trouble(row: CredentialRow, name: int, width: int, look: Look) -> Line:
    glyph, tone = credential_row.glyph_of(row, look)
    said = credential_row.stands(row, look)
    start: Line = ((f"{glyph} ", tone), (fit(credential_row.short_label(row), name), "bold"), (f"  {said}", tone))
    helps = credential_row.helps(row, look)
    key: Line = ((f"  {helps}", "key"),) if helps else ()
    if width_of(start) + width_of(key) > width and row.cooldowns:
        key = ()  # what rests comes back by itself: until when says more than a key
    if row.why and width - width_of(start) - width_of(key) > 24:
        start = (*start, (f"  {look.said(row.why)}", "dim"))
    return spread(start, key, width)


# What runs


def running(snapshot: Snapshot) -> list[ExchangeRow]:
    return [row for row in snapshot.exchanges if row.live]


def stream(row: ExchangeRow, tail: Tail, lines: int, width: int, look: Look) -> list[Entry]:
    """One that runs: its line, and the end of what it says."""
    word, tone = state_of(row)
    model, label = short(row.model), plain(row.label).partition("@")[0] or "-"
    wide = 16 if width >= 70 else 7
    figures = f"{seconds(duration_s(row, look.now)):>5} {speed(row, look):>6}  "
    head: Line = (
        (fit(word, 4), tone), (fit(model, wide) + " ", "bold"), (fit(label, wide) + " ", "plain"), (figures, "dim"),
        (program(row.client), "dim"),
    )  # fmt: skip
    entries = [Entry(fit_line(head, width), to_exchange(row))]
    return [*entries, *(Entry(line) for line in said(row, tail, lines, width, look))] if lines else entries


def idle(snapshot: Snapshot, width: int, look: Look, key: str = "board.idle") -> Line:
    """Nothing runs: since when, or where to point a client."""
    word, ended = look.words, [row.ended_at for row in snapshot.exchanges if row.ended_at is not None]
    if not ended:
        return fit_line(((f" {word('empty.exchanges', url=snapshot.server.url)}", "dim"),), width)
    return fit_line(((f" {word(key, at=clock(max(ended)))}", "dim"),), width)


def next_up(snapshot: Snapshot, look: Look, room: int) -> str:
    """`next for pro: bob, flash: alice`; who rests for a model is never next for it."""
    told = [row for row in snapshot.next_up if row.label]
    names = names_of(row.model for row in told)
    parts = [f"{names[row.model]}: {plain(row.label).partition('@')[0]}" for row in told]
    while parts:
        text = look.words("board.next", who=look.words("list.comma").join(parts))
        if width_of(((text, "dim"),)) <= room:
            return text
        parts.pop()
    return ""


def said(row: ExchangeRow, tail: Tail, lines: int, width: int, look: Look) -> list[Line]:
    """The end of an answer with the cursor behind it; before its first word what it waits for."""
    texts = tail(row.id, max(1, width - 4), lines)
    if not texts:
        waits = waiting(row, look) or look.words("board.first_word_due")
        return [fit_line((("   ", "dim"), (waits, "dim")), width)]
    painted = [fit_line((("   ", "dim"), (text, "plain")), width) for text in texts[:-1]]
    return [*painted, fit_line((("   ", "dim"), (texts[-1], "plain"), (look.glyphs.cursor, "accent")), width)]


# The last hour


def hour(snapshot: Snapshot, width: int, look: Look, whose: str = "") -> list[Entry]:
    """Requests a minute with what came of them; nothing before the first. `whose`: of which instance."""
    totals = snapshot.totals
    asked, failed = sum(totals.per_minute), sum(totals.errors_per_minute)
    if not asked:
        return []
    word = look.words
    title = [
        word("board.hour"),
        *([whose] if whose else []),
        word("fig.ok", percent=f"{max(0, asked - failed) / asked * 100:.1f}"),
    ]
    title += [word("board.first_word", span=seconds(totals.ttft_p50_s))] if totals.ttft_p50_s is not None else []
    if totals.ttft_p95_s is not None and width >= 70:
        title.append(f"p95 {seconds(totals.ttft_p95_s)}")
    now = f" {word('status.rate', n=totals.per_minute[-1])}"
    room = max(0, min(60, width - 1 - width_of(((now, "plain"),))))
    # A minute a cell; where there is less room the newest stand.
    series: Line = ((" ", "plain"), (spark(totals.per_minute, room, look.glyphs), "accent"), (now, "plain"))
    said = "  ".join(title)
    end = pace(snapshot.pace, width - 8 - width_of(((said, "dim"),)), look)
    return [rule(said, width, look, end), Entry(fit_line(series, width), Target("tab", "requests"))]


# Today


def today(snapshot: Snapshot, width: int, look: Look, most: int = MANY) -> list[Entry]:
    """Each that serves by its tightest model; those without a known limit share a line."""
    serving = [row for row in snapshot.credentials if not credential_row.needs_person(row) and _counts(row)]
    rows = sorted((row for row in serving if credential_row.tightest(row)), key=_gone)
    seen = rows[:most]
    name = name_width(seen, width)
    entries = [Entry(_today(row, name, width, look), to_credential(row.id)) for row in seen]
    entries += [UNSEEN] * (len(rows) - len(seen))
    unknown = [row for row in serving if credential_row.tightest(row) is None and not credential_row.untried(row)]
    untried = [row for row in serving if credential_row.tightest(row) is None and credential_row.untried(row)]
    for group, key in ((unknown, "board.no_limit"), (untried, "state.untried")):
        if group:
            entries.append(_together(group, look.words(key), width, look))
    return entries


def _counts(row: CredentialRow) -> bool:
    return row.state is not CredentialState.DISABLED


def _gone(row: CredentialRow) -> tuple[float, str]:
    use = credential_row.tightest(row)
    return -(use.gone or 0.0) if use else 0.0, row.label


def _today(row: CredentialRow, name: int, width: int, look: Look) -> Line:
    glyph, tone = credential_row.glyph_of(row, look)
    start: Line = ((f"{glyph} ", tone), (fit(credential_row.short_label(row), name) + " ", "plain"))
    use = credential_row.tightest(row)
    wide = width >= 70
    start = (*start, *credential_row.quota_line(row, look, name=12 if wide else 5))
    if use is None or use.resets_at is None or not wide:
        return fit_line(start, width)
    resets = look.words("cred.resets_at", at=clock(use.resets_at), span=until(use.resets_at, look))
    pace = f"{use.pace_per_hour:.0f}/h  " if use.outlook and use.pace_per_hour >= 1 and width >= 100 else ""
    return spread(start, ((f"  {pace}{resets}", "dim"),), width)


def _together(rows: Sequence[CredentialRow], said: str, width: int, look: Look) -> Entry:
    """`● work, vertex          no known limit`."""
    glyph, tone = credential_row.glyph_of(rows[0], look)
    names = look.words("list.comma").join(credential_row.short_label(row) for row in rows[:MANY])
    line = spread(((f"{glyph} ", tone), (names, "plain")), ((f"  {said}", "dim"),), width)
    return Entry(line, to_credential(rows[0].id) if len(rows) == 1 else Target("tab", "credentials"))


# What happened


def happened(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """The last rescues and failures, newest first."""
    rows = [row for row in reversed(snapshot.exchanges) if not row.live and (_failed(row) or row.retried)]
    return [Entry(_event(row, width, look), to_exchange(row)) for row in rows[:20]]


def _failed(row: ExchangeRow) -> bool:
    return row.state is ExchangeState.FAILED


def _event(row: ExchangeRow, width: int, look: Look) -> Line:
    word, tone = state_of(row)
    at: Line = ((f"{clock(row.opened_at)} ", "dim"), (fit(word, 5), tone))
    if _failed(row):
        return fit_line((*at, (error_of(row, look), "plain")), width)
    return spread((*at, (chain(row, look), "plain")), ((f"  {lost(row)}", "dim"),), width)


def chain(row: ExchangeRow, look: Look) -> str:
    """`carol 429 > bob`."""
    hops = [
        f"{plain(hop.label).partition('@')[0]} {hop.status if hop.failure and hop.status else ''}".strip()
        for hop in row.hops
    ]
    return f" {look.glyphs.arrow} ".join(hops)


def lost(row: ExchangeRow) -> str:
    """What the refused attempts cost: `+0.8s`."""
    return f"+{seconds(row.hops[-1].started_at - row.hops[0].started_at)}"


def rescue(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """` 1 rescue at 14:01: carol 429 > bob  +0.8s`; nothing before the first."""
    rescued = [row for row in snapshot.exchanges if row.retried and not row.live and not _failed(row)]
    if not rescued:
        return []
    last = rescued[-1]
    text = look.words("board.rescue", n=len(rescued), at=clock(last.opened_at), chain=chain(last, look))
    tone: Tone = "dim"
    return [Entry(fit_line(((f" {text}  {lost(last)}", tone),), width), to_exchange(last))]
