"""A pipe, a device or a folder in place of a file is refused at once, never waited for."""

import os
import socket
from pathlib import Path

import pytest

from gcli2api_tui import safe_files


def made(kind: str, folder: Path) -> Path:
    path = folder / "x.json"
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            path.mkdir()
        case "a device":
            path.symlink_to("/dev/zero")
        case "a socket":
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
    return path


@pytest.fixture(params=["a pipe", "a folder", "a device", "a socket"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    return request.param, made(request.param, tmp_path)


def test_what_is_no_file_is_named_and_not_waited_for(odd: tuple[str, Path]) -> None:
    kind, path = odd
    with pytest.raises(safe_files.NotRegular, match=kind):
        safe_files.read(path, 10)


def test_what_becomes_a_pipe_between_the_two_looks_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made("a pipe", tmp_path)
    monkeypatch.setattr(Path, "stat", lambda self: os.stat(__file__))
    with pytest.raises(safe_files.NotRegular):
        safe_files.read(path, 10)


def test_one_byte_beyond_the_bound_is_read_and_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("real")
    assert safe_files.read(tmp_path / "link", 3) == b"1234"
