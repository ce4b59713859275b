"""A folder of another user's: the sentence names whose it is, who asks, and the line that helps."""

import errno
import os
import sys
from pathlib import Path

import pytest

from gcli2api_tui import container_detection, paths, unwritable_folder
from gcli2api_tui.config import settings_loading
from gcli2api_tui.events.problems import SettingsFault, StartFault
from gcli2api_tui.messages.message import say

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no owners by number there")

OTHERWISE = say("start.other_home")
NOBODY = 54321


@pytest.fixture
def somebody_else(monkeypatch: pytest.MonkeyPatch) -> int:
    """Whose everything here is: this process counts as another user."""
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    return os.getuid()


@pytest.fixture(params=[False, True], ids=["machine", "container"])
def contained(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(container_detection, "runs_in_one", lambda: request.param)
    return bool(request.param)


def test_a_folder_of_another_user(tmp_path: Path, somebody_else: int, contained: bool) -> None:
    said = unwritable_folder.way_out(tmp_path / "home" / "logs", PermissionError(errno.EACCES, "denied"), OTHERWISE)
    assert said.startswith(f"{tmp_path} belongs to user {somebody_else}, and this runs as user {NOBODY}: ")
    assert (f"`sudo chown {NOBODY} FOLDER`" in said) is contained
    assert (f"`sudo chown {NOBODY} {tmp_path}`" in said) is not contained


def test_what_a_chown_does_not_help(tmp_path: Path, contained: bool) -> None:
    """Our own folder that may not be written, and a disk that is full."""
    for number in (errno.EACCES, errno.ENOSPC, errno.ENOTDIR):
        assert unwritable_folder.way_out(tmp_path, OSError(number, "no"), OTHERWISE) == OTHERWISE


def test_a_root_that_is_read_only_wants_a_volume(tmp_path: Path, contained: bool) -> None:
    said = unwritable_folder.way_out(tmp_path / "home", OSError(errno.EROFS, "read-only"), OTHERWISE)
    assert said == (say("start.read_only", folder=str(tmp_path)) if contained else OTHERWISE)


def test_the_start_and_the_settings_say_it(
    tmp_path: Path, somebody_else: int, contained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(StartFault) as start:
        paths.find(str(tmp_path / "home"), {}).create()
    monkeypatch.setattr("gcli2api_tui.safe_files.read", denied)
    with pytest.raises(SettingsFault) as setting:
        settings_loading.load(tmp_path / "config.toml", {}, {})
    for fault in (start, setting):
        assert f"belongs to user {somebody_else}, and this runs as user {NOBODY}" in fault.value.sentence
