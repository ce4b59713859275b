"""One credential as one or two lines of exact width, and its detail pane. Pure.

A bar is drawn only where a limit is known; a figure we assume or count ourselves says so in words. What several keys
of one project have used stands in the row of each, once.
"""

from gcli2api_tui.ledger.records import CredentialRow, CredentialState, ModelCooldown
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, spread
from gcli2api_tui.tui.paint.figures import bar, clock, countdown
from gcli2api_tui.tui.paint.look import Look

USABLE = (CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT)


def glyph_of(row: CredentialRow, look: Look) -> tuple[str, Tone]:
    """Never by colour alone: the glyph differs as well."""
    glyphs = look.glyphs
    if row.state in (CredentialState.READY, CredentialState.BUSY):
        return glyphs.ready, "ok"
    if row.state is CredentialState.COOLING:
        return glyphs.cooling, "warn"
    if row.state is CredentialState.NEARLY_OUT:
        return glyphs.nearly_out, "warn"
    if row.state is CredentialState.DISABLED:
        return glyphs.off, "dim"
    return glyphs.broken, "bad"


def state_words(row: CredentialRow, look: Look) -> str:
    """`ready`, `2 in use`, `back in 00:41`, `12 left`, or the state's own word."""
    word = look.words
    if row.state is CredentialState.COOLING:
        back = countdown(_returns_at(row) - look.now) if row.cooldowns else ""
        return word("cred.back", span=back) if back else word("state.cooling")
    if row.state is CredentialState.NEARLY_OUT and row.limit is not None:
        return word("cred.left", n=max(0, row.limit - row.used_today))
    if row.state in USABLE and row.in_flight:
        return word("cred.in_use", n=row.in_flight)
    return word(f"state.{row.state.value}")


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
    return countdown(row.resets_at - look.now) if row.resets_at is not None else ""


def one_line(row: CredentialRow, width: int, look: Look) -> Line:
    glyph, tone = glyph_of(row, look)
    place = f"{row.next_in_rotation}" if row.next_in_rotation else ""
    wide = width >= 60
    label = max(9, min(32, width * 3 // 10))
    state = max(12, min(20, width // 4))
    bar_width = max(10, min(30, width - label - state - (16 if wide else 4)))
    line: Line = ((f"{glyph} ", tone),)
    line += ((fit(place, 3), "dim"),) if wide else ()
    line += ((fit(plain(row.label), label) + " ", "plain"),)
    if row.state in (*USABLE, CredentialState.COOLING):
        line += (*quota(row, bar_width, look), (" ", "plain"), (fit(state_words(row, look), state), tone))
        line += ((fit(resets(row, look), 8, right=True), "dim"),) if wide else ()
        return fit_line(line, width)
    return fit_line((*line, (f"{state_words(row, look)}  ", tone), (plain(row.why), "dim")), width)


def two_lines(row: CredentialRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: name, place and state; below it the quota, or what is wrong and the way out."""
    glyph, tone = glyph_of(row, look)
    state: Line = ((f" {state_words(row, look)}", tone),)
    first = spread(((f"{glyph} ", tone), (plain(row.label), "bold")), state, width)
    if row.state not in (*USABLE, CredentialState.COOLING):
        return first, fit_line((("  ", "plain"), (plain(row.why) or look.words("cred.enable_hint"), "dim")), width)
    end = resets(row, look)
    place = f"#{row.next_in_rotation} " if row.next_in_rotation else ""
    tail: Line = ((f" {place}{look.words('cred.resets', span=end) if end else ''}", "dim"),)
    return first, spread((("  ", "plain"), *quota(row, max(10, min(24, width // 2)), look)), tail, width)


def heading(width: int, look: Look) -> Line:
    place = "" if width < 60 else "#"
    label = max(9, min(32, width * 3 // 10))
    text = f"  {fit(place, 3) if width >= 60 else ''}{fit(look.words('col.account'), label)} {look.words('col.today')}"
    return fit_line(((text, "dim"),), width)


def detail(row: CredentialRow, look: Look) -> list[Line]:
    """Everything known about one credential; the caller wraps."""
    glyph, tone = glyph_of(row, look)
    lines: list[Line] = [
        ((f"{glyph} ", tone), (plain(row.label), "bold")),
        ((state_words(row, look), tone),),
    ]
    lines += [((plain(row.why), tone),)] if row.why else []
    lines += [(), *_facts(row, look), (), quota(row, 32, look), *_quota_notes(row, look)]
    lines += [_model_line(model, used) for model, used in row.per_model]
    lines += [(), *(_rest_line(rest, look) for rest in row.cooldowns)] if row.cooldowns else []
    lines += [(), ((plain(row.last_error), "bad"),)] if row.last_error else []
    return lines


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
        facts.append(("fact.token", countdown(row.token_expires_at - look.now)))
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
    back = countdown(rest.until - look.now) or look.words("cred.until_you_act")
    return ((f"{look.glyphs.cooling} {model} ", "warn"), (f"{back}  ", "bold"), (plain(rest.why), "dim"))
