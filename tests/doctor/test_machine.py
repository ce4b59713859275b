"""What the doctor says of packages, open files, Android and the terminal."""

import os
from importlib import metadata
from types import SimpleNamespace

import pytest

from gcli2api_tui.doctor import machine as machine
from gcli2api_tui.doctor import machine as packages
from gcli2api_tui.doctor.machine import android, fits, program, system
from gcli2api_tui.doctor.report import Level
from gcli2api_tui.doctor.terminal import TerminalAnswers, terminal


@pytest.mark.parametrize(
    ("version", "bounds", "good"),
    [
        ("8.2.8", ">=8.2,<9", True),
        ("9.0", ">=8.2,<9", False),
        ("8.1.9", ">=8.2,<9", False),
        ("8.2", ">=8.2.0", True),
        ("0.10.0", ">=0.9", True),
        ("1.0rc1", ">=1.0", True),
        ("2026.1", "", True),
    ],
)
def test_bounds_are_numbers(version: str, bounds: str, good: bool) -> None:
    assert fits(version, bounds) is good


def test_what_is_installed_here_is_as_declared() -> None:
    assert {one.level for one in program()} == {Level.OK}


def test_a_package_that_is_missing_or_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages.metadata, "requires", lambda name: ["no-such-package>=1", "click>=99", "x; extra"])
    found = {one.said.key: one for one in program()}
    assert found["doctor.package_missing"].level is Level.BAD
    assert metadata.version("click") in found["doctor.package_odd"].said


@pytest.mark.parametrize(("limit", "level"), [(256, Level.WARN), (4096, Level.OK), (None, Level.OK)])
def test_open_files(monkeypatch: pytest.MonkeyPatch, limit: int | None, level: Level) -> None:
    monkeypatch.setattr(machine, "open_files", lambda: limit)
    assert [one.level for one in system({})] == [level]


@pytest.mark.parametrize(
    ("version", "key", "way_out"),
    [
        (30, "doctor.android_keeps", ""),
        (31, "doctor.android_kills", "doctor.android_adb"),
        (34, "doctor.android_kills", "doctor.android_switch"),
        (0, "doctor.android_unknown", "doctor.android_adb"),
    ],
)
def test_androids_killer_by_its_version(version: int, key: str, way_out: str) -> None:
    *_, last = android({"TERMUX_VERSION": "0.119"}, lambda: version)
    assert (last.said.key, last.way_out.key) == (key, way_out)


def test_termux_of_google_play_is_told() -> None:
    environ = {"TERMUX_VERSION": "googleplay.2025", "TERMUX_APK_RELEASE": "GOOGLE_PLAY_STORE"}
    assert next(android(environ, lambda: 30)).level is Level.WARN


class Tty:
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Tty:
    tty = Tty()
    # pytest puts its own stream into sys.stdout after fixtures.
    monkeypatch.setattr("gcli2api_tui.doctor.terminal.sys", SimpleNamespace(stdout=tty))
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **__: os.terminal_size((80, 24)))
    return tty


NEAR = TerminalAnswers(0.002, 2)


def said(environ: dict[str, str], clipboard: str = "on", answers: TerminalAnswers | None = NEAR) -> dict[str, Level]:
    tmux = {"-V": "tmux 3.4", "show-options": clipboard}
    return {one.said.key: one.level for one in terminal(environ, lambda command: tmux[command[1]], lambda: answers)}


def test_a_good_terminal(drawn: Tty) -> None:
    found = said({"TERM": "xterm-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x"})
    named = {"size", "terminal_answers", "emoji", "true_color", "unicode", "tmux", "clipboard"}
    assert {*found} == {f"doctor.{name}" for name in named}
    assert {*found.values()} == {Level.OK}


def test_a_poor_one(drawn: Tty) -> None:
    drawn.encoding = "ISO-8859-1"
    found = said({"TERM": "dumb", "TMUX": "/tmp/x"}, clipboard="off")
    wrong = {key for key, level in found.items() if level is Level.WARN}
    assert wrong == {"doctor.size", "doctor.no_unicode", "doctor.tmux_clipboard"}


def test_one_that_is_far_or_draws_an_emoji_otherwise(drawn: Tty) -> None:
    found = said({"TERM": "xterm"}, answers=TerminalAnswers(0.4, 1))
    assert found["doctor.terminal_answers"] is found["doctor.emoji_columns"] is Level.WARN
    assert said({"TERM": "xterm"}, answers=None)["doctor.terminal_silent"] is Level.OK


def test_without_a_terminal_nothing_is_wrong() -> None:
    assert [one.level for one in terminal({})] == [Level.OK]
