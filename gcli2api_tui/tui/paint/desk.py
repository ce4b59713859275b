"""The left column of the desk: who needs you, today by the tightest model, the instances, the next day, figures.

In: a snapshot, a size. Out: at most `height` entries; no section is drawn that has nothing to tell. Pure.
"""

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint import credential_row_parts, day_figures, next_day
from gcli2api_tui.tui.paint import dashboard_sections as sections
from gcli2api_tui.tui.paint.cells import fit_line
from gcli2api_tui.tui.paint.dashboard import few, shared
from gcli2api_tui.tui.paint.dashboard_sections import Entry, Target
from gcli2api_tui.tui.paint.instances import instances, whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.pace import pace


def left(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Entry]:
    """Each section under its rule, as tall as `shared` lets it be."""
    parts = _parts(snapshot, width, height, look)
    steps = [(name, 1 + min(len(entries), least)) for name, least, entries in parts if entries]
    room = shared([*steps, *((name, 1 + len(entries)) for name, _, entries in parts if entries)], height)
    shown: list[Entry] = []
    for name, _, entries in parts:
        if (lines := room.get(name, 0)) >= 2:
            shown.append(sections.rule(look.words(name), width, look, _whose(name, snapshot, look)))
            shown += few(entries, lines - 1, "requests" if name in _OF_REQUESTS else "credentials", width, look)
    return shown[:height]


def _whose(section: str, snapshot: Snapshot, look: Look) -> str:
    """Of which instances its figures are; credentials are those of all anyway."""
    if section not in (*_OF_REQUESTS, "board.hour"):
        return ""
    return whose(snapshot, look, own=section == "board.hour")


_OF_REQUESTS = ("board.first_words", "board.tokens", "board.clients", "board.happened")


def _parts(snapshot: Snapshot, width: int, height: int, look: Look) -> list[tuple[str, int, list[Entry]]]:
    """(title, lines that it gets before others get more, entries); the last hour brings its own rule."""
    troubles = sections.troubles(snapshot, width, look, height) or sections.all_well(snapshot, width, look)
    return [
        ("board.needs", 8, troubles),
        ("board.today", 8, sections.today(snapshot, width, look, height)),
        ("board.instances", 4, instances(snapshot, width, look)[1:]),
        ("board.next_day", 6, _strips(snapshot, width, height, look)),
        ("board.hour", 2, [*sections.hour(snapshot, width, look)[1:], *_prompt(snapshot, width, look)]),
        ("board.first_words", 6, [Entry(line) for line in day_figures.first_words(snapshot, width, look)]),
        ("board.tokens", 1, [Entry(line) for line in day_figures.tokens(snapshot, width, look)]),
        ("board.clients", 4, [Entry(line) for line in day_figures.clients(snapshot, width, look)]),
        ("board.happened", 4, sections.happened(snapshot, width, look)),
    ]


def _prompt(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """How prompt the server itself is."""
    said = pace(snapshot.pace, width - 1, look)
    return [Entry(fit_line(((f" {said}", "dim"),), width), Target("tab", "requests"))] if said else []


def _strips(snapshot: Snapshot, width: int, most: int, look: Look) -> list[Entry]:
    rows = sorted((row for row in snapshot.credentials if next_day.worth_a_strip(row)), key=credential_row_parts.rank)
    seen = rows[:most]
    name = sections.name_width(seen, width)
    strips = [Entry(next_day.strip(row, name, width, look), sections.to_credential(row.id)) for row in seen]
    return [*strips, *[sections.UNSEEN] * (len(rows) - len(seen))]
