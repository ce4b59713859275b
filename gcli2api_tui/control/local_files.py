"""Files on this machine for a person: requests and pictures of the screen are written, credentials are read for a
server elsewhere.

In: texts by ending, or a path as a person types it. Out: Done that says where it is, or Refused where the disk takes
nothing; a file's content, of a folder a ZIP of what may hold credentials. What is written only they can read, in one
folder, and nothing is written over. Bounded; the disk is never waited for on the loop.
"""

import asyncio
import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Answer, Done, ExportForm, Refused
from gcli2api_tui.credentials.import_reader import is_taken
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import expanded
from gcli2api_tui.quick_dataclass import dataclass


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
        safe_files.folder(self.folder)
        first = begun = time.strftime(named, time.localtime(self.clock.now()))
        number = 1
        while any((self.folder / f"{begun}.{ending}").exists() for ending in texts):
            number += 1
            begun = f"{first}-{number}"
        paths = [self.folder / f"{begun}.{ending}" for ending in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            safe_files.replace(path, text.encode("utf-8", "replace"))
        return paths[0]


LARGEST = 20 * 2**20
"""What the admin API takes."""
MOST = 1_000


async def read_for_upload(path: str) -> tuple[bytes, str]:
    return await asyncio.to_thread(lambda: _file_or_zip(expanded(path.strip())))


def _file_or_zip(path: Path) -> tuple[bytes, str]:
    try:
        data = _zipped(path) if path.is_dir() else safe_files.read(path, LARGEST + 1)
    except OSError as error:
        raise Problem(say("attach.not_read", path=str(path), why=str(error.strerror or error))) from None
    if len(data) > LARGEST:
        raise Problem(say("attach.too_large", path=str(path), mb=LARGEST // 2**20))
    return data, path.name


def _zipped(folder: Path) -> bytes:
    files = [path for path in sorted(folder.iterdir()) if is_taken(path.name) and path.is_file()][:MOST]
    if not files:
        raise Problem(say("attach.no_files", path=str(folder)))
    packed, room = io.BytesIO(), LARGEST * 4
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            content = safe_files.read(path, LARGEST)
            if (room := room - len(content)) < 0:
                raise Problem(say("attach.too_large", path=str(folder), mb=LARGEST // 2**20))
            archive.writestr(path.name, content)
    return packed.getvalue()
