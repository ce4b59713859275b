"""A line of the log as JSON and as text: what stands in it, and that nothing in it can move a cursor."""

import json

import pytest

from gcli2api_tui import log_lines
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import quoted, say

AT = 1_795_000_000.25


def test_what_is_known_stands_in_it_and_nothing_else() -> None:
    full = LogRow(1, AT, "warning", "pool", say("log.added", label="a", source="b"), ExchangeId(7), "alice")
    assert json.loads(log_lines.as_json(full)) == {
        "time": "2026-11-18T11:06:40.250Z", "level": "warning", "place": "pool", "message": "added a (b)",
        "key": "log.added", "exchange": 7, "credential": "alice",
    }  # fmt: skip
    bare = json.loads(log_lines.as_json(LogRow(1, AT, "info", "server", quoted("theirs"))))
    assert list(bare) == ["time", "level", "place", "message"]


def test_it_is_read_back_as_it_was() -> None:
    row = LogRow(1, AT, "error", "relay", quoted("it broke"), ExchangeId(3))
    assert log_lines.read(log_lines.as_json(row)) == log_lines.of(row)
    assert log_lines.as_text(log_lines.of(row)).endswith(" error   relay: #3 it broke")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"time": "x"}', '{"time": 3, "level": "info"}'])
def test_what_is_no_line_is_none(text: str) -> None:
    assert log_lines.read(text) is None


def test_a_line_from_another_hand_cannot_write_over_the_screen() -> None:
    text = json.dumps(
        {"time": "2026-11-29T00:00:00Z", "level": "\x1b[2J", "place": "p\n", "message": "\x1b]52;c;x\x07"}
    )
    line = log_lines.read(text)
    assert line is not None and log_lines.as_text(line).isprintable()


def test_levels_are_in_order() -> None:
    assert [log_lines.at_least(level, "warning") for level in log_lines.LEVELS] == [False, False, True, True]
    assert log_lines.at_least("a level of tomorrow", "error")
