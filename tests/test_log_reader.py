"""Reading the log back: the last lines over several files, and new ones over a rotation."""

from pathlib import Path

from gcli2api_tui.log_reader import Follower, last
from gcli2api_tui.log_writer import NAME


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
