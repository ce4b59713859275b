"""Sealing an archive with a program that does it well: `age`, or `openssl` where that is what there is.

In: what a person gave (recipients, a file with a passphrase, a terminal to type one at). Out: a command that reads the
archive and writes it sealed, or the other way; a passphrase goes through the variables of that command alone. There is
no cipher of our own: without either program the answer is the line that brings one.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import IO

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import NOTHING, quoted, say
from gcli2api_tui.quick_dataclass import dataclass

AGE_HEAD = b"age-encryption.org/"
ARMOR_HEAD = b"-----BEGIN AGE ENCRYPTED FILE-----"
OPENSSL_HEAD = b"Salted__"
ZIP_HEAD = b"PK\x03\x04"

VARIABLE = "GCLI2API_BACKUP_PASSPHRASE"
OPENSSL = ("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-md", "sha256", "-pass", f"env:{VARIABLE}")
LONGEST_PASSPHRASE = 1_000

Ask = Callable[[bool], str]
"""Asks a person for a passphrase; True: for a new one, which is typed twice."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person said about sealing and opening. `ask` is None where nobody sits at a terminal."""

    ask: Ask | None = None
    recipients: tuple[str, ...] = ()
    identity: Path | None = None
    passphrase_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """`program` seals or opens from its standard input to its standard output."""

    program: str
    words: tuple[str, ...]
    variables: Mapping[str, Secret] = field(default_factory=dict)


def for_backup(given: Given) -> Seal:
    """How it is to be sealed. Raises Problem with the way out where it cannot be."""
    if given.recipients:
        _require("age")
        return Seal("age", ("age", "--encrypt", *(word for one in given.recipients for word in ("-r", one))))
    if given.passphrase_file:
        _require("openssl")
        return Seal("openssl", (*OPENSSL, "-salt"), {VARIABLE: _read(given.passphrase_file)})
    if not (_has("age") or _has("openssl")):
        raise Problem(say("backup.no_seal"), say("backup.get_age", line=install_line()))
    if given.ask is None:
        raise Problem(say("backup.no_terminal"), say("backup.say_how"))
    if _has("age"):
        return Seal("age", ("age", "--encrypt", "--passphrase"))  # it asks at the terminal by itself
    return Seal("openssl", (*OPENSSL, "-salt"), {VARIABLE: Secret(given.ask(True))})


def for_restore(head: bytes, given: Given) -> Seal | None:
    """How it is opened, by its first bytes; None: it is not sealed. Raises Problem."""
    if head.startswith(ZIP_HEAD):
        return None
    if head.startswith((AGE_HEAD, ARMOR_HEAD)):
        _require("age")
        if given.identity is None and given.ask is None:
            raise Problem(say("backup.sealed", program="age"), say("backup.give_identity"))
        return Seal("age", ("age", "--decrypt", *(("-i", str(given.identity)) if given.identity else ())))
    if head.startswith(OPENSSL_HEAD):
        _require("openssl")
        return Seal("openssl", (*OPENSSL, "-d"), {VARIABLE: _passphrase(given)})
    raise Problem(say("backup.not_ours"))


def _passphrase(given: Given) -> Secret:
    if given.passphrase_file:
        return _read(given.passphrase_file)
    if given.ask is None:
        raise Problem(say("backup.sealed", program="openssl"), say("backup.give_passphrase"))
    return Secret(given.ask(False))


Feed = Callable[[IO[bytes]], None]
"""Writes into a pipe."""


def run(seal: Seal, source: IO[bytes] | None, target: IO[bytes], feed: Feed | None = None) -> None:
    """From a file, or from what `feed` writes, into a file. Raises Problem with what the program said."""
    environ = {**os.environ, **{name: secret.reveal() for name, secret in seal.variables.items()}}
    stdin = subprocess.PIPE if feed else source
    try:
        process = subprocess.Popen(seal.words, stdin=stdin, stdout=target, stderr=subprocess.PIPE, env=environ)
    except OSError as error:
        raise Problem(say("backup.seal_failed", program=seal.program, why=str(error.strerror))) from error
    with process:
        fed = _fed(process, feed)
        assert process.stderr is not None
        said = process.stderr.read(4_000).decode("utf-8", "replace")
    if process.returncode or not fed:
        way_out = NOTHING if feed else say("backup.right_key")
        raise Problem(say("backup.seal_failed", program=seal.program, why=_first_line(said)), way_out)


def _fed(process: "subprocess.Popen[bytes]", feed: Feed | None) -> bool:
    if feed is None:
        return True
    assert process.stdin is not None
    try:
        feed(process.stdin)
        process.stdin.close()
    except BrokenPipeError:  # it ended first, and has said why
        with suppress(BrokenPipeError):
            process.stdin.close()
        return False
    return True


def _first_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and "report" not in line]
    return quoted("".join(char for char in lines[0] if char.isprintable())[:200]) if lines else "?"


def install_line(program: str = "age") -> str:
    """What brings it on this system."""
    if os.name == "nt":
        return f"winget install {_ON_WINDOWS[program]}"
    return next((line.format(program) for manager, line in _INSTALLERS.items() if _has(manager)), program)


_ON_WINDOWS = {"age": "FiloSottile.age", "openssl": "ShiningLight.OpenSSL.Light"}
_INSTALLERS = {
    "pkg": "pkg install {}",
    "brew": "brew install {}",
    "apt": "sudo apt install {}",
    "dnf": "sudo dnf install {}",
    "apk": "sudo apk add {}",
    "pacman": "sudo pacman -S {}",
    "zypper": "sudo zypper install {}",
}


def _has(program: str) -> bool:
    return shutil.which(program) is not None


def _require(program: str) -> None:
    if not _has(program):
        raise Problem(say("backup.no_program", program=program), say("backup.get_program", line=install_line(program)))


def _read(path: Path) -> Secret:
    try:
        first = safe_files.read(path, LONGEST_PASSPHRASE).decode("utf-8").split("\n")[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise Problem(say("file.not_read", path=str(path), why=str(error))) from error
    if not first:
        raise Problem(say("backup.no_passphrase", path=str(path)))
    return Secret(first)
