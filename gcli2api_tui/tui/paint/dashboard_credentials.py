"""Credentials on the dashboard: who needs a person, what is left of each today, how the next day goes, who is next.

In: a snapshot. Out: entries, as many as there is something to tell; dashboard.py takes as many as fit. Pure.
"""

from collections.abc import Sequence

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint.cells import Line, fit, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.credential_row import needs_person, short_label, tightest
from gcli2api_tui.tui.paint.dashboard_entry import UNSEEN, Entry, Target, to_credential
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, names_of, until

MANY = 200
HOURS = 24
HOUR_S = 3600.0


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


def next_day(snapshot: Snapshot, width: int, most: int, look: Look) -> list[Entry]:
    """A strip for each that has something before it."""
    rows = sorted((row for row in snapshot.credentials if worth_a_strip(row)), key=credential_row.rank)
    seen = rows[:most]
    name = name_width(seen, width)
    strips = [Entry(day_strip(row, name, width, look), to_credential(row.id)) for row in seen]
    return [*strips, *[UNSEEN] * (len(rows) - len(seen))]


def worth_a_strip(row: CredentialRow) -> bool:
    """Something of it runs out, rests or resets within the day."""
    return not needs_person(row) and reset_of(row) is not None


def reset_of(row: CredentialRow) -> float | None:
    use = tightest(row)
    return use.resets_at if use is not None else None


def day_strip(row: CredentialRow, name: int, width: int, look: Look) -> Line:
    """`alice ▓▓▓▓▓░░░░│▓▓▓▓ resets 21:00`. What is not known to end is drawn as lasting."""
    resets = reset_of(row)
    end = f" {look.words('cred.resets_short', at=clock(resets))}" if resets is not None else ""
    room = max(1, min(HOURS, width - name - 1 - width_of(((end, "dim"),))))
    cells = "".join(_cell(row, hour * HOURS / room, look) for hour in range(room))
    at = _place(resets, look, room)
    line: Line = ((fit(short_label(row), name) + " ", "plain"),)
    if at is None:
        return fit_line((*line, (cells, "ok"), (end, "dim")), width)
    return fit_line(
        (*line, (cells[:at], "ok"), (look.glyphs.bar, "accent"), (cells[at + 1 :], "ok"), (end, "dim")), width
    )


def _place(moment: float | None, look: Look, room: int) -> int | None:
    if moment is None or not 0 <= moment - look.now < HOURS * HOUR_S:
        return None
    return int((moment - look.now) / (HOURS * HOUR_S) * room)


def _cell(row: CredentialRow, hour: float, look: Look) -> str:
    moment = look.now + hour * HOUR_S
    return look.glyphs.blocks[8] if serves_at(row, moment) else look.glyphs.rest


def serves_at(row: CredentialRow, moment: float) -> bool:
    """Whether its tightest model is there then, as far as is known."""
    use = tightest(row)
    resting = [
        cooldown for cooldown in row.cooldowns if not cooldown.model or use is None or cooldown.model == use.model
    ]
    if any(moment < cooldown.until for cooldown in resting):
        return False
    if use is None or use.out_at is None or use.outlook != "out":
        return True
    return moment < use.out_at or (use.resets_at is not None and moment >= use.resets_at)
