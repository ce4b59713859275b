"""Crashes beside the loop go to the ledger, by kind and place, and nowhere else."""

import sys
import threading

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.process.root_logger import logging_to


class Breaks:
    def __del__(self) -> None:
        raise ValueError("planted prompt")


def fail() -> None:
    raise ValueError("planted prompt")


def test_crashes_of_threads_and_destructors_are_told_without_their_words(capfd: pytest.CaptureFixture[str]) -> None:
    ledger, before = Ledger(Clock(), keep_bodies=0, keep_bodies_bytes=0), (threading.excepthook, sys.unraisablehook)
    with logging_to(ledger, Clock()):
        thread = threading.Thread(target=fail, name="worker")
        thread.start()
        thread.join()
        Breaks()
    told = [str(row.text) for row in ledger.snapshot().log]
    assert [line.partition(", line")[0] for line in told] == [
        "thread worker crashed: ValueError in fail",
        "a destructor crashed: ValueError in __del__",
    ]
    assert capfd.readouterr() == ("", "")
    assert (threading.excepthook, sys.unraisablehook) == before
