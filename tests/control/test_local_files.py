"""What is written for a person: beside what is there, for their eyes only."""

from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.request_verbs import Exports
from gcli2api_tui.control.requests_elsewhere import OtherInstances
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.ledger.ledger import Ledger


def exports_in(folder: Path) -> Exports:
    clock = Clock(now=lambda: 1_790_000_000.0)
    others = OtherInstances(None, clock)
    return Exports(Ledger(clock, keep_bodies=0, keep_bodies_bytes=0), folder, "http://127.0.0.1:7861", clock, others)


async def test_two_pictures_of_one_second_are_four_private_files(tmp_path: Path) -> None:
    exports = exports_in(tmp_path / "exports")
    first, second = await exports.write_screen("<svg/>", "one"), await exports.write_screen("<svg/>", "two")
    assert isinstance(first, Done) and isinstance(second, Done)
    files = sorted((tmp_path / "exports").iterdir())
    assert len(files) == 4 and not any(path.stat().st_mode & 0o077 for path in files)
    assert sorted(path.read_text() for path in files if path.suffix == ".txt") == ["one", "two"]
    name = first.message.partition(" ")[0]
    assert tmp_path / "exports" / name in files and len(name) <= 27, "a phone shows the whole name"
    assert str(tmp_path) in first.message


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = await exports_in(tmp_path / "file" / "exports").write_screen("<svg/>", "text")
    assert isinstance(answer, Refused) and "cannot be written" in answer.sentence
