"""`--version`: the commit of a build or of a checkout, said at once, and nothing invented where nobody knows it."""

import subprocess
import sys
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner

from gcli2api_tui import __version__, version
from gcli2api_tui.cli import commands


def test_what_the_build_wrote_is_said(tmp_path: Path) -> None:
    (tmp_path / "commit.txt").write_text("0123456789ab-dirty\n")
    assert version.commit(tmp_path) == "0123456789ab-dirty"


@pytest.mark.parametrize("content", [b"\x1b[31mred\n", b"\xff\xfe", b"", b"0123456789ab\nmore\n"])
def test_a_file_that_holds_no_commit_is_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "commit.txt").write_bytes(content)
    assert version.commit(tmp_path) == ""


@pytest.mark.tool("git")
def test_a_checkout_says_its_own_commit_and_only_its_own(tmp_path: Path) -> None:
    package = tmp_path / "gcli2api_tui"
    package.mkdir()
    assert version.commit(package) == ""
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "-q"), (*identity, "commit", "-q", "--allow-empty", "-m", "first")):
        subprocess.run(["git", "-C", tmp_path, *words], check=True)
    head = subprocess.run(["git", "-C", tmp_path, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert head.stdout.startswith(version.commit(package)) and len(version.commit(package)) >= 12
    (package / "environment" / "gcli2api_tui").mkdir(parents=True)
    assert version.commit(package / "environment" / "gcli2api_tui") == "", "an environment inside somebody's checkout"


def test_without_git_the_version_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert version.commit(tmp_path / "gcli2api_tui") == ""


def test_the_program_and_its_option_say_the_same() -> None:
    said = programs.command("--version").stdout
    assert said == CliRunner().invoke(commands.main, ["--version"]).stdout == f"{version.line()}\n"
    assert said.startswith(f"gcli2api-tui, version {__version__}")
    assert programs.command("--port", "1", "--version").stdout == said, "click's own way, where more was said"


def test_saying_it_loads_no_commands() -> None:
    script = (
        "import sys\nsys.argv = ['gcli2api-tui', '--version']\nfrom gcli2api_tui.__main__ import main\nmain()\n"
        "print(*[name for name in ('click', 'asyncio', 'gcli2api_tui.cli') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines()[1:] == [""], done.stdout + done.stderr
