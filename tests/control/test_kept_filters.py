"""Filters that a person keeps: they are there after a restart, and bounded."""

from pathlib import Path

from gcli2api_tui.control.kept_filters import LONGEST, MOST, KeptFilters
from gcli2api_tui.control.verb_results import Done, Refused


async def test_a_kept_filter_is_there_after_a_restart_until_it_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "filters.txt"
    kept = KeptFilters(path)
    assert isinstance(await kept.keep("m:flash   is:err"), Done) and isinstance(await kept.keep("雨 st:429"), Done)
    assert isinstance(await kept.keep("m:flash is:err"), Done)
    assert KeptFilters(path).filters == ("m:flash is:err", "雨 st:429") and path.stat().st_mode & 0o077 == 0
    assert isinstance(await kept.drop("m:flash is:err"), Done)
    assert KeptFilters(path).filters == ("雨 st:429",)
    assert isinstance(await kept.drop("m:flash is:err"), Refused)


async def test_what_cannot_be_kept_is_refused_in_words(tmp_path: Path) -> None:
    kept = KeptFilters(tmp_path / "filters.txt")
    for text in ("", "is:alive", "x" * (LONGEST + 1)):
        assert isinstance(answer := await kept.keep(text), Refused) and answer.sentence
    for number in range(MOST):
        assert isinstance(await kept.keep(f"m:{number}"), Done)
    assert "w" in str((await kept.keep("one:more".replace(":", " "))).sentence)  # type: ignore[union-attr]
    nowhere = KeptFilters(tmp_path / "no" / "folder" / "filters.txt")
    assert isinstance(await nowhere.keep("m:pro"), Refused) and nowhere.filters == ()


def test_a_file_that_is_not_ours_keeps_nothing_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "filters.txt"
    path.write_bytes(b"\xff\xfe\x00" * 100)
    assert KeptFilters(path).filters == ()
    path.write_text("a\n\n a \nb\n")
    assert KeptFilters(path).filters == ("a", "b")
