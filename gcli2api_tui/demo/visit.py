"""The demo beside a server that runs: `!` of a first run shows it, `esc` comes back; the server itself is not touched.

In: nothing but a clock. Out: a `Visit`, a second runtime on a free port of loopback with a home of its own. What blocks
(the disk, building the parts) is done in threads: the first server goes on answering meanwhile.
"""

import asyncio
import contextlib
import dataclasses
import importlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.server.listening_socket import bind, url_of
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.runtime import Runtime

SEED = 7


class Visit:
    """At most one demo at a time, kept while a person looks at it."""

    def __init__(self, clock: Clock, refresh: str, language: str) -> None:
        self._clock = clock
        self._refresh = refresh
        self._language = language
        self._open: AsyncExitStack | None = None
        self.runtime: Runtime | None = None

    async def begin(self) -> None:
        """Returns as soon as it serves."""
        if self.runtime is None:
            self._open = AsyncExitStack()
            self.runtime = await self._open.enter_async_context(_running(self._clock, self._refresh, self._language))

    async def end(self) -> None:
        """Nothing of it is left."""
        opened, self._open, self.runtime = self._open, None, None
        if opened is not None:
            await opened.aclose()


@contextlib.asynccontextmanager
async def _running(clock: Clock, refresh: str, language: str) -> "AsyncIterator[Runtime]":
    await asyncio.to_thread(
        importlib.import_module, "gcli2api_tui.demo.instance"
    )  # the stand-in; most starts need none
    from gcli2api_tui.demo.instance import prepared
    from gcli2api_tui.runtime import Runtime

    home = await asyncio.to_thread(lambda: tempfile.TemporaryDirectory(prefix="gcli2api-demo-"))
    try:
        async with prepared(SEED, 0, str(Path(home.name)), clock=clock) as demo:
            setup = dataclasses.replace(
                demo.setup, quiet=True, settings=dataclasses.replace(demo.setup.settings, language=language)
            )
            with contextlib.closing(bind("127.0.0.1", 0)) as listener:
                build = partial(Runtime, setup, url_of(listener), refresh, screen=False, staging=demo.staging)
                runtime = await asyncio.to_thread(build)
                serving = spawn("demo-server", runtime.serve(listener))
                try:
                    yield runtime
                finally:
                    runtime.stop("now")
                    await serving
                    await runtime.close()
    finally:
        await asyncio.to_thread(home.cleanup)
