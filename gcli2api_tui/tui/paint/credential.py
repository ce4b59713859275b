"""One credential as one or two lines of exact width, and its detail pane. Pure.

A bar is drawn only where a limit is known; a figure we assume or count ourselves says so in words. What several keys
of one project have used stands in the row of each, once.
"""

from dataclasses import dataclass

from gcli2api_tui.ledger.records import CredentialRow, CredentialState, ModelCooldown
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import bar, clock, countdown, until

USABLE = (CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT)


def glyph_of(row: CredentialRow, look: Look) -> tuple[str, Tone]:
    """Never by colour alone: the glyph differs as well."""
    glyphs = look.glyphs
    if untried(row):
        return glyphs.ready, "plain"
    if row.state in (CredentialState.READY, CredentialState.BUSY):
        return glyphs.ready, "ok"
    if row.state is CredentialState.COOLING:
        return glyphs.cooling, "warn"
    if row.state is CredentialState.NEARLY_OUT:
        return glyphs.nearly_out, "warn"
    if row.state is CredentialState.DISABLED:
        return glyphs.off, "dim"
    return glyphs.broken, "bad"


def untried(row: CredentialRow) -> bool:
    """Nothing speaks against it, and nothing for it: it was never asked nor checked."""
    return row.state is CredentialState.READY and row.last_ok_at is None and not row.used_today and not row.in_flight


def state_words(row: CredentialRow, look: Look) -> str:
    """`ready`, `2 in use`, `back in 00:41`, `12 left`, or the state's own word."""
    word = look.words
    if row.state is CredentialState.COOLING:
        back = until(_returns_at(row), look) if row.cooldowns else ""
        return word("cred.back", span=back) if back else word("state.cooling")
    if row.state is CredentialState.NEARLY_OUT and row.limit is not None:
        return word("cred.left", n=max(0, row.limit - row.used_today))
    if row.state in USABLE and row.in_flight:
        return word("cred.in_use", n=row.in_flight)
    if row.state is CredentialState.NEEDS_LOGIN and row.kind in ("api-key", "vertex-express"):
        return word("state.key refused")
    return word("state.untried") if untried(row) else word(f"state.{row.state.value}")


def _returns_at(row: CredentialRow) -> float:
    return min(rest.until for rest in row.cooldowns)


def quota(row: CredentialRow, width: int, look: Look) -> Line:
    """`▓▓░░ 504/1500`, or `37 today` where no limit is known; exactly `width` cells."""
    if row.limit is None or row.limit <= 0:
        return fit_line(((look.words("cred.today", n=row.used_today), "dim"),), width)
    figures = f" {row.used_today:>4}/{row.limit}"
    room = width - max(10, len(figures))
    fraction = row.used_today / row.limit
    tone: Tone = "bad" if fraction >= 1 else "warn" if fraction >= 0.9 else "ok"
    line: Line = ()
    if room >= 4:
        filled, rest = bar(fraction, room, look.glyphs)
        line = ((filled, tone), (rest, "dim"))
    return fit_line((*line, (figures.rjust(max(10, len(figures))), "plain")), width)


def resets(row: CredentialRow, look: Look) -> str:
    return until(row.resets_at, look) if row.resets_at is not None else ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out. Two cells stand before them for the glyph."""

    place: int
    label: int
    quota: int
    state: int
    resets: int


def columns_for(width: int) -> Columns:
    """What says how it stands is given up last; the bar takes what is left."""
    wide = width >= 60
    state = max(12, min(20, width // 4)) if width >= 25 else 0
    label = max(1, min(32, max(9, width * 3 // 10), width - 2 - (state + 1 if state else 0)))
    left = width - 2 - label - (state + 1 if state else 0) - (3 + 9 if wide else 0)
    quota_width = min(30, left - 1) if left >= 11 else 0
    if not quota_width:
        label += max(0, left)
    return Columns(3 if wide else 0, label, quota_width, state, 8 if wide else 0)


def one_line(row: CredentialRow, width: int, look: Look) -> Line:
    glyph, tone = glyph_of(row, look)
    cols = columns_for(width)
    line: Line = ((f"{glyph} ", tone),)
    line += ((fit(str(row.next_in_rotation or ""), cols.place), "dim"),) if cols.place else ()
    line += ((fit(plain(row.label), cols.label), "plain"),)
    if row.state not in (*USABLE, CredentialState.COOLING):
        return fit_line((*line, (f" {state_words(row, look)}  ", tone), (look.said(row.why), "dim")), width)
    line += ((" ", "plain"), *quota(row, cols.quota, look)) if cols.quota else ()
    line += ((" ", "plain"), (fit(state_words(row, look), cols.state), tone)) if cols.state else ()
    line += ((" ", "plain"), (fit(resets(row, look), cols.resets, right=True), "dim")) if cols.resets else ()
    return fit_line(line, width)


def two_lines(row: CredentialRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: name, place and state; below it the quota, or what is wrong and the way out."""
    glyph, tone = glyph_of(row, look)
    state: Line = ((f" {state_words(row, look)}", tone),)
    first = spread(((f"{glyph} ", tone), (plain(row.label), "bold")), state, width)
    if row.state not in (*USABLE, CredentialState.COOLING):
        return first, fit_line((("  ", "plain"), (look.said(row.why) or look.words("cred.enable_hint"), "dim")), width)
    end = resets(row, look)
    place = f"#{row.next_in_rotation} " if row.next_in_rotation else ""
    tail: Line = ((f" {place}{look.words('cred.resets', span=end) if end else ''}", "dim"),)
    return first, spread((("  ", "plain"), *quota(row, max(10, min(24, width // 2)), look)), tail, width)


def heading(width: int, look: Look) -> Line:
    cols, word = columns_for(width), look.words
    text = f"  {' ' * cols.place}{fit(word('col.account'), cols.label)}"
    text += f" {fit(word('col.today'), cols.quota)}" if cols.quota else ""
    text += f" {fit(word('col.state'), cols.state)}" if cols.state else ""
    text += f" {fit(word('col.resets'), cols.resets, right=True)}" if cols.resets else ""
    return fit_line(((text, "dim"),), width)


def detail(row: CredentialRow, look: Look) -> list[Line]:
    """Everything known about one credential, the most important first; the caller wraps."""
    glyph, tone = glyph_of(row, look)
    lines: list[Line] = [((f"{glyph} ", tone), (f"{plain(row.label)}  ", "bold"), (state_words(row, look), tone))]
    lines += [((look.said(row.why), tone),)] if row.why else []
    lines += [((look.said(row.last_error), "bad"),)] if row.last_error and row.last_error != row.why else []
    lines += [_rest_line(rest, look) for rest in row.cooldowns]
    lines += [(), quota(row, 32, look), *_quota_notes(row, look)]
    lines += [_model_line(model, used) for model, used in row.per_model]
    return [*lines, (), *_facts(row, look)]


def _facts(row: CredentialRow, look: Look) -> list[Line]:
    facts = [
        ("fact.kind", row.kind),
        ("fact.project", row.project),
        ("fact.source", row.source),
        ("fact.file", row.file),
        ("fact.proxy", row.proxy),
    ]
    if row.next_in_rotation:
        facts.append(("fact.rotation", f"#{row.next_in_rotation}"))
    if row.token_expires_at is not None:
        facts.append(("fact.token", look.words("fact.until", at=clock(row.token_expires_at))))
    if row.last_ok_at is not None:
        facts.append(("fact.last_ok", clock(row.last_ok_at)))
    return [((fit(look.words(key), 10), "dim"), (plain(value), "plain")) for key, value in facts if value]


def _quota_notes(row: CredentialRow, look: Look) -> list[Line]:
    """Whose figure it is: counting here is not Google's count."""
    word, notes = look.words, []
    if row.limit is None:
        notes.append(word("quota.unknown"))
    elif row.limit_source:
        notes.append(word(f"quota.source.{row.limit_source}"))
    if row.google_remaining is not None:
        asked = clock(row.google_asked_at) if row.google_asked_at else "?"
        notes.append(word("quota.google", percent=round(row.google_remaining * 100), at=asked))
    if end := resets(row, look):
        notes.append(word("cred.resets", span=end))
    if row.shares:
        notes.append(word("quota.shares", project=plain(row.shares)))
    lines: list[Line] = [((note, "dim"),) for note in notes]
    return [*lines, (pace(row.pace_per_hour, row.out_at, row.resets_at, look),)] if row.outlook else lines


def pace(per_hour: float, out_at: float | None, resets_at: float | None, look: Look) -> Run:
    """`pace 151/h: out at 17:40, 2h00m early`; without `out_at` it lasts past the reset."""
    shown = f"{per_hour:.0f}" if per_hour >= 1 else "<1"
    if out_at is None:
        return look.words("pace.lasts", n=shown), "dim"
    early = countdown(resets_at - out_at) if resets_at is not None else ""
    return look.words("pace.early" if early else "pace.out", n=shown, at=clock(out_at), span=early), "warn"


def _model_line(model: str, used: int) -> Line:
    return ((f"  {used:>5} ", "plain"), (plain(model), "dim"))


def _rest_line(rest: ModelCooldown, look: Look) -> Line:
    model = plain(rest.model) or look.words("cred.all_models")
    back = until(rest.until, look) or look.words("cred.until_you_act")
    return (
        (f"{look.glyphs.cooling} {model} ", "warn"),
        (f"{back}  ", "bold"),
        (look.said(rest.why), "dim"),
    )
