"""A file or a folder of this machine, as one upload for a server elsewhere.

In: a path as a person types it. Out: its content and a name for messages; of a folder, a ZIP of what may hold
credentials. Raises Problem with the way out. Bounded, and read in a thread.
"""

import asyncio
import io
import zipfile
from pathlib import Path

from gcli2api_tui import regular_file
from gcli2api_tui.credentials.import_reader import is_taken
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import expanded

LARGEST = 20 * 2**20
"""What the admin API takes."""
MOST = 1_000


async def read_path(path: str) -> tuple[bytes, str]:
    return await asyncio.to_thread(lambda: _read(expanded(path.strip())))


def _read(path: Path) -> tuple[bytes, str]:
    try:
        data = _packed(path) if path.is_dir() else regular_file.read(path, LARGEST + 1)
    except OSError as error:
        raise Problem(say("attach.not_read", path=str(path), why=str(error.strerror or error))) from None
    if len(data) > LARGEST:
        raise Problem(say("attach.too_large", path=str(path), mb=LARGEST // 2**20))
    return data, path.name


def _packed(folder: Path) -> bytes:
    files = [path for path in sorted(folder.iterdir()) if is_taken(path.name) and path.is_file()][:MOST]
    if not files:
        raise Problem(say("attach.no_files", path=str(folder)))
    packed, room = io.BytesIO(), LARGEST * 4
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            content = regular_file.read(path, LARGEST)
            if (room := room - len(content)) < 0:
                raise Problem(say("attach.too_large", path=str(folder), mb=LARGEST // 2**20))
            archive.writestr(path.name, content)
    return packed.getvalue()
