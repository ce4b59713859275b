"""A line of the log as JSON and as text, and the log read back: the last lines over several files, and new ones over a
rotation. Nothing in a line can move a cursor.
"""

import json
from pathlib import Path

import pytest

from gcli2api_tui import log_lines
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.log_lines import NAME, Follower, last
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


def written(folder: Path, name: str, *lines: str) -> None:
    with (folder / name).open("a") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def anything(line: str) -> bool:
    return bool(line)


def test_the_last_lines_are_looked_for_in_older_files_too(tmp_path: Path) -> None:
    written(tmp_path, f"{NAME}.2", "a", "b")
    written(tmp_path, f"{NAME}.1", "c", "d")
    written(tmp_path, NAME, "e")
    assert last(tmp_path, 2, anything) == ["d", "e"]
    assert last(tmp_path, 9, anything) == ["a", "b", "c", "d", "e"]
    assert last(tmp_path, 2, lambda line: line in "ae") == ["a", "e"]
    assert last(tmp_path, 0, anything) == [] == last(tmp_path / "nowhere", 3, anything)


def test_a_follower_begins_at_the_end_and_waits_for_whole_lines(tmp_path: Path) -> None:
    written(tmp_path, NAME, "before")
    with Follower(tmp_path) as follower, (tmp_path / NAME).open("a") as stream:
        stream.write("half")
        stream.flush()
        assert follower.fresh() == []
        stream.write(" and whole\nnext\n")
        stream.flush()
        assert follower.fresh() == ["half and whole", "next"]


def test_nothing_is_lost_over_a_rotation(tmp_path: Path) -> None:
    written(tmp_path, NAME, "before")
    with Follower(tmp_path) as follower:
        written(tmp_path, NAME, "last of the old")
        (tmp_path / NAME).rename(tmp_path / f"{NAME}.1")
        written(tmp_path, NAME, "first of the new")
        assert follower.fresh() == ["last of the old", "first of the new"]
        (tmp_path / NAME).write_text("")  # somebody emptied it
        assert follower.fresh() == []
        written(tmp_path, NAME, "again")
        assert follower.fresh() == ["again"]


def test_a_log_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    with Follower(tmp_path / "logs") as follower:
        assert follower.fresh() == []
        (tmp_path / "logs").mkdir()
        written(tmp_path / "logs", NAME, "first")
        assert follower.fresh() == ["first"]
