"""How it was installed is known by what whoever installed it left there, and the line fits."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui import how_installed
from gcli2api_tui.how_installed import Here

EDITABLE = {"dir_info": {"editable": True}}


def here(root: Path, **changes: Any) -> Here:
    """A virtual environment of pip's, unless changed."""
    (root / "env").mkdir(exist_ok=True)
    facts: dict[str, Any] = {
        "prefix": root / "env",
        "python": root / "env/bin/python",
        "package": root / "env/lib/gcli2api_tui",
        "from_where": {},
        "installer": "pip",
        "has": lambda name: f"/usr/bin/{name}",
    }
    return Here(**{**facts, **changes})


def lines(found: how_installed.Installed) -> list[str]:
    return [" ".join(line) for line in found.lines]


def test_an_environment_of_pip(tmp_path: Path) -> None:
    found = how_installed.installation(here(tmp_path))
    assert (found.way, found.runs) == ("index", True)
    assert lines(found) == [f"{tmp_path}/env/bin/python -P -m pip install --upgrade gcli2api-tui"]


def test_an_environment_of_uv_has_no_pip(tmp_path: Path) -> None:
    asked = lines(how_installed.installation(here(tmp_path, installer="uv")))
    assert asked == [f"uv pip install --python {tmp_path}/env/bin/python --upgrade gcli2api-tui"]
    without = how_installed.installation(here(tmp_path, installer="uv", has=lambda name: None))
    assert " -m pip install " in lines(without)[0]


@pytest.mark.parametrize(
    ("mark", "way", "line"),
    [
        ("pipx_metadata.json", "pipx", "pipx upgrade gcli2api-tui"),
        ("uv-receipt.toml", "uv-tool", "uv tool upgrade gcli2api-tui"),
    ],
)
def test_pipx_and_uv_are_known_by_their_notes(tmp_path: Path, mark: str, way: str, line: str) -> None:
    asked = here(tmp_path)
    (asked.prefix / mark).write_text("")
    found = how_installed.installation(asked)
    assert (found.way, lines(found)) == (way, [line])


def test_a_checkout_is_pulled_and_installed_again_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "my checkout"
    (folder / ".git").mkdir(parents=True)
    editable = how_installed.installation(here(tmp_path, from_where={"url": folder.as_uri(), **EDITABLE}))
    assert editable.way == "checkout"
    assert lines(editable)[0] == f"git -C {folder} pull --ff-only"
    assert editable.lines[1][-2:] == ("-e", str(folder))
    copied = how_installed.installation(here(tmp_path, from_where={"url": folder.as_uri(), "dir_info": {}}))
    assert "-e" not in copied.lines[1]
    (folder / ".git").rmdir()
    unpacked = how_installed.installation(here(tmp_path, from_where={"url": folder.as_uri(), **EDITABLE}))
    assert len(unpacked.lines) == 1, "without a history there is nothing to pull"


def test_one_that_runs_from_its_folder_alone_is_a_checkout(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    found = how_installed.installation(here(tmp_path, package=tmp_path / "gcli2api_tui", installer=""))
    assert (found.way, found.source) == ("checkout", str(tmp_path))


@pytest.mark.parametrize(("first", "shell"), [("#!/bin/sh", "sh"), ("#!/usr/bin/env bash", "bash")])
def test_our_installers_are_run_again_with_the_checkout_pulled(tmp_path: Path, first: str, shell: str) -> None:
    (tmp_path / "checkout/.git").mkdir(parents=True)
    (tmp_path / "install.sh").write_text(f"{first}\n")
    (tmp_path / "source").write_text(f"{tmp_path}/checkout\n")
    found = how_installed.installation(here(tmp_path))
    assert found.way == "installer"
    assert lines(found) == [f"git -C {tmp_path}/checkout pull --ff-only", f"{shell} {tmp_path}/install.sh"]
    (tmp_path / "source").write_text("gcli2api-tui\n")
    assert lines(how_installed.installation(here(tmp_path))) == [f"{shell} {tmp_path}/install.sh"]


def test_on_a_phone_its_own_command_updates(tmp_path: Path) -> None:
    asked = here(tmp_path)
    for name, text in (("built-for", "/usr/bin/python3.14\n"), ("source", "https://h/x.whl\n")):
        (asked.prefix / name).write_text(text)
    assert lines(how_installed.installation(asked)) == ["gcli2api-tui-termux update"]


def test_a_script_that_only_lies_beside_an_environment_is_not_run(tmp_path: Path) -> None:
    """Somebody's environment inside somebody's project, with an install.sh of its own."""
    (tmp_path / "install.sh").write_text("#!/bin/sh\nrm -rf everything\n")
    assert how_installed.installation(here(tmp_path)).way == "index"


def test_what_cannot_be_run_from_here_says_so(tmp_path: Path) -> None:
    image = how_installed.installation(here(tmp_path, in_container=True))
    assert (image.way, image.runs, lines(image)[0]) == ("container", False, "git pull --ff-only")
    assert lines(image)[1].startswith("docker compose -f deploy/compose.yaml up -d --build")
    wheel = how_installed.installation(here(tmp_path, from_where={"url": "https://h/x.whl", "archive_info": {}}))
    assert (wheel.way, wheel.runs, wheel.source) == ("archive", False, "https://h/x.whl")
    debian = how_installed.installation(here(tmp_path, installer="debian"))
    assert (debian.way, debian.runs, debian.lines, debian.source) == ("system", False, (), "debian")


def test_a_repository_is_asked_again(tmp_path: Path) -> None:
    found = how_installed.installation(
        here(tmp_path, from_where={"url": "https://h/x.git", "vcs_info": {"vcs": "git"}})
    )
    assert lines(found)[0].endswith("pip install --upgrade git+https://h/x.git")


def test_this_very_one_is_known() -> None:
    """Whatever it is: an environment with a checkout in it, in all that tests run in."""
    asked = "from gcli2api_tui import how_installed as i; f = i.found(); print(f.way, bool(f.lines), bool(i.program()))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={**os.environ})
    assert said.stdout.split()[1:] == ["True", "True"]


def test_where_a_command_stands_before_it_that_command_is_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a phone: the environment that runs stays until it has ended, and is the old one."""
    monkeypatch.setenv("_GCLI2API_TUI_COMMAND", "/usr/bin/gcli2api-tui")
    assert how_installed.program() == ("/usr/bin/gcli2api-tui",)


def test_another_checkout_that_one_stands_in_is_not_the_one_that_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.delenv("_GCLI2API_TUI_COMMAND", raising=False)
    root = Path(how_installed.__file__).parent.parent
    monkeypatch.chdir(root)
    assert how_installed.program() == (sys.executable, "-m", "gcli2api_tui"), "perhaps nothing is installed"
    (tmp_path / "gcli2api_tui").mkdir()
    (tmp_path / "gcli2api_tui" / "__main__.py").write_text("print('another')")
    monkeypatch.chdir(tmp_path)
    environ = {**os.environ, "PYTHONPATH": str(root)}
    said = subprocess.run(
        [*how_installed.program(), "--version"], capture_output=True, text=True, env=environ, check=True
    )
    assert "another" not in said.stdout and said.stdout.strip()


def test_notes_that_cannot_be_read_are_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        @staticmethod
        def read_text(name: str) -> str:
            return {"INSTALLER": "pip\n"}.get(name, "{")

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Odd)
    assert how_installed.found().way
    monkeypatch.setattr(Odd, "read_text", staticmethod(lambda name: json.dumps([1]) if "url" in name else ""))
    assert how_installed.found().way
