"""The panel is there before its server: what is loaded by then, what becomes of keys, faults and signals meanwhile.

The real program in a real pty. Its building is held until a file is there, so that the time between is as long as a
test needs.
"""

import os
import signal
import termios
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import programs
import pytest
from terminals import Terminal

from gcli2api_tui import safe_files

HELD = """
import pathlib, sys, threading
from gcli2api_tui import start
going_on = start._left
def held(setup):
    pathlib.Path({loaded!r}).write_text("\\n".join(sys.modules))
    while not pathlib.Path({go!r}).exists():
        threading.Event().wait(0.02)
    return going_on(setup)
start._left = held
"""

NOT_YET = {
    "aiofiles", "anyio", "blinker", "flask", "google", "google_auth_oauthlib", "h11", "h2", "hpack", "httpcore",
    "httpx", "hypercorn", "hyperframe", "itsdangerous", "jinja2", "markupsafe", "oauthlib", "priority",
    "prometheus_client", "pygments", "quart", "requests", "segno", "sqlite3", "tomlkit", "urllib.request", "urllib3",
    "werkzeug", "wsproto", "platformdirs", "textual.command", "textual.widgets._input", "textual.widgets._option_list",
    "textual.widgets._select", "textual.widgets._text_area", "textual.widgets._tree", "rich.table",
}  # fmt: skip
"""Each costs a phone between 30 and 400 ms before the first frame, which shows nothing of what it is for."""
NOT_YET_OURS = {
    "clients", "credentials", "dialects", "gemini", "pool", "relay", "runtime", "server.quart_app", "simulator",
    "state", "upstream", "control_wiring",
    # What no first frame shows: other tabs, windows, what happened, and the rows of what nobody asked for yet.
    "control.question", "events.records", "ledger.admin_rows", "ledger.wire_rows", "tui.panes.credentials",
    "tui.panes.logs", "tui.panes.options", "tui.panes.play", "tui.panes.requests", "tui.panes.use_tab",
    "tui.screens.add", "tui.screens.help_and_palette", "tui.screens.login", "tui.screens.menus",
    "tui.screens.shown_text", "tui.widgets.lines_view", "tui.widgets.transcript_view",
}  # fmt: skip


GOOGLE_KEY = "AIzaSyD-0123456789abcdefghijklmnopqrstu"


class Held(Terminal):
    """The panel, with its server held back until `go`."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.home, self.loaded, self.file = folder / "home", folder / "loaded", folder / "go"
        self.home.mkdir(mode=0o700, exist_ok=True)
        kept = 'password = "sk-one"\npanel_password = "sk-two"\n'
        safe_files.replace(self.home / "config.toml", kept.encode())
        first = HELD.format(loaded=str(self.loaded), go=str(self.file))
        super().__init__(*words, "--home", str(self.home), first=first, **programs.towards("http://127.0.0.1:9"))

    def go(self) -> None:
        self.file.touch()

    def starts(self) -> bool:
        return self.loaded.exists() and self.shows("starting", "Dash")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    started = Held(tmp_path)
    try:
        programs.until(started.starts, "the first frame")
        yield started
    finally:
        started.go()
        started.end()


def test_the_first_frame_waits_for_nothing_that_serves(held: Held) -> None:
    modules = held.loaded.read_text().split("\n")
    assert "textual.app" in modules
    ours = {f"gcli2api_tui.{name}" for name in NOT_YET_OURS}
    below = tuple(f"{name}." for name in ours)
    assert [name for name in modules if name in NOT_YET | ours or name.startswith(below)] == []
    assert not [name for name in modules if "chinese" in name], "the language that nobody reads"
    assert not (held.home / "run.json").exists(), "there is a server already: this test looks too late"


def test_what_may_not_be_loaded_yet_is_there_to_be_loaded() -> None:
    assert [name for name in NOT_YET_OURS if find_spec(f"gcli2api_tui.{name}") is None] == []


def test_what_is_typed_before_there_is_a_server_is_done_when_there_is_one(held: Held) -> None:
    held.press("ca")
    programs.until(lambda: held.shows("esc back"), "the list of what can be added")
    held.press(f"\x1b[200~{GOOGLE_KEY}\x1b[201~")
    programs.until(lambda: held.shows("aistudio.google.com/apikey"), "the field for a key")
    held.press("\r")
    held.go()
    programs.until(lambda: [*(held.home / "credentials").glob("*.json")], "the file")
    programs.until(lambda: held.shows("1/1 ready", "Added key"), "its row")


def test_a_fault_that_is_found_behind_the_panel_is_said_on_a_terminal_in_order(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "models.toml").write_text("x = [")
    started = Held(tmp_path)
    try:
        programs.until(started.starts, "the first frame")
        started.go()
        assert started.process.wait(60) == 1
        programs.until(lambda: b"models.toml is not valid TOML" in started.seen, "the fault")
        told = started.seen.rpartition(b"\x1b[?1049l")[2]
        assert b"models.toml is not valid TOML" in told, "it went with the panel's screen"
        assert termios.tcgetattr(started.slave) == started.modes
    finally:
        started.end()


def test_a_stop_that_comes_before_the_server_is_heard(held: Held) -> None:
    os.kill(held.server, signal.SIGTERM)
    programs.until(lambda: b"\x1b[?1049l" in held.seen, "the panel's end")
    held.go()
    assert held.process.wait(60) == 0
    assert not (held.home / "run.json").exists()


def test_who_leaves_the_panel_before_the_server_is_there_has_a_server_all_the_same(held: Held) -> None:
    held.press("q")
    programs.until(lambda: held.shows("Keep serving"), "the question")
    held.press("1")
    programs.until(lambda: b"\x1b[?1049l" in held.seen, "the panel's end")
    held.go()
    assert held.process.wait(60) == 0
    programs.until(lambda: programs.answers(f"{held.url}/healthz"), "the server")
    held.stop()
