"""deploy/install.sh on a made-up computer, in a home whose name has a space: every way it is called, and every failure
that must leave the last one working."""

import plistlib
import re
import subprocess
import sys
from pathlib import Path

import programs
import pytest
from small_system import ROOT, SCRIPT, Computer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="install.ps1 is for Windows")

UNIT = ".config/systemd/user/gcli2api-tui.service"
AGENT = "Library/LaunchAgents/gcli2api-tui.plist"


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_it_installs_the_checkout_it_lies_in_and_says_how_path_gets_it(computer: Computer) -> None:
    done = computer.install(SHELL="/usr/bin/zsh")
    assert done.returncode == 0, done.stderr
    assert [call.split(" install -q ")[1] for call in computer.calls(" install ")] == [
        f"--no-deps {ROOT}",
        "--prefer-binary --require-hashes -r /site/gcli2api_tui/requirements.txt",
    ]
    assert computer.run(computer.command, "demo").stdout == "started demo\n"
    assert "echo 'export PATH=\"$HOME/.local/bin:$PATH\"' >>~/.zshrc && . ~/.zshrc\n" in done.stdout


def test_with_the_folder_on_path_nothing_is_said_of_it(computer: Computer) -> None:
    done = computer.install(PATH=f"{computer.bin}:{computer.command.parent}")
    assert "PATH" not in done.stdout and "Done" in done.stdout


def test_again_it_upgrades_and_leaves_all_data_and_the_environment_before(computer: Computer) -> None:
    data = computer.home / ".config/gcli2api-tui/credentials/mia.json"
    data.parent.mkdir(parents=True)
    data.write_text("{}")
    used = []
    for _ in range(3):
        assert computer.install().returncode == 0
        used.append(computer.app / (computer.app / "current").readlink())
    assert computer.environments == sorted(used[1:])
    assert data.read_text() == "{}"


@pytest.mark.parametrize("source", ["gcli2api-tui", "https://example.org/gcli2api_tui-1.tar.gz"])
def test_a_source_of_ones_own_is_taken_and_remembered(computer: Computer, source: str) -> None:
    """The next upgrade may be asked of the copy that is kept, without a word."""
    assert computer.install(script=computer.alone(), GCLI2API_SOURCE=source).returncode == 0
    assert computer.install(script=computer.app / "install.sh").returncode == 0
    assert [call.rsplit(" ", 1)[1] for call in computer.calls("--no-deps ")] == [source, source]


def test_a_path_counts_from_where_it_was_said(computer: Computer) -> None:
    (computer.home / "x.whl").touch()
    computer.run("sh", "-c", f"cd && GCLI2API_SOURCE=x.whl sh '{computer.alone()}'")
    assert computer.calls("--no-deps ")[0].endswith(f" {computer.home}/x.whl")


def test_a_wheel_from_an_address_is_held_to_its_hash(computer: Computer) -> None:
    wheel = "http://example.org/gcli2api_tui-1-py3-none-any.whl"
    assert "set GCLI2API_SHA256 too" in computer.install(GCLI2API_SOURCE=wheel).stderr
    assert computer.install(GCLI2API_SOURCE=wheel, GCLI2API_SHA256="ab12").returncode == 0
    assert computer.calls("--no-deps ")[0].endswith(f" {wheel}#sha256=ab12")


def test_a_path_that_is_not_there_is_said_before_anything_is_made(computer: Computer) -> None:
    assert "there is no ./gcli2api-tui." in computer.install(GCLI2API_SOURCE="./gcli2api-tui").stderr
    assert computer.listing() == []


@pytest.mark.parametrize("how", ["file", "pipe"])
def test_alone_it_says_what_to_set(computer: Computer, how: str) -> None:
    alone = computer.alone()
    done = computer.install(script=alone) if how == "file" else computer.run("sh", "-c", f"cat '{alone}' | sh")
    assert done.returncode == 1
    assert "Set GCLI2API_SOURCE to one of" in done.stderr
    assert computer.listing() == []


@pytest.mark.parametrize("what", ["venv", "pip", "smoke"])
def test_a_failed_upgrade_leaves_the_last_one_working(computer: Computer, what: str) -> None:
    computer.install()
    before = computer.listing()
    computer.set(f"fail-{what}")
    done = computer.install()
    assert done.returncode == 1 and "What was installed before is unchanged" in done.stderr
    assert computer.listing() == before
    assert computer.run(computer.command).stdout == "started \n"
    assert computer.install().returncode == 0


def test_interrupted_it_leaves_the_last_one_working_and_can_be_run_again(computer: Computer) -> None:
    computer.install()
    before = computer.listing()
    computer.set("hold")
    with subprocess.Popen(["sh", SCRIPT], env=computer.environment(), stdout=subprocess.PIPE, text=True) as process:
        programs.until((computer.stubs / "held").exists, "pip")
        process.terminate()
        (computer.stubs / "hold").unlink()
        said, _ = process.communicate(timeout=20)
    assert (process.returncode, "Interrupted" in said) == (130, True)
    assert computer.listing() == before
    assert computer.install().returncode == 0


def test_what_a_killed_one_left_is_cleaned_up_by_the_next(computer: Computer) -> None:
    (computer.app / "env-left").mkdir(parents=True)
    assert computer.install().returncode == 0
    assert len(computer.environments) == 1


def test_a_server_that_runs_restarts_when_idle(computer: Computer) -> None:
    computer.install()
    computer.set("serving")
    assert "It restarts as soon as no answer runs" in computer.install().stdout
    assert computer.calls()[-1] == "gcli2api-tui restart --when-idle"
    computer.set("hangs")
    done = computer.install()
    assert done.returncode == 0 and "It did not restart, and goes on as it was" in done.stdout


@pytest.mark.parametrize(
    ("system", "manager", "packages"),
    [
        ("Linux", "apt-get", "As root: apt-get install python3 python3-venv,"),
        ("Linux", "dnf", "As root: dnf install python3,"),
        ("Linux", "pacman", "As root: pacman -S python,"),
        ("Linux", "apk", "As root: apk add python3,"),
        ("Darwin", "uname", "With Homebrew: brew install python@3.13,"),
    ],
)
def test_without_python_it_names_the_line_that_brings_it(
    computer: Computer, system: str, manager: str, packages: str
) -> None:
    (computer.bin / "python3").unlink()
    computer.set("uname", system)
    computer.stand_in(manager)
    done = computer.install()
    assert done.returncode == 1 and packages in done.stderr
    assert computer.listing() == []


def test_an_older_python_gets_a_newer_one_beside_it(computer: Computer) -> None:
    computer.set("fail-version")
    computer.stand_in("apt-get")
    assert "apt-get install python3.11 python3.11-venv, then run this again" in computer.install().stderr
    computer.stand_in("python3.12")
    computer.set("fail-version")
    assert computer.install().returncode == 0


def test_a_python_without_venv_gets_its_package_named(computer: Computer) -> None:
    """As on a Debian of which only `python3` is installed."""
    computer.set("fail-ensurepip")
    computer.stand_in("apt-get")
    done = computer.install()
    assert "python3 has no venv module. As root: apt-get install python3 python3-venv, then" in done.stderr


def test_a_command_of_pipx_is_left_alone(computer: Computer) -> None:
    computer.command.parent.mkdir(parents=True)
    computer.command.symlink_to("../pipx/gcli2api-tui")
    for words in ([], ["--uninstall"]):
        computer.install(*words)
        assert str(computer.command.readlink()) == "../pipx/gcli2api-tui"
    assert "is not this script's" in computer.install().stderr


def test_as_a_unit_of_systemd(computer: Computer) -> None:
    done = computer.install("--service")
    assert done.returncode == 0, done.stderr
    assert settings((computer.home / UNIT).read_text()) == settings((ROOT / "deploy/gcli2api-tui.service").read_text())
    asked = [call for call in computer.calls() if call.startswith(("systemctl", "loginctl", "gcli2api-tui stop"))]
    assert asked[-5:] == [
        "systemctl --user daemon-reload",
        "systemctl --user --quiet is-active gcli2api-tui",
        "gcli2api-tui stop",
        "systemctl --user enable --now gcli2api-tui",
        "loginctl enable-linger",
    ]
    computer.install("start")
    assert computer.calls()[-1] == "systemctl --user start gcli2api-tui"


def settings(unit: str) -> list[str]:
    return [line for line in unit.splitlines() if line and not line.startswith("#")]


def test_where_no_systemd_answers_the_program_is_there_and_the_way_out_is_said(computer: Computer) -> None:
    computer.set("fail-systemctl")
    done = computer.install("--service")
    assert done.returncode == 1 and "serve --background" in done.stderr
    assert computer.run(computer.command).stdout == "started \n"


def test_as_an_agent_of_launchd(computer: Computer) -> None:
    computer.set("uname", "Darwin")
    assert computer.install("--service").returncode == 0
    written, shipped = (
        plistlib.loads(path.read_bytes()) for path in (computer.home / AGENT, ROOT / "deploy/gcli2api-tui.plist")
    )
    assert written == shipped
    assert re.fullmatch(rf"launchctl bootstrap gui/\d+ {computer.home}/{AGENT}", computer.calls("bootstrap")[0])
    computer.install("--uninstall")
    assert computer.calls("launchctl bootout") and not (computer.home / AGENT).exists()


@pytest.mark.parametrize(
    ("word", "asked"),
    [("start", "serve --background"), ("stop", "stop"), ("restart", "restart --when-idle"), ("status", "status")],
)
def test_a_word_asks_the_program(computer: Computer, word: str, asked: str) -> None:
    assert "run install.sh without words first" in computer.install(word).stderr
    computer.install()
    computer.set("serving")
    assert computer.install(word).returncode == 0
    assert computer.calls()[-1] == f"gcli2api-tui {asked}"


@pytest.mark.parametrize("words", [["--serivce"], ["start", "now"], ["--purge"]])
def test_a_word_that_is_none_is_told_which_there_are(computer: Computer, words: list[str]) -> None:
    done = computer.install(*words)
    assert done.returncode == 2 and "--uninstall [--purge]" in done.stderr
    assert computer.listing() == []


@pytest.mark.parametrize("purge", [False, True])
def test_an_uninstall_leaves_what_was_there_before(computer: Computer, purge: bool) -> None:
    for name in (".config/gcli2api-tui/config.toml", ".local/state/gcli2api-tui/state.db", UNIT, AGENT):
        (computer.home / name).parent.mkdir(parents=True, exist_ok=True)
    (computer.home / ".local/bin").mkdir()
    (computer.home / ".local/share").mkdir()
    bare = [name for name in computer.listing() if "gcli2api-tui" not in name]
    (computer.home / ".config/gcli2api-tui/config.toml").touch()
    (computer.home / ".local/state/gcli2api-tui/state.db").touch()
    before = computer.listing()
    computer.install("--service")
    computer.set("serving")
    done = computer.install(*(["--uninstall", "--purge"] if purge else ["--uninstall"]))
    assert done.returncode == 0, done.stderr
    assert computer.listing() == (bare if purge else before)
    assert not (computer.stubs / "serving").exists()
    assert "systemctl --user disable --now gcli2api-tui" in computer.calls()


def test_a_server_that_does_not_stop_keeps_its_program(computer: Computer) -> None:
    computer.install()
    computer.set("serving")
    computer.set("hangs")
    done = computer.install("--uninstall")
    assert done.returncode == 1 and "stop --now" in done.stderr
    assert computer.run(computer.command).stdout == "started \n"


def test_a_dead_environment_can_be_uninstalled(computer: Computer) -> None:
    computer.install()
    for environment in computer.environments:
        (environment / "bin/gcli2api-tui").unlink()
    assert computer.install("--uninstall", script=computer.app / "install.sh").returncode == 0
    assert not computer.app.exists() and not computer.command.is_symlink()


@pytest.mark.tool("shellcheck")
def test_shellcheck_is_content() -> None:
    done = subprocess.run(["shellcheck", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
