"""The next 24 hours of a credential as a strip: a cell an hour, full where it serves, a mark where its day resets.

In: rows and the look. Out: lines of exact width. What is not known to end is drawn as lasting. Pure.
"""

from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.tui.paint.cells import Line, fit, fit_line, width_of
from gcli2api_tui.tui.paint.credential_row_parts import needs_person, short_label, tightest
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import clock

HOURS = 24
HOUR_S = 3600.0


def worth_a_strip(row: CredentialRow) -> bool:
    """Something of it runs out, rests or resets within the day."""
    return not needs_person(row) and reset_of(row) is not None


def reset_of(row: CredentialRow) -> float | None:
    use = tightest(row)
    return use.resets_at if use is not None else None


def strip(row: CredentialRow, name: int, width: int, look: Look) -> Line:
    """`alice ▓▓▓▓▓░░░░│▓▓▓▓ resets 21:00`."""
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
    resting = [rest for rest in row.cooldowns if not rest.model or use is None or rest.model == use.model]
    if any(moment < rest.until for rest in resting):
        return False
    if use is None or use.out_at is None or use.outlook != "out":
        return True
    return moment < use.out_at or (use.resets_at is not None and moment >= use.resets_at)
