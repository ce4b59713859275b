"""Stores on a real file in a temporary folder, with time that stands."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.sqlite_store import SqliteStore

NOW = 1_795_000_000.0
ONE = CredentialId("1" * 32)

OpenStore = Callable[..., SqliteStore]


def exchange_row(number: int, error: str = "") -> ExchangeRow:
    return ExchangeRow(
        ExchangeId(number), 5.0, "openai-chat", "/v1", "m", True, "c", "p", ExchangeState.DONE,
        hops=(Hop(ONE, "a", 5.0),), usage=Usage(prompt=3), error=error,
        client_key=ClientKeyId("laptop"),
    )  # fmt: skip


@pytest.fixture
def row() -> Callable[..., ExchangeRow]:
    return exchange_row


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[OpenStore]:
    opened: list[SqliteStore] = []

    def open_it(folder: Path = tmp_path, **more) -> SqliteStore:
        opened.append(SqliteStore(folder / "state.db", Clock(now=lambda: NOW), **more))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.tool("postgres"))])
def open_any(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., BaseStore]]:
    """The same store each time, on each engine in turn."""
    opened: list[BaseStore] = []
    clock = Clock(now=lambda: NOW)
    url = request.getfixturevalue("postgres").fresh() if request.param == "postgres" else ""

    def open_it(*, clock: Clock = clock, **more) -> BaseStore:
        opened.append(
            _shared(url, tmp_path, clock, **more) if url else SqliteStore(tmp_path / "state.db", clock, **more)
        )
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def _shared(url: str, folder: Path, clock: Clock, run: str = "", **more) -> BaseStore:
    from gcli2api_tui.state.postgresql.connection import Address
    from gcli2api_tui.state.postgresql.store import PostgresStore

    return PostgresStore(Address(Secret(url), run or uuid4().hex, "here"), folder / "unsent", clock, **more)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB; skipped where nobody may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def fill(small_disk: Path) -> Callable[[], Path]:
    """Take every last byte of it."""

    def take() -> Path:
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"x" * 1024)
            except OSError:
                return ballast

    return take
