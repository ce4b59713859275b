"""`creds login`: sign in with Google from the command line.

With a running server it drives that server's sign-in; without one it serves on a free loopback port until the
sign-in has ended. Either way Google's answer arrives by the browser or by pasting the address.
"""

import asyncio
import contextlib
import dataclasses
import os
import queue
import shutil
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Mapping
from typing import Any

import click

from gcli2api_tui import paths
from gcli2api_tui.control import remote, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.tasks import spawn

TERMS = (
    "Google's terms do not allow third-party programs on Gemini CLI's sign-in; accounts have been suspended for it.\n"
    "What Google supports is a Gemini API key: `gcli2api-tui creds add-key`."
)


def run_login(home: str | None, environ: Mapping[str, str], *, browser: bool) -> None:
    """Blocks until the sign-in has ended. Raises Problem when it failed."""
    click.echo(TERMS)
    running = run_file.read(paths.find(home, environ).run_file)
    if running is not None:
        _drive(running, browser=browser)
    else:
        asyncio.run(_serve_for_it(home, environ, browser=browser))


async def _serve_for_it(home: str | None, environ: Mapping[str, str], *, browser: bool) -> None:
    from gcli2api_tui.station import run
    from gcli2api_tui.wiring import prepare

    setup = dataclasses.replace(prepare({"home": home, "port": 0}, environ), quiet=True)
    serving = spawn("login-server", _ignore_status(run(setup, screen=False)))
    try:
        while (running := run_file.read(setup.paths.run_file)) is None:
            if serving.done():
                await serving
            await setup.clock.sleep(0.05)
        await asyncio.to_thread(_drive, running, browser=browser)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def _ignore_status(running: Any) -> None:
    await running


def _drive(running: Running, *, browser: bool) -> None:
    """Show the address, then wait for the browser or a pasted line, whichever comes first."""
    login = remote.post(running, "/admin/api/login/begin", {})
    click.echo(f"\nOpen this address and allow access:\n\n{login['url']}\n")
    if login.get("ssh_hint"):
        click.echo(f"Browser on another machine? First run there:  {login['ssh_hint']}")
    click.echo("Or paste the address your browser ended on (or the code) here:")
    if browser:
        _open(login["url"])
    lines = _pasted_lines()
    while True:
        with contextlib.suppress(queue.Empty):
            _hand_over(running, login["id"], lines.get(timeout=1.0))
        status = remote.get(running, f"/admin/api/login/{login['id']}")
        if status["phase"] == "done":
            click.echo(status["message"])
            return
        if status["phase"] not in ("waiting", "exchanging"):
            raise Problem(status["message"] or f"The sign-in has {status['phase']}.", "Start again to retry.")


def _hand_over(running: Running, login: str, text: str) -> None:
    """A text that is no answer is refused, and the sign-in waits on; its status says so when it does not."""
    try:
        remote.post(running, "/admin/api/login/finish", {"id": login, "text": text})
    except Problem as refused:
        click.echo(f"! {refused.sentence}")


def _pasted_lines() -> "queue.Queue[str]":
    """Lines typed on standard input, read by a daemon thread so that the browser's way can win."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            if line.strip():
                lines.put(line)

    threading.Thread(target=read, daemon=True, name="paste").start()
    return lines


def _open(url: str) -> None:
    """On a phone Termux opens it; a desktop has a browser; over SSH there is none, and that is fine."""
    if opener := shutil.which("termux-open-url"):
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run([opener, url], timeout=5, check=False)
    elif os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("darwin", "win32"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)
