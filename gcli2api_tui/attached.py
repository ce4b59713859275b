"""The panel of a server that runs in another process, on this machine or elsewhere: a screen, and a line to it.

In: the server's address and a key for its admin API. Out: how the screen ended. Invariants: nothing of the server is
here, so that it does not notice how this ends; own keys are read from the files of this machine, and never asked for.
"""

import asyncio
import logging
import os
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui import __version__, paths, settings, tasks
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import pinned, run_file
from gcli2api_tui.control.admin_line import AdminLine, Place, ServerRefused
from gcli2api_tui.control.export_files import ExportFiles
from gcli2api_tui.control.fetched import Fetched
from gcli2api_tui.control.ports import Keys, Refused
from gcli2api_tui.control.remote_control import RemoteControl
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.settings import Settings
from gcli2api_tui.tasks import spawn
from gcli2api_tui.terminal import Ended, Terminal

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

UNAUTHORIZED = 401


def run_attached(
    url: str,
    key: Secret,
    *,
    read_only: bool,
    refresh: str | None,
    home: str | None = None,
    far: bool = False,
    trusted: ssl.SSLContext | None = None,
) -> Ended:
    """Show the panel until it is closed. Raises Problem where there is no such server, or it does not take the key.

    `far`: it may be on another machine, so that its files and keys are not this person's. It is stopped there when a
    person wants that; of a server of this home the caller, who sees its process end, does it.
    """
    shown = _shown(url, key, read_only=read_only, refresh=refresh, home=home, far=far, trusted=trusted)
    return tasks.run(shown)


async def _shown(
    url: str,
    key: Secret,
    *,
    read_only: bool,
    refresh: str | None,
    home: str | None,
    far: bool,
    trusted: ssl.SSLContext | None,
) -> Ended:
    clock, where = Clock(), paths.find(home, os.environ)
    line = AdminLine(url, key, trusted=trusted, found=lambda: None if far else _found(where.run_file))
    chosen = _settings(where.config_file)
    terminal = Terminal(lambda: terminal.leave("keep-serving"), screen=True)  # who ends this process stops no server
    try:
        await _require_ours(line, far=far)
        reader = RemoteReader(line, clock, _keys(where.config_file, chosen, far=far))
        control = RemoteControl(
            line, reader, ExportFiles(where.exports, clock), Fetched(clock, reader.note_change), read_only, far
        )
        following = spawn("follow", reader.follow())
        try:
            await reader.first()
            with _quiet(), terminal.signals():
                ended = await terminal.show(_panel(reader, control, chosen, where, refresh or chosen.refresh, clock))
            return await _ended(ended, control)
        finally:
            following.cancel()
            reader.close()
            control.fetched.close()
            await asyncio.wait({following})
    finally:
        await line.close()


async def _ended(ended: Ended, control: RemoteControl) -> Ended:
    """A panel that only looks stops nothing, whichever way it is left. Raises Problem where a stop was refused."""
    if ended != "stop":
        return ended
    if control.read_only:
        return "keep-serving"
    if control.far and isinstance(answer := await control.stop("drain"), Refused):
        raise Problem(answer.reason, answer.way_out)
    return ended


async def _require_ours(line: AdminLine, *, far: bool) -> None:
    """Raises Problem with the way out. Of a server of this home the person was asked before."""
    try:
        theirs = await line.version()
    except ServerRefused as problem:
        if problem.status == UNAUTHORIZED:
            raise Problem(say("attach.wrong_key"), say("attach.which_key")) from None
        raise
    if theirs != __version__ and far:
        raise Problem(say("attach.version", theirs=theirs, ours=__version__), say("attach.same_version"))


def _found(path: Path) -> Place | None:
    """This home's server as its run file tells it now."""
    running = run_file.read(path)
    return Place(running.url, running.token, pinned.trusting(running.certificate)) if running else None


def _settings(config_file: Path) -> Settings:
    """This machine's, for how the screen looks; a file that cannot be taken is no reason not to look."""
    try:
        return settings.load(config_file, os.environ, {}).settings
    except Problem:
        return Settings()


def _keys(config_file: Path, chosen: Settings, *, far: bool) -> Callable[[], Keys]:
    """The server's own where it is this user's, read again when the file has changed; from afar none."""
    if far:
        return lambda: Keys(Secret(""), Secret(""))
    return lambda: Keys(chosen.password, chosen.panel_password)


def _quiet() -> "_ToNowhere":
    return _ToNowhere()


class _ToNowhere:
    """Log lines of this process would be written over the screen."""

    def __enter__(self) -> None:
        self._before = logging.getLogger().handlers[:]
        logging.getLogger().handlers[:] = [logging.NullHandler()]

    def __exit__(self, *error: object) -> None:
        logging.getLogger().handlers[:] = self._before


def _panel(
    reader: RemoteReader, control: RemoteControl, chosen: Settings, where: paths.Paths, refresh: str, clock: Clock
) -> "Panel":
    from gcli2api_tui.key_file import remapped
    from gcli2api_tui.new_panel import driver
    from gcli2api_tui.tui.app import Panel
    from gcli2api_tui.tui.paint.look import glyphs_for, language_for
    from gcli2api_tui.tui.pull import hertz_for

    encoding = (sys.__stdout__.encoding if sys.__stdout__ else "") or ""
    return Panel(
        reader,
        control,
        clock,
        refresh_hz=hertz_for(refresh, os.environ),
        language=language_for(chosen.language, os.environ),
        glyphs=glyphs_for(chosen.glyphs, os.environ, encoding),
        driver_class=driver(),
        keys=remapped(_keys_toml(where.keys_file)),
        theme=chosen.theme,
        environ=os.environ,
        attached=True,
        only_looks=control.read_only,
    )


def _keys_toml(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
