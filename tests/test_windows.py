"""What can be played of Windows here: no POSIX module at import time, old code pages, Ctrl+C without loop handlers.

What Windows itself does (its console, its file locks, its process handles) is not run; docs/files.md says so.
"""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import programs
import pytest

TESTS = Path(__file__).parent


def test_every_module_is_imported_without_what_only_posix_has() -> None:
    done = subprocess.run(
        [sys.executable, str(TESTS / "windows_imports.py")],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=TESTS.parent,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize("page", ["cp437", "gbk"])
def test_redirected_output_survives_the_code_page(tmp_path: Path, page: str) -> None:
    label = "安 ● 😀 ключ"
    old = {"PYTHONIOENCODING": f"{page}:strict", "PYTHONUTF8": "0"}
    home = ("--home", str(tmp_path))
    programs.command("creds", "add-key", "--no-check", *home, "--label", label, "AQ.Ab8RN6fake0000000001")
    for words in (("creds", "list"), ("creds", "list", "--json")):
        done = subprocess.run(
            [sys.executable, "-m", "gcli2api_tui", *words, *home],
            env=programs.environment(**old),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode(page)
        if "--json" in words:
            assert json.loads(done.stdout.decode(page))[0]["label"] == label


def generations(google: str) -> list:
    return [one for one in programs.fetch(f"{google}/sim/journal") if one["rpc"] == "generateContent"]


WITHOUT_HANDLERS = """
import asyncio.unix_events, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us in the background
def absent(*_):
    raise NotImplementedError
asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = absent
from gcli2api_tui.cli.commands import main
main(sys.argv[1:])
"""


def test_ctrl_c_drains_where_a_loop_knows_no_signals(tmp_path: Path) -> None:
    """As on Windows: a running answer is finished, nothing is printed, the status is 0."""
    port = programs.free_port()
    with programs.simulator_within() as google:
        done = programs.command("creds", "add-key", "--no-check", "--home", str(tmp_path), "AIza-sim-key-0002")
        assert done.returncode == 0
        with subprocess.Popen(
            [sys.executable, "-c", WITHOUT_HANDLERS, "serve", "--home", str(tmp_path), "--port", str(port)],
            env=programs.environment(**programs.towards(google), PASSWORD="pwd"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as server:
            programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz", server), "the server")
            programs.fetch(f"{google}/sim/faults", {"kind": "slow_first_byte", "delay_s": 1.0})
            asked = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
            with ThreadPoolExecutor(1) as client:
                answer = client.submit(programs.fetch, f"http://127.0.0.1:{port}/v1/chat/completions", asked, "pwd")
                programs.until(lambda: generations(google), "the request at Google", answer=answer)
                server.send_signal(signal.SIGINT)
                assert answer.result()["choices"]
            try:
                output, _ = server.communicate(timeout=20)
            finally:
                server.kill()
    assert server.returncode == 0, output
    assert "Traceback" not in output and "KeyboardInterrupt" not in output
