"""Every line that people are told to type means what it says when it is pasted, whatever stands in it."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gcli2api_tui import paths
from gcli2api_tui.doctor import home as doctor
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.english import ENGLISH
from gcli2api_tui.paths import home_flag
from gcli2api_tui.shell_line import shell_line

ODD = ("", "a b", "it's", 'say "hi"', "$HOME `id` $(id)", "*", "~", "-x", "a\nb", "\x1b[2J", "老李", "x" * 5000)
SAFE = {"line", "home", "pid", "port", "own"}
"""What is made for a shell, and numbers."""
OURS = {
    "over.name_the_folder": "program",  # of a list of ours
    "guard.allowed_hosts": "name",  # tests/server/test_cross_origin.py
    "attach.no_url": "url",  # no command
}


@pytest.mark.parametrize("word", ODD)
@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_a_shell_reads_what_was_meant(word: str) -> None:
    line = shell_line("printf", "%s|", "--home", word)
    assert subprocess.run(["sh", "-c", line], capture_output=True, check=True).stdout.decode() == f"--home|{word}|"


def test_another_system_has_other_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcli2api_tui.shell_line.os.name", "nt")
    assert shell_line("x", r"C:\My Files") == 'x "C:\\My Files"'


@pytest.mark.parametrize("table", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_no_sentence_puts_a_bare_value_into_a_command(table: dict[str, str]) -> None:
    for key, text in table.items():
        for command in re.findall("`[^`]*`", text):
            bare = set(re.findall(r"{(\w+)", command)) - SAFE - {OURS.get(key)}
            assert not bare, f"{key}: hand it a shell_line"


def test_a_home_and_a_file_with_blanks_are_one_word(tmp_path: Path) -> None:
    where = paths.find(str(tmp_path / "my own $home"), {})
    assert shlex.split(home_flag(where)) == ["--home", str(where.config)]
    where.credentials.mkdir(parents=True)
    where.credentials.chmod(0o755)
    (found,) = [one for one in doctor._rights(where) if one.said.key == "doctor.open_to_others"]
    (line,) = re.findall("`(.*)`", found.way_out)
    assert shlex.split(line) == ["chmod", "go-rwx", str(where.credentials)]
