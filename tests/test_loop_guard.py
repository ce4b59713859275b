"""The guard that all tests run under: it sees what would make a stream wait, and blames nobody else."""

import asyncio
import gzip
import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from loop_guard import LARGE, LoopGuard

from gcli2api_tui import file_lock, safe_files, tasks
from gcli2api_tui.config import config_toml
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.export import Exported, packed
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini import fit_to_model
from gcli2api_tui.server import gzip_members
from gcli2api_tui.upstream.answer_json import decoded


@pytest.fixture
def caught(loop_guard: LoopGuard) -> Iterator[LoopGuard]:
    """What this test does on purpose does not fail it."""
    yield loop_guard
    loop_guard.found.clear()


async def called_by_the_loop(work: Callable[[], object]) -> None:
    asyncio.get_running_loop().call_soon(work)
    await asyncio.sleep(0)


CLIENT = OAuthClient("c", Secret("s"))
PACKED = gzip.compress(b"x" * 8 * LARGE)
LARGE_JSON = json.dumps(["x" * LARGE]).encode()


@pytest.mark.parametrize(
    ("work", "what"),
    [
        (lambda path: partial(safe_files.replace, path / "file", b"x"), "os.open os.fsync os.replace"),
        (lambda path: partial(file_lock.acquire, path / "lock"), "os.open fcntl.flock"),
        (lambda path: partial(config_toml.write_value, path / "config.toml", "port", 1), "os.open"),
        (lambda path: partial(packed, [Exported("a", b"b")]), "zipfile.ZipFile"),
        (lambda path: partial(decoded, LARGE_JSON), "json.loads"),
        (lambda path: partial(fit_to_model._compact, ["x" * LARGE]), "json.dumps"),
        (lambda path: partial(gzip_members.unpacked, bytearray(PACKED), 10 * LARGE), "decompressobj"),
    ],
    ids=["write", "lock", "settings", "zip", "parse", "dump", "unpack"],
)
async def test_each_kind_is_seen(
    caught: LoopGuard, tmp_path: Path, work: Callable[[Path], Callable[[], object]], what: str
) -> None:
    await called_by_the_loop(work(tmp_path))
    seen = " ".join(caught.found)
    assert all(f"on the loop: {one}" in seen for one in what.split())


async def test_a_thread_is_free_to_do_it(caught: LoopGuard, tmp_path: Path) -> None:
    await asyncio.to_thread(safe_files.replace, tmp_path / "file", b"x")
    await asyncio.to_thread(read_bytes, packed([Exported("a.json", b"{}")]), "a.zip", CLIENT)
    assert not caught.found


async def test_what_a_test_does_itself_is_its_own_affair(caught: LoopGuard, tmp_path: Path) -> None:
    safe_files.replace(tmp_path / "file", b"x")
    (tmp_path / "file").read_bytes()
    assert not caught.found


async def test_a_coroutine_of_ours_is_blamed_although_a_test_awaits_it(caught: LoopGuard, tmp_path: Path) -> None:
    async def careless() -> None:
        safe_files.replace(tmp_path / "file", b"x")

    code = careless.__code__.replace(co_filename=tasks.__file__)
    careless.__code__ = code
    await careless()
    assert any("os.replace" in line for line in caught.found)


def test_without_a_loop_nothing_is_blamed(caught: LoopGuard, tmp_path: Path) -> None:
    safe_files.replace(tmp_path / "file", b"x")
    decoded(LARGE_JSON)
    assert not caught.found
    assert os.path.exists(tmp_path / "file")
