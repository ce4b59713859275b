"""Everything known about one credential, the most important first. Pure.

In: its row, the exchanges that are remembered, a width. Out: lines no wider than that. What was counted here and what
Google says stand apart, each by its name.
"""

from collections.abc import Sequence

from gcli2api_tui.ledger.credential_rows import CredentialRow, ModelUse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Hop
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain, width_of, wrap
from gcli2api_tui.tui.paint.exchange import state_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, countdown, date_clock, names_of, seconds, short, spark, until

NAME = 8
"""Cells of what stands before a fact."""
LAST = 5
"""Requests that are listed."""
HOURS = 24
HOUR_S = 3600.0


def detail(
    row: CredentialRow, exchanges: Sequence[ExchangeRow], width: int, look: Look, *, last: int = LAST
) -> list[Line]:
    """`last`: how many of its requests are listed."""
    used = [(one, hop) for one in reversed(exchanges) if (hop := _hop(one, row)) is not None]
    lines = [_head(row, width, look), *_trouble(row, width, look)]
    lines += _today(row, width, look)
    lines += _hours(row, [one for one, _ in used], width, look)
    lines += _last(used[:last], width, look)
    lines += _why([hop for _, hop in used], width, look)
    lines += _facts(row, width, look)
    return [fit_line(line, min(width, max(1, width_of(line)))) for line in lines]


def _hop(exchange: ExchangeRow, row: CredentialRow) -> Hop | None:
    """Its newest attempt in there."""
    return next((hop for hop in reversed(exchange.hops) if hop.credential == row.id), None)


def _head(row: CredentialRow, width: int, look: Look) -> Line:
    glyph, tone = credential_row.glyph_of(row, look)
    helps = credential_row.helps(row, look, enter=False)
    said: Line = (
        (f"{glyph} ", tone),
        (f"{plain(row.label)}  ", "bold"),
        (credential_row.stands(row, look), tone),
    )
    return (*said, (f"  {helps}", "key")) if helps else said


def _fact(name: str, text: str, width: int, look: Look, tone: Tone = "plain") -> list[Line]:
    """Named once; what does not fit goes on below, under its beginning."""
    shown = wrap(text, max(8, width - NAME))
    label = fit(look.words(name), NAME)
    return [((label if not at else " " * NAME, "dim"), (part, tone)) for at, part in enumerate(shown)]


def _trouble(row: CredentialRow, width: int, look: Look) -> list[Line]:
    _, tone = credential_row.glyph_of(row, look)
    lines = _fact("fact.wrong", look.said(row.why), width, look, tone) if row.why and not row.cooldowns else []
    for cooldown in row.cooldowns:
        model = short(cooldown.model) if cooldown.model else look.words("cred.all_models")
        when, back = credential_row.till(cooldown.until, look), until(cooldown.until, look)
        when = f"{when}, {back}" if back and cooldown.until - look.now >= 60 else when
        lines += _fact("fact.rests", f"{model}  {when}: {look.said(cooldown.why)}", width, look, "warn")
    if row.last_error and row.last_error != row.why:
        lines += _fact("fact.error", look.said(row.last_error), width, look, "bad")
    return lines


def _today(row: CredentialRow, width: int, look: Look) -> list[Line]:
    """A line a model, the tightest first; then those without a limit, by count."""
    if not row.quotas:
        return _fact("fact.today", look.words("cred.today", n=row.used_today), width, look) + _shares(row, width, look)
    names = names_of(use.model for use in row.quotas if use.model)
    lines: list[Line] = []
    for number, use in enumerate(row.quotas):
        name = names.get(use.model) or look.words("cred.all_models")
        label = fit(look.words("fact.today") if not number else "", NAME)
        lines += _use(use, name, label, width, look)
    return [*lines, *_shares(row, width, look)]


def _use(use: ModelUse, name: str, label: str, width: int, look: Look) -> list[Line]:
    word = look.words
    start: Line = ((label, "dim"), (fit(name, 6) + " ", "bold"))
    if use.limit is None:
        counted = word("quota.counted_alone", n=use.used)
    else:
        source = word(f"quota.source.{use.limit_source}") if use.limit_source else ""
        counted = word("quota.counted", n=use.used, limit=use.limit, source=source)
    if use.limit is not None or use.google_remaining is not None:
        start = (*start, *credential_row.fill(use, look), (" ", "plain"))
    notes = [counted]
    if use.google_remaining is not None:
        at = clock(use.google_asked_at) if use.google_asked_at else "?"
        notes.append(word("quota.google", percent=round(use.google_remaining * 100), at=at))
    if use.resets_at is not None:
        notes.append(word("cred.resets_at", at=clock(use.resets_at), span=until(use.resets_at, look)))
    room = max(8, width - width_of(start))
    first, *more = wrap("; ".join(notes), room) if room > 20 else wrap("; ".join(notes), max(8, width - NAME))
    if room <= 20:
        return [start, *(((" " * NAME, "dim"), (part, "dim")) for part in (first, *more))]
    return [(*start, (first, "plain")), *(((" " * width_of(start), "dim"), (part, "dim")) for part in more)]


def _shares(row: CredentialRow, width: int, look: Look) -> list[Line]:
    return _fact("fact.none", look.words("quota.shares", project=plain(row.shares)), width, look) if row.shares else []


def _hours(row: CredentialRow, used: Sequence[ExchangeRow], width: int, look: Look) -> list[Line]:
    """Requests in each of the last hours, and what the pace comes to."""
    hours = [0] * HOURS
    for one in used:
        back = int((look.now - one.opened_at) // HOUR_S)
        if 0 <= back < HOURS:
            hours[HOURS - 1 - back] += 1
    use = credential_row.tightest(row)
    told = pace(use, look) if use is not None else ("", "plain")
    if not any(hours):
        return _fact("fact.hours", told[0], width, look, told[1]) if told[0] else []
    line: Line = (
        (fit(look.words("fact.hours"), NAME), "dim"),
        (spark(hours, min(HOURS, width - NAME), look.glyphs), "accent"),
    )
    if not told[0]:
        return [line]
    if width_of(line) + 2 + len(told[0]) <= width:
        return [(*line, (f"  {told[0]}", told[1]))]
    return [line, *_fact("fact.none", told[0], width, look, told[1])]


def pace(use: ModelUse, look: Look) -> tuple[str, Tone]:
    """`pace 151/h: out at 17:40, 2h00m early`; without an end it lasts past the reset."""
    if not use.outlook:
        return "", "dim"
    shown = f"{use.pace_per_hour:.0f}" if use.pace_per_hour >= 1 else "<1"
    if use.outlook == "lasts" or use.out_at is None:
        return look.words("pace.lasts", n=shown), "dim"
    early = countdown(use.resets_at - use.out_at) if use.resets_at is not None else ""
    return look.words("pace.early" if early else "pace.out", n=shown, at=clock(use.out_at), span=early), "warn"


def _last(used: Sequence[tuple[ExchangeRow, Hop]], width: int, look: Look) -> list[Line]:
    """What it did last; for a refusal what Google said."""
    lines: list[Line] = []
    for number, (one, hop) in enumerate(used):
        label = fit(look.words("fact.last") if not number else "", NAME)
        start: Line = ((label, "dim"), (f"{clock(one.opened_at)} {fit(short(one.model), 6)} ", "plain"))
        lines.append(fit_line((*start, *_ended(one, hop, look)), width))
    return lines


def _ended(one: ExchangeRow, hop: Hop, look: Look) -> Line:
    if not hop.failure:
        word, tone = state_of(one)
        return ((fit(word, 4), tone), (f" {seconds(one.ttft_s)}  {plain(one.client)}", "dim"))
    took = seconds(None if hop.ended_at is None else hop.ended_at - hop.started_at)
    return ((fit(str(hop.status or "ERR"), 4), "bad"), (f" {took}  {look.said(hop.failure)}", "dim"))


def _why(hops: Sequence[Hop], width: int, look: Look) -> list[Line]:
    """What the pool said when it was picked last."""
    for hop in hops:
        if hop.reason:
            text = look.words("fact.picked", at=clock(hop.started_at), reason=look.said(hop.reason))
            return _fact("fact.why", text, width, look)
    return []


def _facts(row: CredentialRow, width: int, look: Look) -> list[Line]:
    word = look.words
    kind = f"{word(f'kind.{row.kind}')}{word('list.comma')}{word('fact.of_project', project=plain(row.project))}"
    facts = [
        ("fact.kind", kind if row.project else word(f"kind.{row.kind}")),
        ("fact.file", plain(row.file)),
        ("fact.source", plain(row.source)),
        ("fact.proxy", plain(row.proxy)),
        ("fact.turn", f"#{row.next_in_rotation}" if row.next_in_rotation else ""),
        ("fact.token", word("fact.until", at=clock(row.token_expires_at)) if row.token_expires_at is not None else ""),
        ("fact.last_ok", clock(row.last_ok_at) if row.last_ok_at is not None else ""),
        ("fact.added", date_clock(row.added_at)),
    ]
    return [line for name, value in facts if value for line in _fact(name, value, width, look)]
