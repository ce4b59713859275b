"""The log on the disk: whole, bounded, private; and nobody waits for a disk or a reader that hangs."""

import json
import logging
import os
import stat
import threading
from pathlib import Path

import pytest

from gcli2api_tui import log_lines
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.logbook import MOST_WAITING
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.log_lines import as_json
from gcli2api_tui.log_writer import LogFile, LogWriter, written
from gcli2api_tui.messages.message import quoted

AT = 1_795_000_000.0


def row(text: str, number: int = 1) -> LogRow:
    return LogRow(number, AT, "info", "server", quoted(text))


def messages(folder: Path) -> list[str]:
    return [json.loads(line)["message"] for line in log_lines.last(folder, 1_000_000, lambda line: True)]


@pytest.mark.parametrize("sign", ["x", "🙂"])
def test_all_files_together_stay_within_the_bound_and_are_private(tmp_path: Path, sign: str) -> None:
    folder = tmp_path / "logs"
    writer = LogWriter("log", LogFile(folder / log_lines.NAME, lambda: 20_000), as_json, Clock())
    for number in range(1_000):
        writer.put(row(f"line {number} {sign * 80}"))
    writer._closed.set()
    writer._thread.join()
    files = list(folder.iterdir())
    assert len(files) == log_lines.OLDER + 1
    sizes = [file.stat().st_size for file in files]
    assert sum(sizes) > 12_000 and max(sizes) <= 20_000 // (log_lines.OLDER + 1)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    kept = [int(text.split()[1]) for text in messages(folder)]
    assert kept == list(range(kept[0], 1_000)), "the newest, in order, none missing"


def ledger() -> Ledger:
    return Ledger(Clock(), keep_bodies=0, keep_bodies_bytes=0)


def test_what_was_said_before_the_start_is_written_too_and_levels_are_live(tmp_path: Path) -> None:
    kept, live = ledger(), LiveSettings(Settings())
    say = lambda level, text: kept.record(LogLine(AT, level, "server", quoted(text)))  # noqa: E731
    say("info", "before")
    with written(kept, live, tmp_path, Clock(), "off"):
        say("debug", "not asked for")
        live.change(log_level="debug")
        say("debug", "asked for")
        live.change(log_file="off")
        say("error", "kept from the disk")
    say("error", "after the end")
    assert messages(tmp_path) == ["before", "asked for"]


def test_standard_output_gets_json_or_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form, expected in (("json", '"message": "hello"'), ("text", "info    server: hello")):
        kept = ledger()
        with written(kept, LiveSettings(Settings()), tmp_path, Clock(), form):
            kept.record(LogLine(AT, "info", "server", quoted("hello")))
        assert expected in capsys.readouterr().out


def test_a_disk_that_hangs_holds_up_neither_a_line_nor_the_end(tmp_path: Path) -> None:
    """And when it works again, the number of lines that are missing stands among the others."""
    hangs, free = threading.Event(), threading.Event()

    class Hanging(LogFile):
        def _open(self):  # type: ignore[no-untyped-def]
            hangs.set()
            free.wait()
            return super()._open()

    writer = LogWriter("log", Hanging(tmp_path / log_lines.NAME, lambda: 10**9), as_json, Clock())
    writer.put(row("first"))
    assert hangs.wait(60)
    for number in range(MOST_WAITING + 300):
        writer.put(row(f"line {number}"))
    free.set()
    while writer._rows:
        os.sched_yield()
    writer.put(row("later"))
    writer.close()
    found = messages(tmp_path)
    assert found[-1] == "later" and any("could not be written" in text for text in found)


def test_lines_that_come_while_others_are_written_wait_for_the_next_time(tmp_path: Path) -> None:
    class Busy(LogFile):
        def emit(self, record: logging.LogRecord) -> None:
            super().emit(record)
            writer.put(row("meanwhile"))

    writer = LogWriter("log", Busy(tmp_path / log_lines.NAME, lambda: 10**6), as_json, Clock())
    writer.put(row("first"))
    while not (tmp_path / log_lines.NAME).exists() or not messages(tmp_path):
        os.sched_yield()
    writer.close()
    assert not writer._thread.is_alive()
    assert set(messages(tmp_path)) == {"first", "meanwhile"}


def test_a_folder_that_cannot_be_written_is_no_fault_and_its_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the folder's place")
    writer = LogWriter("log", LogFile(tmp_path / "logs" / log_lines.NAME, lambda: 10**6), as_json, Clock())
    writer.put(row("lost"))
    while not writer._lost:
        os.sched_yield()
    (tmp_path / "logs").unlink()
    writer.put(row("kept"))
    writer.close()
    assert messages(tmp_path / "logs") == ["1 lines of the log could not be written.", "kept"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it.")
def test_a_disk_that_is_full_at_the_end_prints_nothing_over_the_screen(tmp_path: Path) -> None:
    (tmp_path / log_lines.NAME).symlink_to("/dev/full")
    writer = LogWriter("log", LogFile(tmp_path / log_lines.NAME, lambda: 1_000_000), as_json, Clock())
    writer.put(row("goes nowhere"))
    writer.close()  # what its thread raised would fail this test
    assert writer._lost == 1


def test_a_file_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    writer = LogWriter("log", LogFile(tmp_path / log_lines.NAME, lambda: 10**6), as_json, Clock())
    writer.put(row("one"))
    while not (tmp_path / log_lines.NAME).exists() or not messages(tmp_path):
        os.sched_yield()
    (tmp_path / log_lines.NAME).unlink()
    writer.put(row("two"))
    writer.close()
    assert messages(tmp_path) == ["two"]
