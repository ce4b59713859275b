"""Which way a text goes to the clipboard, and that nobody else can read it on its way."""

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gcli2api_tui.tui.terminal_io import clipboard

TERMINAL = {"TERM": "xterm-256color"}
TMUX = {**TERMINAL, "TMUX": "/tmp/tmux,1,0"}
TERMUX = {**TERMINAL, "TERMUX_VERSION": "0.118"}
TMUX_W, TMUX_OLD, PHONE = ("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"), ("termux-clipboard-set",)


@dataclass
class Programs:
    """Only those in `work` take a text."""

    work: tuple[Sequence[str], ...] = ()
    asked: list[Sequence[str]] = field(default_factory=list)

    def run(self, command: Sequence[str], text: str) -> bool:
        assert text == "secret" and "secret" not in command
        self.asked.append(command)
        return command in self.work


@pytest.mark.parametrize(
    ("environ", "work", "way", "asked"),
    [
        (TMUX, (TMUX_W,), "tmux", [TMUX_W]),
        (TMUX, (TMUX_OLD,), "tmux", [TMUX_W, TMUX_OLD]),
        (TMUX, (), "osc52", [TMUX_W, TMUX_OLD]),
        (TMUX | TERMUX, (PHONE,), "termux", [TMUX_W, TMUX_OLD, PHONE]),
        (TERMUX, (PHONE,), "termux", [PHONE]),
        (TERMUX, (), "osc52", [PHONE]),
        (TERMUX | {"SSH_CONNECTION": "a b"}, (PHONE,), "osc52", []),
        (TERMINAL, (), "osc52", []),
        ({"TERM": "linux"}, (), None, []),
        ({"TERM": "dumb"}, (), None, []),
        ({}, (), None, []),
        (TERMINAL | {"TERM_PROGRAM": "Apple_Terminal"}, (), None, []),
    ],
)  # fmt: skip
def test_the_ways_are_tried_in_order(
    environ: dict[str, str], work: tuple[Sequence[str], ...], way: str | None, asked: list[Sequence[str]]
) -> None:
    programs, written = Programs(work), list[str]()
    assert clipboard.copy("secret", environ, written.append, programs.run) == way
    assert programs.asked == asked
    assert len(written) == (way == "osc52")


def test_osc52_holds_the_whole_text() -> None:
    text = "密钥 sk-1\nline"
    start, data = clipboard.osc52(text)[:7], clipboard.osc52(text)[7:-1]
    assert start == "\x1b]52;c;" and base64.b64decode(data).decode() == text


def test_a_program_gets_the_text_by_its_input(tmp_path: Path) -> None:
    took = tmp_path / "took"
    script = f"import sys; open({str(took)!r}, 'wb').write(sys.stdin.buffer.read())"
    assert clipboard.run((sys.executable, "-c", script), "ä\nsecret")
    assert took.read_text(encoding="utf-8") == "ä\nsecret"


def test_programs_that_fail_are_missing_or_hang_are_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "TIMEOUT_S", 0.05)
    assert not clipboard.run((sys.executable, "-c", "raise SystemExit(3)"), "x" * 10)
    assert not clipboard.run(("no-such-program-here",), "x")
    assert not clipboard.run((sys.executable, "-c", "import threading; threading.Event().wait()"), "x")
