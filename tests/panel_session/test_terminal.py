"""The terminal can never stop the proxy: the real program in a real pty that stalls, goes away, or is told to stop."""

import base64
import contextlib
import os
import re
import signal
import sys
import termios
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import openai
import programs
import pytest
from terminals import Terminal, demo, own_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty; the stock driver is used there")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with demo() as started:
        yield started


def streamed(url: str, count: int) -> list[str]:
    """So many answers at once through the official SDK, each read to its end."""
    sdk = openai.OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0, timeout=60)

    def one(_: int) -> str:
        stream = sdk.chat.completions.create(
            model="gemini-2.5-flash", messages=[{"role": "user", "content": "hello [sim:words=30]"}], stream=True
        )
        return "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

    with ThreadPoolExecutor(count) as crowd, contextlib.closing(sdk):
        return list(crowd.map(one, range(count)))


def test_the_request_is_seen_and_the_quota_moves(terminal: Terminal) -> None:
    (answer,) = streamed(terminal.url, 1)
    assert answer
    terminal.press("r")
    programs.until(lambda: terminal.shows("OpenAI"), "the request in the list")
    assert b"Running on" not in terminal.seen
    assert b"Traceback" not in terminal.seen


def test_a_stalled_terminal_delays_nobody_and_comes_back_whole(terminal: Terminal) -> None:
    terminal.press("c")
    programs.until(lambda: terminal.shows("by trouble"), "the credentials tab")
    terminal.reading.clear()
    programs.until(terminal.fill, "a terminal that takes no more")
    assert all(streamed(terminal.url, 20))
    terminal.reading.set()
    terminal.press("l")
    # Had a dropped frame left its traces, the tab would be a mixture of two.
    programs.until(lambda: terminal.shows("Logs from info"), "the logs tab")
    programs.until(lambda: not terminal.shows("by trouble"), "no trace of the tab before")
    assert programs.answers(f"{terminal.url}/healthz")


def test_a_demo_goes_with_its_window(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.process.wait(20) == 0


def test_a_dropped_connection_ends_the_screen_only(tmp_path) -> None:
    with own_server(tmp_path) as terminal:
        terminal.hang_up()
        # Only when the panel has ended does this prove anything.
        programs.until(lambda: os.readlink(f"/proc/{terminal.server}/fd/1") == os.devnull, "the end of the screen")
        assert terminal.process.wait(20) in (0, -signal.SIGHUP)
        assert programs.answers(f"{terminal.url}/healthz")
        terminal.stop()


def test_sigterm_restores_the_terminal(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(20) == 0
    programs.until(lambda: terminal.seen.rstrip().endswith(b"h") or b"\x1b[?1049l" in terminal.seen, "the end")
    assert b"\x1b[?1049l" in terminal.seen
    assert termios.tcgetattr(terminal.slave) == terminal.modes


def test_q_offers_to_keep_serving(terminal: Terminal) -> None:
    terminal.press("q")
    programs.until(lambda: terminal.shows("Keep serving"), "the quit menu")
    terminal.press("1")
    programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
    assert terminal.process.wait(20) == 0, "the shell has its terminal again"
    assert streamed(terminal.url, 1)[0]
    terminal.stop()


@pytest.mark.parametrize("signals", [(signal.SIGHUP,), (signal.SIGHUP, signal.SIGCONT), (signal.SIGCONT,)], ids=str)
def test_closing_the_terminal_after_keep_serving_ends_nothing(signals: tuple[signal.Signals, ...], tmp_path) -> None:
    """Not the demo: a server of one's own. What a shell and the kernel send is sent here at the worst moment."""
    with own_server(tmp_path) as terminal:
        terminal.press("q")
        programs.until(lambda: terminal.shows("Keep serving"), "the quit menu")
        terminal.press("1")
        programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
        for number in signals:
            os.kill(terminal.server, number)
        terminal.hang_up()
        assert all(programs.answers(f"{terminal.url}/healthz", None) for _ in range(20))
        assert terminal.process.wait(20) == 0
        terminal.stop()


def test_a_crash_of_a_widget_ends_the_screen_only() -> None:
    broken_logs = """
from gcli2api_tui.tui.panes import logs
def crash(self, *_):
    local = "-".join(("what", "somebody", "wrote"))
    raise ZeroDivisionError("planted")
logs.Logs.update_from = crash
"""
    with demo(broken_logs) as terminal:
        terminal.press("l")
        programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
        assert b"ZeroDivisionError" in terminal.seen
        assert b"what-somebody-wrote" not in terminal.seen
        assert streamed(terminal.url, 1)[0]


def test_signing_in_from_the_panel(terminal: Terminal) -> None:
    terminal.press("a")
    programs.until(lambda: terminal.shows("Gemini API key", "Sign in with Google"), "the wizard")
    terminal.press("2")
    programs.until(lambda: terminal.shows("I have read this"), "the notice")
    terminal.press("y")
    programs.until(lambda: terminal.shows("waiting for Google"), "the sign-in page")
    terminal.press("y")
    copied = programs.until(lambda: re.search(rb"\x1b\]52;c;([^\x07\x1b]+)", terminal.seen), "the copied address")
    address = base64.b64decode(copied.group(1)).decode()
    with urllib.request.urlopen(f"{address}&sim_account=erin@example.com", timeout=20) as page:
        assert "Signed in" in page.read().decode()
    programs.until(lambda: terminal.shows("Signed in as erin@example.com"), "the end of the sign-in")
