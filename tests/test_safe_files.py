"""Files of ours: private whatever the umask, whole or not at all."""

import ast
import os
import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcli2api_tui import safe_files

MASKS = [0o000, 0o022, 0o077]


@pytest.fixture(params=MASKS, ids=oct)
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("mask")
def test_all_that_is_made_is_private(tmp_path: Path) -> None:
    home = tmp_path / "missing" / "too" / "home"
    safe_files.folder(home)
    safe_files.replace(home / "new", b"x")
    safe_files.empty(home / "empty")
    assert [mode(path) for path in (home, home.parent, home.parent.parent)] == [0o700] * 3
    assert [mode(path) for path in (home / "new", home / "empty")] == [0o600] * 2


def test_what_others_made_is_private_once_it_is_moved_in(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("x")
    (tmp_path / "theirs").chmod(0o666)
    safe_files.move(tmp_path / "theirs", tmp_path / "ours")
    assert mode(tmp_path / "ours") == 0o600


def test_tighten_says_whether_it_was_needed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(mode=0o600)
    assert safe_files.tighten(file) is False
    file.chmod(0o644)
    assert safe_files.tighten(file) is True
    assert safe_files.tighten(file) is False
    assert safe_files.tighten(tmp_path / "absent") is False


def test_a_disk_that_keeps_no_modes_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch(mode=0o600)
    (tmp_path / "file").chmod(0o640)
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    assert safe_files.tighten(tmp_path / "file") is None


def test_what_a_link_leads_to_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x")
    (tmp_path / "elsewhere").chmod(0o644)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert safe_files.tighten(tmp_path / "link") is False
    assert mode(tmp_path / "elsewhere") == 0o644


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        safe_files.replace(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


MAKERS = {"write_text", "write_bytes", "touch", "mkdir", "makedirs", "mkstemp", "mkdtemp", "copyfile", "copy2"}
ALLOWED = {
    "safe_files.py",
    "file_lock.py:acquire",  # 0600, and empty for ever
    "paths.py:temporary_home",  # a folder of the system's making, 0700
    "demo/visit.py:_running",  # the same
    "backup/backup_restore.py:make",  # the same
    "backup/backup_restore.py:opened",  # the same
    "state/sqlite_reader.py:read_tables",  # the same
    "state/sqlite_reader.py:_copied",  # within that one
    "backup/backup_restore.py:_plain",  # a file that safe_files made
    "backup/archive.py:_unpack_one",  # the same
    "backup/archive.py:write",  # an entry of an archive
    "panel_session/terminal.py",  # the null device
}


def test_nothing_else_in_the_package_makes_files() -> None:
    """Each of these has the umask's mode, and leaves a torn file after a crash."""
    package = Path(safe_files.__file__).parent
    found = set()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        for function, call in _calls(ast.parse(path.read_text(encoding="utf-8")), "module"):
            if _makes_a_file(call) and not {name, f"{name}:{function}"} & ALLOWED:
                found.add(f"{name}:{function}")
    assert found == set()


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _calls(child, inside)


def _makes_a_file(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [one.value for one in (*call.args, *(key.value for key in call.keywords)) if isinstance(one, ast.Constant)]
    modes = [text for text in texts if isinstance(text, str) and re.fullmatch(r"[rwaxbt+]{1,4}", text)]
    if name == "open":
        return any(set(mode) & set("wax+") for mode in modes) or "O_CREAT" in ast.unparse(call)
    return name in MAKERS or name in ("TemporaryDirectory", "NamedTemporaryFile")


@pytest.mark.parametrize(
    ("code", "makes"),
    [
        ('path.open("a")', True),
        ('open(path, mode="wb")', True),
        ("os.open(path, os.O_RDWR | os.O_CREAT, 0o600)", True),
        ("path.write_text(text)", True),
        ('path.open("rb")', False),
        ("os.open(path, os.O_RDONLY)", False),
        ("opener.open(request, timeout=3)", False),
    ],
)
def test_what_makes_a_file_is_known(code: str, makes: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call) and _makes_a_file(call) is makes


def test_a_renaming_is_made_to_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut undoes a renaming until its folders are synced: both, and after it."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        folders = {(one.stat().st_dev, one.stat().st_ino): one.name for one in (tmp_path, tmp_path / "trash")}
        done.append(f"sync {folders.get((status.st_dev, status.st_ino), 'the file')}")
        fsync(descriptor)

    def noted_replace(source: Path, target: Path) -> None:
        done.append("rename")
        replace(source, target)

    (tmp_path / "trash").mkdir()
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    safe_files.replace(tmp_path / "file", b"x")
    assert done == ["sync the file", "rename", f"sync {tmp_path.name}"]
    done.clear()
    safe_files.move(tmp_path / "file", tmp_path / "trash" / "file")
    assert (done[0], sorted(done[1:])) == ("rename", sorted([f"sync {tmp_path.name}", "sync trash"]))


def test_who_writes_into_the_old_file_until_the_rename_gets_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "file", os.replace
    path.write_text("old")
    with safe_files.staged(path, b"new") as new:
        assert new.exchange() == b"old"
    assert path.read_text() == "new"
    with path.open("w") as editor, safe_files.staged(path, b"newer") as newer:
        words = ["the", ""]
        monkeypatch.setattr(os, "replace", lambda *pair: (editor.write(words.pop(0)), editor.flush(), real(*pair)))
        assert newer.exchange() == b"the"
        newer.undo()
        monkeypatch.undo()
        editor.write("irs")
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_where_a_file_has_one_name_it_is_replaced_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "link")
    (tmp_path / "file").write_text("old")
    with safe_files.staged(tmp_path / "file", b"new") as new:
        assert new.exchange() is None
    assert (tmp_path / "file").read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_not_committed_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with safe_files.staged(tmp_path / "file", b"new"):
        pass
    with pytest.raises(ZeroDivisionError), safe_files.staged(tmp_path / "file", b"new"):
        raise ZeroDivisionError
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"file": "old"}


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
