"""Faults of the nearest rival's screen, points 8 and 9: an address that a copy breaks, and refreshing by hand."""

from typing import Any

import pytest
from alone import alone, shown
from textual.pilot import Pilot
from tui.conftest import AT, FakeControl, FakeReader, credential, exchange

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Login, LoginStatus
from gcli2api_tui.ledger.snapshot import CallerRow, LogRow
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.key_table import KEYS
from gcli2api_tui.tui.paint import qr
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.terminal_io.clipboard import copy, osc52
from gcli2api_tui.tui.words import Words

URL = "https://accounts.google.com/o/oauth2/v2/auth?" + "&".join(f"scope{n}=" + "x" * 40 for n in range(12))
LOGIN = Login("L1", URL, "http://127.0.0.1:7861/auth/callback", AT + 300, "ssh -L 7861:127.0.0.1:7861 host")


# 8: "OAuth URL hard-wrapped (copy picks up line breaks), no QR, no OSC 52; clipboard needs xclip; Chinese in English"


async def test_8_the_address_of_a_sign_in_is_copied_whole_from_a_phones_screen() -> None:
    words = Look(Words("en"))
    status = LoginStatus("waiting", ((quoted("Waiting for Google"), None),))
    async with alone(screen := SignIn(words, lambda login: status, ""), (45, 20)) as page:
        screen.show_login(LOGIN)
        await page.pilot.pause()
        await page.press("y")
        (copied,) = page.said(Copy)
        assert copied.text == URL and not any(char.isspace() for char in copied.text)
        assert not any("\u4e00" <= char <= "\u9fff" for char in page.text), "in English mode all of it is English"


@pytest.mark.parametrize(
    ("environ", "programs", "way"),
    [
        ({"TMUX": "/x", "TERM": "screen"}, {"tmux"}, "tmux"),
        ({"TERMUX_VERSION": "1", "TERM": "xterm"}, {"termux-clipboard-set"}, "termux"),
        ({"TERM": "xterm-256color", "SSH_CONNECTION": "x"}, set(), "osc52"),
        ({"TERM": "linux"}, set(), None),
    ],
)
def test_8_a_copy_goes_the_terminals_way_and_never_needs_xclip(environ: Any, programs: set[str], way: str) -> None:
    written: list[str] = []
    asked: list[str] = []

    def run(command: Any, text: str) -> bool:
        asked.append(command[0])
        return command[0] in programs and text == URL

    assert copy(URL, environ, written.append, run) == way
    assert written == ([osc52(URL)] if way == "osc52" else []) and not {"xclip", "wl-copy"} & set(asked)


def test_8_the_code_of_address_and_key_fits_a_phone() -> None:
    lines = qr.half_blocks(qr.connection("http://192.168.178.123:7861", "sk-" + "x" * 27))
    assert len(lines) <= 19 and max(map(len, lines)) <= 45


# 9: "manual r everywhere; dashboard static after start"


async def until(pilot: Pilot[Any], panel: Panel, words: str) -> None:
    for _ in range(600):
        if words in shown(panel):
            return
        await pilot.pause(0.005)
    raise AssertionError(f"{words!r} never came by itself:\n{shown(panel)}")


async def test_9_what_happens_is_seen_on_every_tab_without_a_key() -> None:
    reader = FakeReader()
    panel = Panel(reader, FakeControl(), Clock(), refresh_hz=50)
    async with panel.run_test(size=(120, 30)) as pilot:
        for tab, change, words in (
            ("c", {"credentials": (credential("zoe"),)}, "zoe"),
            ("r", {"exchanges": (exchange(77, client="newcomer"),)}, "newcomer"),
            ("l", {"log": (LogRow(9, AT, "info", "server", quoted("it has happened")),)}, "it has happened"),
            ("u", {"callers": (CallerRow("my tool 3", "127.0.0.1", AT, AT, 1, 1),)}, "my tool 3"),
            ("d", {"credentials": (credential("yve"), credential("zoe"))}, "yve"),
        ):
            await pilot.press(tab)
            await pilot.pause()
            assert words not in shown(panel)
            reader.change(**change)
            await until(pilot, panel, words)


def test_9_no_key_is_there_to_refresh_what_is_shown() -> None:
    named = {row.id for rows in KEYS.values() for row in rows}
    assert not {name for name in named if "refresh" in name or "reload" in name}
