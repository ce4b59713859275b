"""No variable that Textual or Rich reads can end a panel, or write down what is typed into it."""

import os
import subprocess
import sys

import pytest

from gcli2api_tui.process.textual_variables import import_textual

OPENED = """\
from gcli2api_tui.process.textual_variables import import_textual
import_textual()
from textual import constants
from textual.app import App
print(App().console.color_system, App().size.width, constants.MAX_FPS, constants.LOG_FILE, constants.ESCAPE_DELAY)"""


def opened(**variables: str) -> list[str]:
    """What is read, by a process of its own: they are read when Textual is imported."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    done = subprocess.run(
        [sys.executable, "-c", OPENED], env={**environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("odd", ["", "x", "²", "9" * 400, "-1"])
def test_what_cannot_be_read_counts_as_unset(odd: str) -> None:
    names = ("COLUMNS", "LINES", "ESCDELAY", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_LOG")
    assert opened(**dict.fromkeys(names, odd), TERM="xterm-256color", COLORTERM="") == [
        "256",
        "80",
        "60",
        "None",
        "0.1",
    ]


def test_what_can_be_read_is_followed() -> None:
    wanted = {"COLUMNS": "100", "ESCDELAY": "20", "TEXTUAL_FPS": "15", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
    assert opened(**wanted) == ["truecolor", "100", "15", "None", "0.02"]


def test_nothing_writes_down_what_is_typed_or_types_by_itself() -> None:
    environ = {"TEXTUAL_LOG": "/tmp/x", "TEXTUAL_PRESS": "q", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_ANIMATIONS": "none"}
    import_textual(environ)
    assert environ == {"TEXTUAL_ANIMATIONS": "none"}
