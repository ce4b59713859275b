"""A model as a line of the list, and in depth: what it is for, when it ends, what follows, what was learnt of it.

In: a ModelRow and the look. Out: lines. Pure. Days are Google's, in UTC.
"""

from gcli2api_tui.clock import day_of
from gcli2api_tui.ledger.admin_rows import PLACES, LearntRow, ModelRow
from gcli2api_tui.tui.paint.cells import Line, Run, fit, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import date_clock

SOON_S = 30 * 86_400.0
ROLE_FROM = 60
"""Columns from which what a model is for has a place in the list."""


def rank(row: ModelRow) -> tuple[bool, bool, str]:
    """Where it stands in the list: what a person looks for comes first."""
    return not row.learnt, not row.listed, row.last_day or "9999"


def one_line(row: ModelRow, width: int, look: Look) -> Line:
    """Its name; what is learnt and when it ends at the right."""
    name: Run = (plain(row.id), "plain" if row.listed else "dim")
    role: Line = ((f"  {look.words(f'model.{row.role}')}", "dim"),) if row.role and width >= ROLE_FROM else ()
    return spread((name, *role), _notes(row, look), width)


def _notes(row: ModelRow, look: Look) -> Line:
    learnt: Line = ((f" {look.words('model.learnt', n=len(row.learnt))}", "accent"),) if row.learnt else ()
    if not row.last_day:
        return (*learnt, *_partly(row, look))
    over = row.last_day <= day_of(look.now)
    words = look.words("model.ended" if over else "model.ends", day=row.last_day)
    soon = not over and row.last_day <= day_of(look.now + SOON_S)
    return (*learnt, (f"  {words}", "dim" if over else "warn" if soon else "plain"))


def _partly(row: ModelRow, look: Look) -> Line:
    """The next end on one of Google's sides, of a model that lives on elsewhere."""
    today = day_of(look.now)
    ends = sorted((day, backend) for backend, day in row.ends if backend in row.backends and day > today)
    if not ends:
        return ()
    day, backend = ends[0]
    return ((f"  {look.words('model.partly', place=PLACES.get(backend, backend), day=day)}", "dim"),)


def detail(row: ModelRow, look: Look) -> list[Line]:
    """Everything, the most important first; the caller wraps."""
    word = look.words
    lines: list[Line] = [part for one in row.learnt for part in _learnt(one, look)]
    if not row.learnt:
        lines.append(((word("model.nothing"), "dim"),))
    lines.append(())
    lines += [_fact(word("model.until"), f"{day}  {PLACES.get(backend, backend)}") for backend, day in row.ends]
    facts = [
        ("model.then", row.successor),
        ("model.for", word(f"model.{row.role}") if row.role else ""),
        ("model.at", ", ".join(PLACES.get(one, one) for one in row.backends)),
    ]
    lines += [_fact(word(key), value) for key, value in facts if value]
    return lines if row.listed else [*lines, ((word("model.unlisted"), "dim"),)]


def _learnt(one: LearntRow, look: Look) -> list[Line]:
    said: Line = ((look.said(one.said), "plain"),)
    words: list[Line] = [((look.words("model.google", words=plain(one.words)), "dim"),)] if one.words else []
    return [said, *words, ((look.words("model.when", at=date_clock(one.at)), "dim"),)]


def _fact(name: str, value: str) -> Line:
    return ((fit(name, 8), "dim"), (plain(value), "plain"))
