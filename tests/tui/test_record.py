"""A recording is one that others can replay: format, times, and what a terminal makes of it."""

import json
import sys

import pytest

from .record import cast, frames, from_first_frame, read_cast, record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")

OUTPUTS = [
    (2.0, "starting\r\n"),
    (3.0, "\x1b[2J\x1b[HDEMO \x1b[31m老李\x1b[0m"),
    (3.3, "\x1b[H\x1b[38;2;1;2;3mDone"),
    (4.0, "\x1b[?1049l"),
]


def test_a_cast_is_a_header_and_outputs_and_comes_back_as_it_was() -> None:
    header, again = read_cast(cast(OUTPUTS, 20, 3, "t"))
    assert header["version"] == 2 and (header["width"], header["height"]) == (20, 3) and again == OUTPUTS
    with pytest.raises(ValueError, match="asciicast"):
        read_cast(json.dumps({"version": 1}) + "\n")


def test_it_begins_with_the_first_frame_that_counts() -> None:
    assert [at for at, _ in from_first_frame(OUTPUTS, "DEMO")] == [0.0, 0.0, pytest.approx(0.3), 1.0]


def test_frames_are_what_a_terminal_shows_until_the_panel_is_gone() -> None:
    shown = list(frames(from_first_frame(OUTPUTS, "DEMO"), 20, 3, every_s=0.25))
    assert [frame.at for frame in shown] == [0.0, 0.5]
    first, last = (["".join(run.text for run in row) for row in frame.rows] for frame in shown)
    assert first[0].startswith("DEMO 老李") and last[0].startswith("Done 老李")
    assert {run.fg for run in shown[0].rows[0]} >= {"#cd3131"} and shown[1].rows[0][0].fg == "#010203"


def test_a_command_is_recorded_with_its_size_until_it_ends() -> None:
    line = "import os, time; print(os.get_terminal_size(), flush=True)"
    outputs = record([sys.executable, "-c", line], 33, 7, patience_s=20)
    assert "columns=33, lines=7" in "".join(text for _, text in outputs)
