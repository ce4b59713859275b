"""What goes to the terminal beside the panel: whole sequences, and nothing that came from outside ends one early."""

import pytest

from gcli2api_tui.tui.terminal_io.driver import _is_frame
from gcli2api_tui.tui.terminal_io.notices import (
    BELL,
    LONGEST,
    POP_TITLE,
    PUSH_TITLE,
    has_title,
    notification,
    on_phone,
    title,
)

HOSTILE = "4;3;100 \x1b]0;owned\x07 [/red]\x9c\n老李"


@pytest.mark.parametrize("environ", [{}, {"TMUX": "/x"}])
def test_sequences_are_whole_and_no_frames(environ: dict[str, str]) -> None:
    for sequence in (BELL, PUSH_TITLE, POP_TITLE, title(HOSTILE), notification(HOSTILE, environ)):
        assert not _is_frame(sequence), sequence
    inside = notification(HOSTILE, {}).removeprefix("\x1b]9;").removesuffix("\a")
    assert inside == "]0;owned [/red] 老李"
    assert len(title("x" * 999)) < LONGEST + 10


def test_tmux_hands_it_on() -> None:
    assert notification("hi", {"TMUX": "/x"}) == "\x1bPtmux;\x1b\x1b]9;hi\a\x1b\\"


@pytest.mark.parametrize(
    ("term", "has"), [("xterm-256color", True), ("tmux-256color", True), ("linux", False), ("dumb", False), ("", False)]
)
def test_where_there_is_a_title(term: str, has: bool) -> None:
    assert has_title({"TERM": term}) is has


def test_the_phone_is_told_only_on_itself() -> None:
    assert on_phone({"TERMUX_VERSION": "0.118"})[0] == "termux-notification"
    assert not on_phone({}) and not on_phone({"TERMUX_VERSION": "0.118", "SSH_CONNECTION": "x"})
