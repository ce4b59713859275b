"""What an archive of anybody's may not do: each is refused in words, and nothing stands outside its own folder."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.backup import archive
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.paths import Paths

GOOD = {"config.toml": b"port = 7998\n", "credentials/a.json": b"{}"}


def described(files: dict[str, bytes]) -> dict[str, Any]:
    listed = {name: {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()} for name, text in files.items()}
    return {"program": "gcli2api-tui", "format": 1, "version": "9", "at": 1.0, "schema": 0, "files": listed}


def made(path: Path, files: dict[str, bytes], manifest: dict[str, Any] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made_one:
        made_one.writestr("manifest.json", json.dumps(described(files) if manifest is None else manifest))
        for name, text in files.items():
            made_one.writestr(name, text)
    return path


def unpacked(path: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    archive.unpack(path, folder)
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_what_is_as_it_says_is_unpacked_for_its_user_alone(tmp_path: Path) -> None:
    assert unpacked(made(tmp_path / "good.zip", GOOD), tmp_path / "out") == GOOD
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "out").rglob("*")}
    assert modes == {0o600, 0o700}


NAMES = (
    "../config.toml", "/etc/passwd", "credentials/../../x", "credentials/../x.json", "C:\\x", "credentials\\x",
    "credentials//x", "credentials/./x", "credentials/.lock", "run.json", "server.lock", "other/x", "credentials",
    "credentials/a\x1b[31m", "credentials/a/b/c/d", "state.db/x", "credentials/", "credentials/" + 300 * "a",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_home_of_ours_has_is_refused(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "bad.zip", {**GOOD, name: b"x"})
    with pytest.raises(Problem, match=r"which no backup of ours does|damaged") as refused:
        unpacked(path, tmp_path / "out")
    assert "\x1b" not in refused.value.sentence
    assert list((tmp_path / "out").iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} == {"bad.zip", "out"}


def linked(path: Path) -> Path:
    made(path, {})
    with zipfile.ZipFile(path, "w") as made_one:
        made_one.writestr("manifest.json", json.dumps(described({"credentials/a": b"/etc/passwd"})))
        link = zipfile.ZipInfo("credentials/a")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made_one.writestr(link, "/etc/passwd")
    return path


def twice(path: Path) -> Path:
    made(path, GOOD)
    with zipfile.ZipFile(path, "a") as again, pytest.warns(UserWarning, match="Duplicate"):
        again.writestr("config.toml", b"port = 1\n")
    return path


def changed(path: Path, **manifest: Any) -> Path:
    return made(path, GOOD, {**described(GOOD), **manifest})


def other(name: str, size: int, content: bytes) -> dict[str, Any]:
    return {**described(GOOD)["files"], name: {"size": size, "sha256": hashlib.sha256(content).hexdigest()}}


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "a link": linked,
    "one name twice": twice,
    "no manifest": lambda path: _without_manifest(path),
    "another program": lambda path: changed(path, program="other"),
    "a newer form": lambda path: changed(path, format=2),
    "one missing": lambda path: changed(path, files=other("keys.toml", 1, b"x")),
    "one too many": lambda path: changed(path, files={}),
    "other content": lambda path: changed(path, files=other("config.toml", 12, b"port = 7999\n")),
    "larger than said": lambda path: changed(path, files=other("config.toml", 3, b"por")),
    "a manifest of another form": lambda path: changed(path, files=[1]),
    "deep": lambda path: _manifest_text(path, "[" * 100_000),
    "no archive": lambda path: _bytes(path, b"PK\x03\x04 and no more"),
}


def _without_manifest(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as empty:
        empty.writestr("config.toml", "")
    return path


def _manifest_text(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as one:
        one.writestr("manifest.json", text)
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_not_as_it_says_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Problem):
        unpacked(HOSTILE[kind](tmp_path / "bad.zip"), tmp_path / "out")


def test_a_torn_archive_is_refused_wherever_it_was_torn(tmp_path: Path) -> None:
    whole = made(tmp_path / "good.zip", GOOD).read_bytes()
    for number, length in enumerate(range(0, len(whole), 37)):
        with pytest.raises(Problem):
            unpacked(_bytes(tmp_path / "torn.zip", whole[:length]), tmp_path / f"out{number}")


def test_a_flipped_bit_is_never_taken_for_something_else(tmp_path: Path) -> None:
    """Refused, or of no meaning (a time, say): what comes out is what went in."""
    whole = made(tmp_path / "good.zip", GOOD).read_bytes()
    for at in range(0, len(whole), 3):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << at % 8
        try:
            assert unpacked(_bytes(tmp_path / "bad.zip", bytes(flipped)), tmp_path / f"out{at}") == GOOD
        except Problem:
            continue


def test_more_bytes_than_any_backup_are_refused_before_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = {"credentials/a.json": bytes(3_000_000)}
    monkeypatch.setattr(archive, "LARGEST_FILE", 1_000_000)
    with pytest.raises(Problem, match="more than any"):
        unpacked(made(tmp_path / "bomb.zip", bomb), tmp_path / "out")
    monkeypatch.setattr(archive, "LARGEST_FILE", 10_000_000)
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1_000_000)
    with pytest.raises(Problem, match="more than any"):
        unpacked(made(tmp_path / "bomb.zip", bomb), tmp_path / "out2")
    assert [*(tmp_path / "out").iterdir(), *(tmp_path / "out2").iterdir()] == []


def test_a_bomb_that_lies_about_its_size_writes_no_more_than_it_said(tmp_path: Path) -> None:
    """The directory of a ZIP says what it likes: what counts is what comes out."""
    path = made(tmp_path / "bomb.zip", {"config.toml": bytes(5_000_000)}, described({"config.toml": b"x"}))
    raw = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little"))
    with pytest.raises(Problem):
        unpacked(_bytes(path, raw), tmp_path / "out")
    assert sum(one.stat().st_size for one in (tmp_path / "out").rglob("*") if one.is_file()) <= 2


def test_all_that_a_backup_names_goes_where_it_came_from(tmp_path: Path) -> None:
    apart = Paths(tmp_path / "config", tmp_path / "state")
    assert archive.place(apart, "state.db") == apart.database
    assert archive.place(apart, "connections/a/b") == apart.connections / "a" / "b"
    assert archive.place(apart, "credentials/a.json") == apart.credentials / "a.json"
    assert archive.place(apart, "config.toml") == apart.config_file
    known = (apart.config_file, apart.keys_file, apart.models_file, apart.prices_file, apart.filters_file)
    assert {archive.place(apart, name) for name in archive.SETTINGS} == {*known}


def test_what_no_archive_can_hold_is_told_and_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    """A config.toml that is kept elsewhere and linked is the settings all the same."""
    home = Paths(tmp_path, tmp_path)
    home.credentials.mkdir()
    (tmp_path / "elsewhere").write_text("port = 1\n")
    home.config_file.symlink_to(tmp_path / "elsewhere")
    for name in ("good.json", "bad\nname.json", ".hidden"):
        (home.credentials / name).write_text("{}")
    (home.credentials / "nowhere.json").symlink_to(tmp_path / "nothing")
    (home.credentials / "outside").symlink_to("/")
    with (home.credentials / "large.zip").open("wb") as large:
        large.truncate(archive.LARGEST_FILE + 1)
    assert [name for name, _ in archive.files(home)] == ["config.toml", "credentials/good.json"]
    assert [path.name for path in archive.left_out(home)] == ["bad\nname.json", "large.zip"]
