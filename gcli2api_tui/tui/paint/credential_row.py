"""One credential as one or two lines of exact width. Pure.

A row speaks of the tightest model, or of what is wrong, and ends in the key that helps. A bar is drawn only where a
limit is known.
"""

from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.tui.paint import credential_row_parts
from gcli2api_tui.tui.paint.cells import Line, fit, plain, spread, width_of
from gcli2api_tui.tui.paint.credential_row_parts import glyph_of, helps, stands
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import clock, until

MORE_FROM = 96
"""Columns from which the other models have a place too."""


def label_width(width: int) -> int:
    return max(4, min(32, width // 5))


def one_line(row: CredentialRow, width: int, look: Look) -> Line:
    glyph, tone = glyph_of(row, look)
    start: Line = ((f"{glyph} ", tone), (fit(_name(row, label_width(width)), label_width(width)) + "  ", "plain"))
    end = _end(row, look, wide=width >= 70)
    body = _body(row, width - width_of(start) - width_of(end), look)
    return spread((*start, *body), end, width)


def _name(row: CredentialRow, width: int) -> str:
    """Without the mail's host where the whole does not fit."""
    name = plain(row.label)
    return name if width_of(((name, "plain"),)) <= width else credential_row_parts.short_label(row)


def _body(row: CredentialRow, room: int, look: Look) -> Line:
    """What is wrong, until when; else how much of the tightest model is used, and of others where there is room."""
    if credential_row_parts.needs_person(row) or not row.serves:
        return _wrong(row, room, look)
    if row.cooldowns:
        return ((stands(row, look), "warn"),)
    body = credential_row_parts.quota_line(row, look)
    busy = f"  {look.words('cred.in_use', n=row.in_flight)}" if row.in_flight else ""
    if busy and width_of(body) + len(busy) <= room:
        body = (*body, (busy, "ok"))
    for use in row.quotas[1:] if credential_row_parts.tightest(row) else row.quotas:
        name, used = credential_row_parts.figure(use, row, look)
        more = f"  {name} {used}"
        if room < MORE_FROM - 40 or width_of(body) + len(more) > room:
            break
        body = (*body, (more, "dim"))
    return body


def _wrong(row: CredentialRow, room: int, look: Look) -> Line:
    _, tone = glyph_of(row, look)
    said = stands(row, look)
    why = look.said(row.why)
    return ((said, tone), (f"  {why}" if why and room - len(said) > 12 else "", "dim"))


def _end(row: CredentialRow, look: Look, *, wide: bool) -> Line:
    """The key that helps; else when the day of its tightest model begins again."""
    if said := helps(row, look):
        return ((f"  {said}", "key"),)
    ends = resets_at(row)
    if ends is None or not row.serves:
        return ()
    use = credential_row_parts.tightest(row)
    span = until(ends, look)
    if wide and use is not None and use.gone is not None and use.gone >= credential_row_parts.NEARLY:
        return ((f"  {look.words('cred.resets_at', at=clock(ends), span=span)}", "dim"),)
    return ((f"  {span:>7}", "dim"),)


def resets_at(row: CredentialRow) -> float | None:
    use = credential_row_parts.tightest(row)
    return use.resets_at if use is not None else row.resets_at


def two_lines(row: CredentialRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: who and how it stands; below it the quota, or why and the key that helps."""
    glyph, tone = glyph_of(row, look)
    first: Line = ((f"{glyph} ", tone), (plain(row.label), "bold"))
    pad: Line = (("  ", "plain"),)
    end = _end(row, look, wide=False)
    if credential_row_parts.needs_person(row) or not (row.serves or row.cooldowns):
        said: Line = ((f"  {stands(row, look)}", tone),)
        why = look.said(row.why)
        return spread(first, said, width), spread((*pad, (why, "dim")), end, width)
    if row.cooldowns:
        use = credential_row_parts.tightest(row)
        figure = " ".join(credential_row_parts.figure(use, row, look)) if use is not None else ""
        below: Line = (*pad, (stands(row, look), "warn"))
        if width_of(below) + width_of(end) > width:
            end = ()
        return spread(first, ((f"  {figure}", "dim"),), width), spread(below, end, width)
    busy = look.words("cred.in_use", n=row.in_flight) if row.in_flight else ""
    quota = (*pad, *credential_row_parts.quota_line(row, look, name=5))
    return spread(first, ((f"  {busy}", "ok"),), width), spread(quota, end, width)
