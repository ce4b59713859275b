"""The instances that share a database, on the dashboard."""

from dataclasses import replace

import pytest

from gcli2api_tui.ledger.records import ServerFacts, Snapshot
from gcli2api_tui.ledger.server_facts import InstanceRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.paint import board
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
    assert instances(Snapshot(1, 0.0, server=ServerFacts(instances=(HERE,))), 80, LOOK) == []


def test_a_database_that_is_away_is_in_the_status_row_and_is_no_disk() -> None:
    away = Snapshot(1, 0.0, degraded=say("cluster.away", why="connection refused"))
    row = "".join(text for text, _ in board.status(away, 80, LOOK))
    assert "! DATABASE" in row and "DISK" not in row
