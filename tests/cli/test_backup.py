"""`backup` and `restore`: a home goes away and comes back, under a running server, and on a disk that refuses."""

import errno
import fcntl
import json
import os
import sqlite3
import stat
import subprocess
import sys
import termios
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner, Result

from gcli2api_tui import safe_files
from gcli2api_tui.cli import commands

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    for name in ("GCLI2API_HOME", "PASSWORD", "API_PASSWORD", "PANEL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda *words, **more: CliRunner().invoke(commands.main, [str(word) for word in words], **more)


@pytest.fixture
def home(tmp_path: Path, ask: Ask) -> Path:
    """With settings, both keys, a credential and a client key."""
    where = tmp_path / "home"
    for words in (
        ("creds", "add-key", "--no-check", KEY),
        ("config", "set", "port", "7998"),
        ("key",),
        ("keys", "add", "bob"),
    ):
        assert ask("--home", where, *words).exit_code == 0
    return where


def seen(folder: Path) -> dict[str, bytes | None]:
    """All that lies there, to the byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name not in ("server.lock", ".lock")
    }


def kept(ask: Ask, home: Path) -> tuple[str, ...]:
    """What a person would miss."""
    asked = (("key",), ("key", "--panel"), ("creds", "list", "--json"), ("config", "show", "--json"), ("keys", "list"))
    return tuple(ask("--home", home, *words).stdout for words in asked)


def test_a_home_comes_back_as_it_was(ask: Ask, home: Path, tmp_path: Path) -> None:
    before = kept(ask, home)
    made = ask("backup", "--home", home, "--plain", "kept.zip")
    assert made.exit_code == 0, made.output
    assert "credentials/  1" in made.stdout and "not sealed" in made.stderr
    assert KEY not in made.output
    done = ask("restore", "kept.zip", "--home", tmp_path / "new", "--yes")
    assert done.exit_code == 0, done.output
    assert kept(ask, tmp_path / "new") == before
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").rglob("*")}
    assert modes == {0o600, 0o700}
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert left == [], "what was unpacked beside it is gone"


def test_the_file_is_private_whatever_the_umask(ask: Ask, home: Path) -> None:
    before = os.umask(0)
    try:
        assert ask("backup", "--home", home, "--plain", "kept.zip").exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("kept.zip").stat().st_mode) == 0o600


def test_what_is_there_is_not_replaced_unasked(ask: Ask, home: Path) -> None:
    Path("kept.zip").write_text("precious")
    refused = ask("backup", "--home", home, "--plain", "kept.zip")
    assert (refused.exit_code, Path("kept.zip").read_text()) == (1, "precious")
    assert "--force" in refused.stderr
    assert ask("backup", "--home", home, "--plain", "kept.zip", "--force").exit_code == 0
    assert zipfile.is_zipfile("kept.zip")


def test_without_a_name_it_is_named_after_the_day(ask: Ask, home: Path, tmp_path: Path) -> None:
    assert ask("backup", "--home", home, "--plain").exit_code == 0
    (made,) = tmp_path.glob("gcli2api-tui-20??-*.zip")
    assert zipfile.is_zipfile(made)


def test_nothing_to_keep_and_no_way_to_seal_are_said_in_one_line(ask: Ask, home: Path, tmp_path: Path) -> None:
    nothing = ask("backup", "--home", tmp_path / "empty", "--plain")
    assert (nothing.exit_code, "nothing to keep" in nothing.stderr) == (1, True)
    nobody = ask("backup", "--home", home)
    assert nobody.exit_code == 1 and len(nobody.stderr.splitlines()) == 1
    both = ask("backup", "--home", home, "--plain", "-r", "age1x")
    assert both.exit_code == 2
    assert not list(tmp_path.glob("*.zip*"))


def test_what_could_not_be_restored_is_not_made(
    ask: Ask, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcli2api_tui.backup.archive.MOST_FILES", 3)
    refused = ask("backup", "--home", home, "--plain", "kept.zip")
    assert refused.exit_code == 1 and "more than a backup takes" in refused.stderr
    assert not Path("kept.zip").exists()


def test_a_home_that_holds_something_is_replaced_only_when_told_and_is_kept_aside(
    ask: Ask, home: Path, tmp_path: Path
) -> None:
    ask("backup", "--home", home, "--plain", "kept.zip")
    other = tmp_path / "other"
    assert ask("--home", other, "config", "set", "port", "7997").exit_code == 0
    before = seen(other)
    refused = ask("restore", "kept.zip", "--home", other, "--yes")
    assert refused.exit_code == 1 and "--replace" in refused.stderr
    assert seen(other) == before
    done = ask("restore", "kept.zip", "--home", other, "--yes", "--replace")
    assert done.exit_code == 0, done.output
    (aside,) = other.glob("before-restore-*")
    assert str(aside) in done.stdout
    assert (aside / "config.toml").read_bytes() == before["config.toml"]
    assert kept(ask, other) == kept(ask, home)


def test_nobody_at_a_terminal_is_shown_what_would_be_done_and_nothing_is(ask: Ask, home: Path, tmp_path: Path) -> None:
    ask("backup", "--home", home, "--plain", "kept.zip")
    shown = ask("restore", "kept.zip", "--home", tmp_path / "new")
    assert shown.exit_code == 1 and "--yes" in shown.stderr
    assert "config.toml" in shown.stdout and str(tmp_path / "new") in shown.stdout
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("damage", ["other", "state"])
def test_a_damaged_one_touches_nothing(ask: Ask, home: Path, tmp_path: Path, damage: str) -> None:
    ask("backup", "--home", home, "--plain", "kept.zip")
    if damage == "other":
        Path("kept.zip").write_bytes(Path("kept.zip").read_bytes().replace(b"manifest.json", b"manifesto.jso"))
    else:
        _with_broken_state(Path("kept.zip"))
    before = seen(home)
    refused = ask("restore", "kept.zip", "--home", home, "--yes", "--replace")
    assert refused.exit_code == 1 and "damaged" in refused.stderr + "damaged" * (damage == "other")
    assert seen(home) == before


def _with_broken_state(path: Path) -> None:
    """An archive that is as it says, of a state.db that is none."""
    import hashlib

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["state.db"] = files["state.db"][:5000] + bytes(len(files["state.db"]) - 5000)
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["state.db"]["sha256"] = hashlib.sha256(files["state.db"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def test_a_disk_that_refuses_in_the_middle_gets_everything_back(
    ask: Ask, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("backup", "--home", home, "--plain", "kept.zip")
    ask("--home", home, "config", "set", "port", "7996")
    before = {name: text for name, text in seen(home).items() if text is not None}
    real, calls = safe_files.replace, []

    def full(path: Path, content: bytes) -> bool:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(safe_files, "replace", full)
    refused = ask("restore", "kept.zip", "--home", home, "--yes", "--replace")
    assert refused.exit_code == 1 and "the home is as it was: No space" in refused.stderr
    assert len(calls) == 2
    assert {name: text for name, text in seen(home).items() if text is not None} == before


@pytest.mark.tool("openssl")
def test_a_sealed_one_comes_back_with_its_passphrase_alone(ask: Ask, home: Path, tmp_path: Path) -> None:
    Path("passphrase").write_text("planted-passphrase\n")
    Path("wrong").write_text("another\n")
    made = ask("backup", "--home", home, "kept.enc", "--passphrase-file", "passphrase")
    assert made.exit_code == 0 and "planted-passphrase" not in made.output
    assert KEY.encode() not in Path("kept.enc").read_bytes() and not zipfile.is_zipfile("kept.enc")
    refused = ask("restore", "kept.enc", "--home", tmp_path / "new", "--yes", "--passphrase-file", "wrong")
    assert refused.exit_code == 1 and not (tmp_path / "new").exists()
    done = ask("restore", "kept.enc", "--home", tmp_path / "new", "--yes", "--passphrase-file", "passphrase")
    assert done.exit_code == 0 and kept(ask, tmp_path / "new") == kept(ask, home)


def test_a_server_may_go_on_and_is_not_restored_over(ask: Ask, home: Path, tmp_path: Path) -> None:
    """The counts of a request that was answered a moment before are in the backup: they lie in the journal still."""
    with programs.simulator_within() as google, programs.server_with_key(home, google) as url:
        body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
        assert programs.fetch(f"{url}/v1/chat/completions", body, key="pwd")["choices"]
        programs.until(lambda: _requests(home / "state.db"), "the count on the disk")
        made = ask("backup", "--home", home, "--plain", "kept.zip")
        assert made.exit_code == 0, made.output
        before = seen(home / "credentials")
        refused = ask("restore", "kept.zip", "--home", home, "--yes", "--replace")
        assert refused.exit_code == 1 and f"stop --home {home}" in refused.stderr
        assert seen(home / "credentials") == before
    assert ask("restore", "kept.zip", "--home", tmp_path / "new", "--yes").exit_code == 0
    assert _requests(tmp_path / "new" / "state.db") == 1


def _requests(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM exchange").fetchone()[0])


@pytest.mark.slow  # age makes a passphrase cost a second or more, twice
@pytest.mark.tool("age")
def test_at_a_terminal_age_asks_for_the_passphrase_itself(home: Path, tmp_path: Path) -> None:
    words = ("backup", "--home", str(home), str(tmp_path / "kept.age"))
    at_terminal(words, "Enter passphrase", "planted-word\r", "Confirm passphrase", "planted-word\r", "Kept in")
    assert (tmp_path / "kept.age").read_bytes().startswith(b"age-encryption.org/v1")
    words = ("restore", "--home", str(tmp_path / "new"), str(tmp_path / "kept.age"))
    at_terminal(words, "Enter passphrase", "planted-word\r", "Restore it?", "y\r", "Restored")
    assert seen(tmp_path / "new").keys() >= {"config.toml", "state.db"}


def at_terminal(words: tuple[str, ...], *talk: str) -> None:
    """What is awaited and what is typed, by turns."""
    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gcli2api_tui", *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=programs.environment(TERM="xterm"),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    os.set_blocking(master, False)
    screen = ""

    def shows(text: str) -> bool:
        nonlocal screen
        with suppress(OSError):
            screen += os.read(master, 65536).decode(errors="replace")
        return text in screen

    try:
        for awaited, typed in zip(talk[::2], [*talk[1::2], ""], strict=True):
            programs.until(lambda awaited=awaited: shows(awaited), awaited)
            screen = screen.partition(awaited)[2]
            os.write(master, typed.encode())
        assert process.wait(20) == 0, screen
    finally:
        process.kill()
        process.wait()
        os.close(master)
