"""Reading a folder of another program, as every test here does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations import discovery
from gcli2api_tui.installations.installation import Installation, LeftOut, Program

OURS = OAuthClient("ours.apps.googleusercontent.com", Secret("ours"))


@pytest.fixture
def read() -> Callable[[Program, Path], Installation]:
    return lambda program, folder: discovery.read(program, folder, OURS)


def why(rows: tuple[LeftOut, ...]) -> dict[str, str]:
    return {row.what: row.why for row in rows}


@pytest.fixture(name="why")
def _why() -> Callable[[tuple[LeftOut, ...]], dict[str, str]]:
    return why
