"""The two sides of a panel whose server runs in another process: its Reader and its Control, over one line.

In: the server's address and a key for its admin API. Out: both sides, when there is something to show. Raises Problem
where there is no such server, or it does not take the key, or speaks another version's words.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from gcli2api_tui import __version__
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import run_file, server_certificate
from gcli2api_tui.control.local_files import ExportFiles
from gcli2api_tui.control.remote_cache import Fetched
from gcli2api_tui.control.remote_connection import AdminLine, Place, ServerRefused
from gcli2api_tui.control.remote_control import RemoteControl
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.tasks import spawn

UNAUTHORIZED = 401


@contextlib.asynccontextmanager
async def remote_sides(
    url: str,
    key: Secret,
    trusted: ssl.SSLContext | None,
    clock: Clock,
    keys: Callable[[], Keys],
    where: Paths,
    *,
    read_only: bool,
    far: bool,
) -> AsyncIterator[tuple[RemoteReader, RemoteControl]]:
    line = AdminLine(url, key, trusted=trusted, found=lambda: None if far else found(where.run_file))
    try:
        await _require_ours(line, far=far)
        reader = RemoteReader(line, clock, keys)
        control = RemoteControl(
            line, reader, ExportFiles(where.exports, clock), Fetched(clock, reader.note_change), read_only, far
        )
        following = spawn("follow", reader.follow())
        try:
            await reader.first()
            yield reader, control
        finally:
            following.cancel()
            reader.close()
            control.fetched.close()
            await asyncio.wait({following})
    finally:
        await line.close()


def found(path: Path) -> Place | None:
    """This home's server as its run file tells it now."""
    running = run_file.read(path)
    return Place(running.url, running.token, server_certificate.trusting(running.certificate)) if running else None


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
