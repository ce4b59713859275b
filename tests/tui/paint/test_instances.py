"""The instances that share a database, on the dashboard."""

from dataclasses import replace

import pytest

from gcli2api_tui.ledger.records import ServerFacts, Snapshot
from gcli2api_tui.ledger.server_facts import InstanceRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.paint import desk, status_row
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.instances import instances
from gcli2api_tui.tui.paint.look import FANCY, Look
from gcli2api_tui.tui.words import Words

HERE = InstanceRow("host:7861", "http://10.0.0.1:7861", "1.0", 0.0, 12, 0.003, True)
THERE = replace(HERE, name="host\x1b[31m:7862", own=False)
LOOK = Look(Words(), FANCY, 0.0)


def shown(snapshot: Snapshot, width: int) -> list[str]:
    return ["".join(text for text, _ in entry.line) for entry in instances(snapshot, width, LOOK)]


@pytest.mark.parametrize("width", [45, 80, 160])
def test_each_has_a_line_and_this_one_is_marked(width: int) -> None:
    seen = Snapshot(1, 0.0, server=ServerFacts(instances=(HERE, THERE)))
    title, here, there = shown(seen, width)
    assert "nstances" in title and "host:7861" in here and "12/min" in here and "3 ms" in here
    assert LOOK.glyphs.cursor in here and LOOK.glyphs.cursor not in there and "\x1b" not in there
    assert {width_of(entry.line) for entry in instances(seen, width, LOOK)} == {width}


def test_one_alone_is_no_news() -> None:
    alone = Snapshot(1, 0.0, server=ServerFacts(instances=(HERE,)))
    assert instances(alone, 80, LOOK) == []
    assert not any("host:7861" in line for line in at_the_desk(alone))


def at_the_desk(snapshot: Snapshot) -> list[str]:
    return ["".join(text for text, _ in entry.line) for entry in desk.left(snapshot, 44, 40, LOOK)]


def test_a_wide_screen_has_them_in_its_left_column() -> None:
    lines = at_the_desk(Snapshot(1, 0.0, server=ServerFacts(instances=(HERE, THERE))))
    (at,) = [number for number, line in enumerate(lines) if "instances" in line]
    assert "host:7861" in lines[at + 1] and ":7862" in lines[at + 2]


def test_a_database_that_is_away_is_in_the_status_row_and_is_no_disk() -> None:
    away = Snapshot(1, 0.0, degraded=say("cluster.away", why="connection refused"))
    row = "".join(text for text, _ in status_row.status(away, 80, LOOK))
    assert "! DATABASE" in row and "DISK" not in row
