"""`creds login`: sign in with Google from the command line.

With a running server it drives that server's sign-in; without one it serves on a free loopback port until the
sign-in has ended. Either way Google's answer arrives by the browser or by pasting the address. The notice on Google's
terms is always shown, and has to be answered once per person.
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
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from gcli2api_tui import paths, tasks
from gcli2api_tui.control import admin_client, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.bootstrap import Bootstrap

NOTICES = {
    "public client": "Google's terms do not allow third-party programs on Gemini CLI's sign-in, nor on the Code Assist "
    "service behind it;\naccounts have been suspended for it. What Google supports is a Gemini API key "
    "(`gcli2api-tui creds add-key`) or Vertex AI.",
    "own client": "You sign in with your own OAuth client. Still, Google's terms do not allow third-party programs on "
    "the Code Assist\nservice behind Gemini CLI; accounts have been suspended for it. What Google supports is a Gemini "
    "API key\n(`gcli2api-tui creds add-key`), or Vertex AI in your own project (`creds login --vertex --project P`).",
    "own project": "You sign in with your own OAuth client, for Vertex AI in your own project: that is a way Google "
    "supports, and the project pays.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: with a project, tokens for Vertex AI there; `agreed` answers the notice beforehand.

    `local`: for this home alone, where instances share a database.
    """

    project: str = ""
    location: str = ""
    agreed: bool = False
    browser: bool = True
    local: bool = False


def run_login(home: str | None, environ: Mapping[str, str], wish: Wish) -> None:
    """Blocks until the sign-in has ended. Raises Problem when it failed."""
    running = run_file.read(paths.find(home, environ).run_file)
    if running is None:
        tasks.run(_serve_for_it(_prepared(home, environ, wish), wish))
        return
    said = admin_client.get(running, f"/admin/api/terms?project={quote(wish.project)}")
    if _read(said["text"], due=said["due"], agreed=wish.agreed):
        admin_client.post(running, "/admin/api/terms", {})
    _drive(running, wish)


def _prepared(home: str | None, environ: Mapping[str, str], wish: Wish) -> "Bootstrap":
    """Settings for a server of our own, with the notice read; a web client returns to the usual port only."""
    from gcli2api_tui.bootstrap import prepare
    from gcli2api_tui.control.terms_notice import notice, stamp
    from gcli2api_tui.upstream.oauth_client import is_own

    setup = prepare({"home": home}, environ)
    client, settings = setup.sign_in_client(), setup.settings
    said = notice(settings.terms_shown_at, own_client=is_own(client), own_project=bool(wish.project))
    if _read(said.text, due=said.due, agreed=wish.agreed):
        settings = dataclasses.replace(settings, terms_shown_at=stamp(setup.clock))
        setup.keep_terms(settings.terms_shown_at)
    if not client.redirect_uris:
        settings = dataclasses.replace(settings, port=0)
    settings = dataclasses.replace(settings, tls_cert="", tls_key="")  # a browser comes back to it, and nobody else
    return dataclasses.replace(setup, settings=settings, quiet=True)


def _read(notice: str, *, due: bool, agreed: bool) -> bool:
    """Show the notice, and while it is due wait for the person's word; True when it was given now."""
    click.echo(NOTICES[notice])
    if not due:
        return False
    if not agreed:
        click.echo("\nType yes to go on: ", nl=False)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Problem(say("cli.no_sign_in"), say("cli.answer_yes"))
    return True


async def _serve_for_it(setup: "Bootstrap", wish: Wish) -> None:
    from gcli2api_tui.start import run

    serving = spawn("login-server", _ignore_status(run(setup, screen=False)))
    try:
        while (running := run_file.read(setup.paths.run_file)) is None:
            if serving.done():
                await serving
            await setup.clock.sleep(0.05)
        await asyncio.to_thread(_drive, running, wish)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def _ignore_status(running: Any) -> None:
    await running


def _drive(running: Running, wish: Wish) -> None:
    """Show the address, then wait for the browser or a pasted line, whichever comes first."""
    place = {"project": wish.project, "location": wish.location, "local": wish.local}
    login = admin_client.post(running, "/admin/api/login/begin", place)
    click.echo(f"\nOpen this address and allow access:\n\n{login['url']}\n")
    if login.get("ssh_hint"):
        click.echo(f"Browser on another machine? First run there:  {login['ssh_hint']}")
    click.echo("Or paste the address your browser ended on (or the code) here:")
    if wish.browser:
        _open(login["url"])
    lines = _pasted_lines()
    while True:
        with contextlib.suppress(queue.Empty):
            _hand_over(running, login["id"], lines.get(timeout=1.0))
        status = admin_client.get(running, f"/admin/api/login/{login['id']}")
        if status["phase"] == "done":
            click.echo(status["message"])
            return
        if status["phase"] not in ("waiting", "exchanging"):
            raise Problem(
                quoted(status["message"]) or say("cli.sign_in_has", phase=status["phase"]), say("cli.start_again")
            )


def _hand_over(running: Running, login: str, text: str) -> None:
    """A text that is no answer is refused, and the sign-in waits on; its status says so when it does not."""
    try:
        admin_client.post(running, "/admin/api/login/finish", {"id": login, "text": text})
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
