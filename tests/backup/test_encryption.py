"""Sealing: by which program, with words that show no passphrase, and the way out where there is none."""

import contextlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcli2api_tui.backup import encryption
from gcli2api_tui.backup.encryption import Given, Seal
from gcli2api_tui.events.problems import Problem

PLANTED = "planted passphrase 7f3a"


@pytest.fixture
def programs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH; what a test puts there is what there is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@contextlib.contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(Problem) as problem:
        yield
    assert words in problem.value.sentence


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)


def asked(new: bool) -> str:
    return PLANTED


@pytest.mark.parametrize(
    ("there", "given", "program"),
    [
        (("age", "openssl"), Given(asked), "age"),
        (("openssl",), Given(asked), "openssl"),
        (("age", "openssl"), Given(recipients=("age1x", "age1y")), "age"),
    ],
)
def test_the_program_that_seals(programs_here: Path, there: tuple[str, ...], given: Given, program: str) -> None:
    put(programs_here, *there)
    chosen = encryption.for_backup(given)
    assert chosen.program == program
    assert [word for word in chosen.words if word.startswith("age1")] == list(given.recipients)


def test_a_passphrase_stands_in_no_command_line_and_in_no_repr(programs_here: Path, tmp_path: Path) -> None:
    put(programs_here, "openssl")
    file = tmp_path / "passphrase"
    file.write_text(f"{PLANTED}\nand more\n")
    for chosen in (encryption.for_backup(Given(asked)), encryption.for_backup(Given(passphrase_file=file))):
        assert PLANTED not in repr(chosen) and PLANTED not in " ".join(chosen.words)
        assert [one.reveal() for one in chosen.variables.values()] == [PLANTED]


@pytest.mark.parametrize(
    ("there", "given", "words"),
    [
        (("apt",), Given(asked), "sudo apt install age"),
        (("pkg", "apt"), Given(asked), "pkg install age"),
        (("brew",), Given(recipients=("age1x",)), "brew install age"),
        (("age",), Given(), "--recipient"),
        (("openssl",), Given(), "--passphrase-file"),
    ],
)
def test_where_it_cannot_be_sealed_the_way_out_is_said(
    programs_here: Path, there: tuple[str, ...], given: Given, words: str
) -> None:
    put(programs_here, *there)
    with refused(words):
        encryption.for_backup(given)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n"])
def test_a_file_without_a_passphrase_is_refused(programs_here: Path, tmp_path: Path, content: bytes) -> None:
    put(programs_here, "openssl")
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    with refused("passphrase"):
        encryption.for_backup(Given(passphrase_file=file))


def test_what_opens_it_is_known_by_its_first_bytes(programs_here: Path) -> None:
    put(programs_here, "age", "openssl")
    assert encryption.for_restore(b"PK\x03\x04", Given()) is None
    assert _words(encryption.for_restore(b"age-encryption.org/v1\n", Given(asked)))[0] == "age"
    assert "-d" in _words(encryption.for_restore(b"Salted__", Given(asked)))
    assert _words(encryption.for_restore(b"age-encryption.org/v1\n", Given(identity=Path("key"))))[-2:] == ("-i", "key")
    for head, option in ((b"age-encryption.org/v1\n", "--identity"), (b"Salted__", "--passphrase-file")):
        with refused(option):
            encryption.for_restore(head, Given())
    with refused("no backup"):
        encryption.for_restore(b"\x1f\x8b something", Given(asked))


def _words(found: Seal | None) -> tuple[str, ...]:
    assert found is not None
    return found.words


def sealed(by: Seal, content: bytes, folder: Path) -> bytes:
    with (folder / "sealed").open("w+b") as target:
        encryption.run(by, None, target, feed=lambda pipe: pipe.write(content) and None)
        target.seek(0)
        return target.read()


def opened(by: Seal, content: bytes, folder: Path) -> bytes:
    (folder / "source").write_bytes(content)
    with (folder / "source").open("rb") as source, (folder / "opened").open("w+b") as target:
        encryption.run(by, source, target)
        target.seek(0)
        return target.read()


CONTENT = b"PK\x03\x04" + os.urandom(300_000)


@pytest.mark.tool("openssl")
def test_openssl_seals_and_opens_and_refuses_another_passphrase(tmp_path: Path) -> None:
    by = encryption.for_backup(Given(asked, passphrase_file=_file(tmp_path, PLANTED)))
    made = sealed(by, CONTENT, tmp_path)
    assert made.startswith(b"Salted__") and CONTENT[:64] not in made
    again = encryption.for_restore(made[:40], Given(asked))
    assert again is not None and opened(again, made, tmp_path) == CONTENT
    wrong = encryption.for_restore(made[:40], Given(passphrase_file=_file(tmp_path, "another")))
    assert wrong is not None
    with refused("passphrase or key"):
        opened(wrong, made, tmp_path)


@pytest.mark.tool("age", "age-keygen")
def test_age_seals_for_a_key_and_opens_with_it_alone(tmp_path: Path) -> None:
    keys = [tmp_path / name for name in ("mine", "other")]
    for key in keys:
        subprocess.run(["age-keygen", "-o", key], capture_output=True, check=True)
    mine = next(line.split()[-1] for line in keys[0].read_text().splitlines() if "public key" in line)
    made = sealed(encryption.for_backup(Given(recipients=(mine,))), CONTENT, tmp_path)
    right, wrong = (encryption.for_restore(made[:40], Given(identity=key)) for key in keys)
    assert right is not None and opened(right, made, tmp_path) == CONTENT
    assert wrong is not None
    with refused("passphrase or key"):
        opened(wrong, made, tmp_path)


@pytest.mark.tool("age")
def test_a_key_that_is_none_is_said_in_ages_words_and_nothing_hangs(tmp_path: Path) -> None:
    with refused("age did not do it"):
        sealed(encryption.for_backup(Given(recipients=("nonsense",))), os.urandom(2_000_000), tmp_path)


def test_a_program_that_does_not_start_is_said(tmp_path: Path) -> None:
    with refused("age did not do it"):
        encryption.run(Seal("age", (str(tmp_path / "nothing"),)), None, io.BytesIO())


def _file(folder: Path, text: str) -> Path:
    (folder / "passphrase").write_text(text)
    return folder / "passphrase"
