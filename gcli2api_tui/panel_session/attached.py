"""The panel of a server that runs in another process, on this machine or elsewhere: a screen, and a line to it.

In: the server's address and a key for its admin API. Out: how the screen ended. Invariants: nothing of the server is
here, so that it does not notice how this ends; own keys are read from the files of this machine, and never asked for.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcli2api_tui import paths, tasks
from gcli2api_tui.bootstrap import keys_toml
from gcli2api_tui.clock import Clock
from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.starting_server import StartingReader
from gcli2api_tui.control.verb_results import Keys, Refused
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import ServerFacts
from gcli2api_tui.panel_session.terminal import Ended, Terminal
from gcli2api_tui.process.collector import while_running
from gcli2api_tui.process.textual_variables import import_textual
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.control.remote_control import RemoteControl
    from gcli2api_tui.control.remote_reader import RemoteReader
    from gcli2api_tui.panel_session.opened_panel import OpenedPanel


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
    import_textual()
    from gcli2api_tui.panel_session.opened_panel import opened_panel

    clock, where, terminal = Clock(), paths.find(home, os.environ), Terminal(screen=True)
    chosen = _settings(where.config_file)
    terminal.stop = lambda: terminal.leave("keep-serving")  # who ends this process stops no server
    keys = _keys(chosen, far=far)
    starting = StartingReader(clock, ServerFacts(url), keys(), "connecting")
    with _ToNowhere(), terminal.signals():
        async with opened_panel(
            terminal, starting, clock, chosen, refresh or chosen.refresh, keys_toml(where)[0],
            attached=True, only_looks=read_only,
        ) as opened:  # fmt: skip
            sides = partial(_sides, url, key, trusted, clock, keys, where, read_only=read_only, far=far)
            following = spawn("line", _follow(opened, sides))
            await asyncio.wait({following, opened.shown}, return_when=asyncio.FIRST_COMPLETED)
            if starting.real.there is None and not following.done():
                following.cancel()
                await asyncio.wait({following})
                return "keep-serving" if far or read_only else opened.shown.result()
            return await following


Sides = Callable[[], "AbstractAsyncContextManager[tuple[RemoteReader, RemoteControl]]"]


@contextlib.asynccontextmanager
async def _sides(*given: Any, **named: Any) -> "AsyncIterator[tuple[RemoteReader, RemoteControl]]":
    """What speaks HTTP is imported while the panel is there already."""
    await asyncio.to_thread(importlib.import_module, "gcli2api_tui.control.remote_sides")
    from gcli2api_tui.control.remote_sides import remote_sides

    while_running()
    async with remote_sides(*given, **named) as sides:
        yield sides


async def _follow(opened: "OpenedPanel", sides: Sides) -> Ended:
    async with sides() as (reader, control):
        opened.arrive(reader, control)
        await asyncio.wait({opened.shown})
        return await _ended(opened.shown.result(), control)


async def _ended(ended: Ended, control: "RemoteControl") -> Ended:
    """A panel that only looks stops nothing, whichever way it is left. Raises Problem where a stop was refused."""
    if ended != "stop":
        return ended
    if control.read_only:
        return "keep-serving"
    if control.far and isinstance(answer := await control.stop("drain"), Refused):
        raise Problem(answer.reason, answer.way_out)
    return ended


def _settings(config_file: Path) -> Settings:
    """This machine's, for how the screen looks; a file that cannot be taken is no reason not to look."""
    try:
        return settings_loading.load(config_file, os.environ, {}).settings
    except Problem:
        return Settings()


def _keys(chosen: Settings, *, far: bool) -> Callable[[], Keys]:
    """The server's own where it is this user's; from afar none."""
    if far:
        return lambda: Keys(Secret(""), Secret(""))
    return lambda: Keys(chosen.password, chosen.panel_password)


class _ToNowhere:
    """Log lines of this process would be written over the screen."""

    def __enter__(self) -> None:
        self._before = logging.getLogger().handlers[:]
        logging.getLogger().handlers[:] = [logging.NullHandler()]

    def __exit__(self, *error: object) -> None:
        logging.getLogger().handlers[:] = self._before
