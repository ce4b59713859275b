"""The Termux installer against a made-up Termux. tests/test_termux_life.py installs the real program."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import local_wheels
import pytest
from termux_phone import ROOT, Phone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script for phones")

APT = "apt-get install -y --no-install-recommends python python-ensurepip-wheels python-pip"
STEPS = ("apt", "version", "venv", "wheel", "pip", "packages", "smoke", "start", "probe", "stop", "restart")
"""Where an installation can be interrupted: each names a call."""


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def alone(phone: Phone) -> Path:
    """The script as somebody downloads it."""
    script = phone.root / "downloads/termux-install.sh"
    script.parent.mkdir(exist_ok=True)
    script.write_bytes((ROOT / "termux-install.sh").read_bytes())
    return script


def environments(phone: Phone) -> list[str]:
    return sorted(path.name for path in phone.app.glob("env-*"))


def current(phone: Phone) -> str:
    return (phone.app / "current").readlink().name


def is_whole(phone: Phone) -> bool:
    """It works, and nothing else lies about."""
    said = phone.run(phone.command, "demo").stdout
    left = {path.name for path in phone.app.iterdir()} - {"current", "install.sh", "source", current(phone)}
    return (said, left) == ("started demo\n", set())


def test_it_installs_and_the_command_starts_the_program(phone: Phone) -> None:
    done = phone.install()
    assert done.returncode == 0, done.stderr
    assert phone.calls("apt-get") == [APT]
    assert phone.calls("pip") and all("--upgrade" not in call for call in phone.calls("pip"))
    assert phone.calls(" wheel ")[0].endswith(f" {ROOT}")
    packages = phone.calls(" install --prefer")[0]
    assert "--require-hashes" in packages and packages.endswith("gcli2api_tui/requirements.txt")
    assert phone.run(phone.command, "demo", "--seed", "1").stdout == "started demo --seed 1\n"
    assert is_whole(phone)


def test_the_end_says_the_three_ways_on_and_what_android_may_do(phone: Phone) -> None:
    said = phone.install().stdout
    for words in ("gcli2api-tui demo", "gcli2api-tui   ", "gcli2api-tui key", "Battery", "child process", "storage"):
        assert words in said, said
    (phone.stubs / "sdk").write_text("30")
    (phone.home / "storage").mkdir()
    (phone.home / ".termux/boot").mkdir(parents=True)
    said = phone.install().stdout
    assert "signal 9" not in said and "storage" not in said and "boot on" in said


def test_running_it_again_replaces_the_environment_and_leaves_data_alone(phone: Phone) -> None:
    data = phone.home / ".config/gcli2api-tui/credentials/mia.json"
    data.parent.mkdir(parents=True)
    data.write_text("{}")
    seen = set()
    for _ in range(3):
        assert phone.install().returncode == 0
        seen.add(current(phone))
    assert len(seen) == 3 and environments(phone) == [current(phone)]
    assert data.read_text() == "{}"


def test_from_a_pipe_it_installs_and_its_commands_need_no_file_of_it(phone: Phone) -> None:
    script = (ROOT / "termux-install.sh").read_text()
    done = phone.run("bash", cwd=ROOT, given=script, GCLI2API_SOURCE="gcli2api-tui")
    assert done.returncode == 0, done.stderr
    phone.upgrade_python()
    assert is_whole(phone)
    assert phone.termux("update").returncode == 0
    assert [call.split()[-1] for call in phone.calls(" wheel ")] == ["gcli2api-tui"] * 2


def test_from_a_pipe_it_lies_in_no_checkout_and_says_what_to_set(phone: Phone) -> None:
    done = phone.run("bash", cwd=ROOT, given=(ROOT / "termux-install.sh").read_text())
    assert (done.returncode, "GCLI2API_SOURCE" in done.stderr) == (1, True)


def test_a_script_that_came_only_half_does_nothing(phone: Phone) -> None:
    lines = (ROOT / "termux-install.sh").read_text().splitlines(keepends=True)
    before = phone.files()
    for part in range(30, len(lines), 60):
        phone.run("bash", given="".join(lines[:part]), GCLI2API_SOURCE="gcli2api-tui")
    assert phone.files() == before and phone.calls("apt-get") == []


def test_alone_it_says_what_to_set(phone: Phone) -> None:
    done = phone.install(alone(phone))
    assert done.returncode == 1
    assert "GCLI2API_SOURCE" in done.stderr and "checkout" in done.stderr
    assert phone.calls("apt-get") == phone.calls("python") == []


@pytest.mark.parametrize("source", ["gcli2api-tui==1.2", "https://host/gcli2api_tui-1.zip"])
def test_alone_it_takes_what_the_variable_names_and_remembers_it(phone: Phone, source: str) -> None:
    script = alone(phone)
    assert phone.install(script, GCLI2API_SOURCE=source).returncode == 0
    assert phone.install(script).returncode == 0
    assert [call.split()[-1] for call in phone.calls(" wheel ")] == [source, source]


def test_a_path_means_the_same_from_any_folder_and_may_have_spaces(phone: Phone, tmp_path: Path) -> None:
    wheel = tmp_path / "my downloads/gcli2api_tui-1-py3-none-any.whl"
    script = alone(phone)
    wheel.parent.mkdir()
    wheel.touch()
    assert phone.install(script, cwd=wheel.parent, GCLI2API_SOURCE=wheel.name).returncode == 0
    assert phone.install(script).returncode == 0
    assert all(call.endswith(f" {wheel}") for call in phone.calls(" wheel ")) and len(phone.calls(" wheel ")) == 2
    wheel.unlink()
    assert f"no {wheel}" in phone.install(script).stderr


def test_a_checkout_may_lie_in_a_path_with_spaces(phone: Phone, tmp_path: Path) -> None:
    checkout = tmp_path / "my checkout"
    (checkout / "gcli2api_tui").mkdir(parents=True)
    (checkout / "pyproject.toml").touch()
    alone(phone).rename(checkout / "termux-install.sh")
    assert phone.install(checkout / "termux-install.sh").returncode == 0
    assert phone.install(cwd=checkout, GCLI2API_SOURCE=".").returncode == 0
    assert [call.endswith(f" {checkout}") for call in phone.calls(" wheel ")] == [True, True]


def test_a_wheel_from_an_address_must_have_the_hash_of_the_release(phone: Phone) -> None:
    for source, told in {
        "https://host/a.whl": "https://host/a.whl#sha256=abc",
        "https://host/a.whl?of=1": "https://host/a.whl?of=1#sha256=abc",
        "http://host/a.zip": "http://host/a.zip#sha256=abc",
        "https://host/a.whl#sha256=def": "https://host/a.whl#sha256=def",
        "gcli2api-tui": "gcli2api-tui",
    }.items():
        assert phone.install(alone(phone), GCLI2API_SOURCE=source, GCLI2API_SHA256="abc").returncode == 0
        assert phone.calls(" wheel ")[-1].endswith(f" {told}")


def test_an_address_that_others_can_change_on_the_way_is_refused_without_a_hash(phone: Phone) -> None:
    done = phone.install(alone(phone), GCLI2API_SOURCE="http://host/a.whl")
    assert (done.returncode, "GCLI2API_SHA256" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("signal", "installed", "steps"),
    [
        ("INT", False, STEPS[::3]),
        ("KILL", True, STEPS[1::4]),
        pytest.param("HUP", True, STEPS, marks=pytest.mark.slow),
        pytest.param("KILL", False, STEPS, marks=pytest.mark.slow),
    ],
    ids=lambda value: None if isinstance(value, tuple) else str(value),
)
def test_interrupted_anywhere_it_goes_on_the_next_time(
    phone: Phone, signal: str, installed: bool, steps: tuple[str, ...]
) -> None:
    """At one step of each installation after the other; what was installed works in between."""
    if installed:
        assert phone.install().returncode == 0
    (phone.stubs / "runs").touch()
    for step in steps:
        phone.kill_at(step, signal)
        done = phone.install()
        assert done.returncode != 0, f"{step} was never reached"
        assert not (phone.stubs / f"kill-{step}").exists()
        assert not installed or phone.run(phone.command, "demo").stdout == "started demo\n"
        if signal != "KILL" and phone.app.exists():
            assert not (phone.app / "busy").is_symlink()
            assert environments(phone) == ([current(phone)] if phone.command.exists() else [])
    assert phone.install().returncode == 0
    assert is_whole(phone)


@pytest.mark.parametrize("step", ["venv", "smoke", "compile"])
def test_a_rebuild_that_was_killed_is_done_by_the_next_start(phone: Phone, step: str) -> None:
    phone.install()
    phone.upgrade_python()
    phone.kill_at(step, "KILL")
    assert phone.run(phone.command, "demo").returncode != 0
    assert is_whole(phone)


def test_an_upgraded_python_is_followed_once_without_network_and_in_words(phone: Phone) -> None:
    phone.install()
    for what in ("apt", "wheel", "pip", "packages"):
        phone.fail(what, 99)
    phone.upgrade_python()
    done = phone.run(phone.command, "demo")
    assert done.stdout == "started demo\n" and "Python was upgraded" in done.stderr
    moved = phone.app / "current/lib/python3.14/site-packages/markupsafe"
    assert moved.is_dir() and is_whole(phone)
    assert phone.run(phone.command, "demo").stderr == ""


def test_a_server_in_its_restart_is_not_restarted_and_hands_nothing_to_the_probe(phone: Phone) -> None:
    """Its restart begins at the command, which finds a new Python that needs other packages."""
    phone.install()
    (phone.stubs / "runs").touch()
    phone.upgrade_python()
    phone.fail("check")
    done = phone.run(phone.command, "serve", _GCLI2API_TUI_TAKEOVER="9")
    assert done.stdout.endswith("started serve\n") and phone.calls("gcli2api_tui restart") == []
    assert "takeover" not in done.stdout


@pytest.mark.parametrize("what", ["check", "smoke"])
def test_where_the_new_python_needs_other_packages_it_is_installed_anew(phone: Phone, what: str) -> None:
    phone.install()
    phone.upgrade_python()
    phone.fail(what)
    done = phone.run(phone.command, "demo")
    assert done.stdout == "started demo\n" and "over the network" in done.stderr
    assert len(phone.calls(" wheel ")) == 2 and is_whole(phone)


def test_the_upgrade_of_the_program_itself_finds_the_installer(phone: Phone) -> None:
    """how_installed.py looks for both beside the environment."""
    phone.install(GCLI2API_SOURCE="gcli2api-tui")
    assert (phone.app / "source").read_text() == "gcli2api-tui\n"
    assert phone.run("bash", phone.app / "install.sh").returncode == 0
    assert len(phone.calls(" wheel ")) == 2


def test_a_server_is_restarted_after_its_answers_and_only_where_one_runs(phone: Phone) -> None:
    phone.install()
    assert phone.calls("gcli2api_tui restart") == []
    (phone.stubs / "runs").touch()
    assert "as soon as no answer runs" in phone.install().stdout
    assert phone.calls("gcli2api_tui restart")[0].endswith("restart --when-idle")
    phone.fail("restart")
    done = phone.install()
    assert done.returncode == 0 and "goes on with the old program" in done.stdout


def test_an_environment_that_a_process_still_runs_from_stays(phone: Phone) -> None:
    phone.install()
    used = current(phone)
    with subprocess.Popen(["bash", "-c", "read -r line", f"{phone.app}/{used}/bin/python"], stdin=-1) as server:
        assert phone.install().returncode == 0
        assert set(environments(phone)) == {used, current(phone)}
        server.communicate(b"\n")
    assert phone.install().returncode == 0
    assert environments(phone) == [current(phone)]


def test_two_at_a_time_wait_for_each_other_and_a_dead_one_holds_nobody_up(phone: Phone) -> None:
    phone.install()
    with subprocess.Popen(["bash", "-c", 'read -r line; rm -f "$1"', "x", phone.app / "busy"], stdin=-1) as other:
        (phone.app / "busy").symlink_to(str(other.pid))
        waits = subprocess.Popen(
            ["bash", ROOT / "termux-install.sh"], env=phone.environment(), stdout=subprocess.PIPE, text=True
        )
        assert waits.stdout is not None
        said = next(line for line in waits.stdout if "waiting" in line)
        assert str(other.pid) in said
        other.communicate(b"\n")
    assert "Done" in waits.communicate(timeout=60)[0]
    (phone.app / "busy").symlink_to(str(other.pid))
    assert phone.install().returncode == 0


@pytest.mark.parametrize("what", ["wheel", "pip", "packages", "start", "probe"])
def test_a_failed_update_leaves_the_old_one_working(phone: Phone, what: str) -> None:
    phone.install()
    used = current(phone)
    phone.fail(what, 9)
    done = phone.install()
    assert done.returncode == 1
    assert "unchanged" in done.stderr
    assert current(phone) == used and environments(phone) == [used]
    assert phone.run(phone.command).stdout == "started \n"


def test_compiled_parts_that_do_not_load_are_done_without(phone: Phone) -> None:
    phone.fail("smoke")
    assert phone.install().returncode == 0
    assert [*phone.app.rglob("markupsafe")] and not [*phone.app.rglob("*.so")]


def test_what_cannot_be_imported_is_not_called_done(phone: Phone) -> None:
    phone.fail("smoke", 2)
    done = phone.install()
    assert (done.returncode, "Done" in done.stdout, phone.command.exists()) == (1, False, False)


def test_stale_package_lists_are_read_anew_once(phone: Phone) -> None:
    phone.fail("apt")
    assert phone.install().returncode == 0
    assert phone.calls("apt-get") == [APT, "apt-get update", APT]


def test_a_mirror_that_is_down_is_named_with_the_way_out(phone: Phone) -> None:
    phone.fail("apt", 2)
    done = phone.install()
    assert (done.returncode, "termux-change-repo" in done.stderr) == (1, True)


def test_an_old_python_is_refused(phone: Phone) -> None:
    phone.fail("version")
    done = phone.install()
    assert (done.returncode, "pkg upgrade" in done.stderr) == (1, True)


def test_a_full_disk_is_found_before_anything_is_installed(phone: Phone) -> None:
    (phone.stubs / "free_kb").write_text("102400")
    done = phone.install()
    assert "Only 100 MB are free" in done.stderr
    assert phone.calls("apt-get") == []


@pytest.mark.parametrize("name", ["gcli2api-tui", "gcli2api-tui-termux"])
def test_a_command_that_is_not_ours_is_kept(phone: Phone, name: str) -> None:
    theirs = phone.prefix / "bin" / name
    theirs.write_text("#!/bin/sh\necho mine\n")
    assert phone.install().returncode == 1
    assert "mine" in theirs.read_text()
    assert phone.install_with("--uninstall").returncode == 1
    assert "mine" in theirs.read_text()


@pytest.mark.parametrize("word", ["instal", "--purge", "--uninstall=yes"])
def test_a_word_that_it_does_not_know_changes_nothing(phone: Phone, word: str) -> None:
    before = phone.files()
    done = phone.install_with(word)
    assert (done.returncode, "--uninstall" in done.stderr, phone.files() - before) == (1, True, set())


def test_elsewhere_it_changes_nothing(phone: Phone) -> None:
    done = phone.run("bash", ROOT / "termux-install.sh", PREFIX="")
    assert done.returncode == 1
    assert "not Termux" in done.stderr
    assert phone.calls("") == []


def test_package_sources_and_locks_are_never_touched() -> None:
    for script in local_wheels.SHARED:
        lines = (ROOT / script).read_text().splitlines()
        code = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        for word in ("sources.list", "lock", "git reset", "dpkg", "pkill", "killall"):
            assert word not in code.replace("termux-wake-lock", "").replace("termux-wake-unlock", "")


def test_the_wheel_brings_both_scripts() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    named = {path for path in wheel["shared-data"] if path.endswith(".sh")}
    assert named >= {*local_wheels.SHARED} and all(os.path.isfile(ROOT / path) for path in named)
    assert all(wheel["shared-data"][path] == f"share/gcli2api-tui/{Path(path).name}" for path in local_wheels.SHARED)


@pytest.mark.tool("shellcheck")
@pytest.mark.parametrize("script", [*local_wheels.SHARED, ".ci/run"])
def test_shellcheck_is_content(script: str) -> None:
    done = subprocess.run(["shellcheck", ROOT / script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
