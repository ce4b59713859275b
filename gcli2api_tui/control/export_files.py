"""What a person writes to files: requests and pictures of the screen, in one folder that only they can read.

In: how a file is named by the moment, and texts by ending. Out: Done that says where it is, or Refused where the disk
takes nothing. Nothing is written over; the disk is never waited for on the loop.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gcli2api_tui import private_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Answer, Done, ExportForm, Refused
from gcli2api_tui.messages.message import say


@dataclass(slots=True)
class ExportFiles:
    folder: Path
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write_requests(self, text: str, form: ExportForm, count: int) -> Answer:
        written = await self._written("requests-%Y%m%d-%H%M%S", {form: text})
        if isinstance(written, Refused):
            return written
        return Done(say("export.done", n=count, path=str(written)))

    async def write_screen(self, svg: str, text: str) -> Answer:
        """The name comes first: on a phone the folder is cut off."""
        written = await self._written("screen-%m%d-%H%M%S", {"svg": svg, "txt": text})
        if isinstance(written, Refused):
            return written
        return Done(say("screen.saved", name=written.name, folder=str(written.parent)))

    async def _written(self, named: str, texts: Mapping[str, str]) -> Path | Refused:
        """One file for each ending; the path of the first."""
        async with self._turn:
            try:
                return await asyncio.to_thread(self._write, named, texts)
            except OSError as error:
                return Refused(say("export.disk", path=str(self.folder), why=str(error.strerror or error)))

    def _write(self, named: str, texts: Mapping[str, str]) -> Path:
        private_files.folder(self.folder)
        first = begun = time.strftime(named, time.localtime(self.clock.now()))
        number = 1
        while any((self.folder / f"{begun}.{ending}").exists() for ending in texts):
            number += 1
            begun = f"{first}-{number}"
        paths = [self.folder / f"{begun}.{ending}" for ending in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            private_files.replace(path, text.encode("utf-8", "replace"))
        return paths[0]
