"""Reading a folder of another program, as every test here does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gcli2api_tui.credentials.kinds import OAuthClient
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations import reading
from gcli2api_tui.installations.found import Installation, LeftOut, Program

OURS = OAuthClient("ours.apps.googleusercontent.com", Secret("ours"))


@pytest.fixture
def read() -> Callable[[Program, Path], Installation]:
    return lambda program, folder: reading.read(program, folder, OURS)


def why(rows: tuple[LeftOut, ...]) -> dict[str, str]:
    return {row.what: row.why for row in rows}


def stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything that a change of any file would change; reading changes none of it."""
    return {str(path): _stamp(path) for path in sorted(folder.rglob("*"))}


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.lstat()
    return status.st_mtime_ns, status.st_size, status.st_ino


@pytest.fixture(name="why")
def _why() -> Callable[[tuple[LeftOut, ...]], dict[str, str]]:
    return why


@pytest.fixture(name="stamps")
def _stamps() -> Callable[[Path], dict[str, tuple[int, int, int]]]:
    return stamps
