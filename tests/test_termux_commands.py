"""`gcli2api-tui-termux` and the uninstalling, against a made-up Termux."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from termux_phone import Phone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script for phones")


TOOLS = ("termux-wake-lock", "termux-wake-unlock", "sv")


def installed(root: Path) -> Phone:
    made = Phone(root)
    made.add(*TOOLS)
    assert made.install().returncode == 0
    return made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Phone:
    return installed(tmp_path_factory.mktemp("phone"))


@pytest.fixture
def phone(shared: Phone) -> Phone:
    """Of all tests that leave it installed."""
    shared.forget()
    shared.add(*TOOLS)
    for folder in (shared.home / ".termux", shared.prefix / "var"):
        shutil.rmtree(folder, ignore_errors=True)
    (shared.app / "awake").unlink(missing_ok=True)
    return shared


@pytest.fixture
def goner(tmp_path: Path) -> Phone:
    """One to uninstall."""
    return installed(tmp_path)


def at_boot(phone: Phone, script: Path) -> "subprocess.CompletedProcess[str]":
    """Where there is neither a PATH nor a HOME."""
    names = {name: phone.environment()[name] for name in ("STUBS", "ROOT")}
    return subprocess.run([script], env=names, capture_output=True, text=True, timeout=120, check=False)


def test_start_keeps_the_phone_awake_and_stop_lets_it_sleep(phone: Phone) -> None:
    done = phone.termux("start")
    assert done.returncode == 0 and "stays awake" in done.stdout
    assert (phone.stubs / "runs").exists() and len(phone.calls("termux-wake-lock")) == 1
    assert phone.termux("start").stdout == "it runs\n" == phone.termux("status").stdout
    assert len(phone.calls("termux-wake-lock")) == 1
    assert phone.termux("stop").returncode == 0
    assert not (phone.stubs / "runs").exists() and len(phone.calls("termux-wake-unlock")) == 1


def test_what_the_person_keeps_awake_stays_awake(phone: Phone) -> None:
    """A server that was started otherwise: the lock is not ours."""
    (phone.stubs / "runs").touch()
    assert phone.termux("stop").returncode == 0
    assert phone.calls("termux-wake-unlock") == []


def test_a_start_that_fails_lets_it_sleep(phone: Phone) -> None:
    phone.fail("serve")
    assert phone.termux("start").returncode == 1
    assert len(phone.calls("termux-wake-unlock")) == 1


def test_without_the_tools_of_termux_it_serves_all_the_same(phone: Phone) -> None:
    (phone.prefix / "bin/termux-wake-lock").unlink()
    assert phone.termux("start").returncode == 0
    assert phone.termux("stop").returncode == 0 and phone.calls("termux-wake") == []


def test_restart_waits_for_answers_and_starts_where_none_runs(phone: Phone) -> None:
    assert phone.termux("restart").returncode == 0
    assert (phone.stubs / "runs").exists() and phone.calls("gcli2api_tui restart") == []
    assert phone.termux("restart").returncode == 0
    assert phone.calls("gcli2api_tui restart")[0].endswith("restart --when-idle")


def test_the_installer_hands_over(phone: Phone) -> None:
    assert phone.install_with("start").returncode == 0 and (phone.stubs / "runs").exists()
    assert phone.install_with("status").stdout == "it runs\n"
    assert phone.install_with("boot", "on").returncode == 0
    assert phone.install_with("stop").returncode == 0 and not (phone.stubs / "runs").exists()


def test_nothing_is_made_that_nobody_asked_for(phone: Phone) -> None:
    (phone.prefix / "var/service").mkdir(parents=True)
    assert phone.install().returncode == 0
    assert not [path for path in phone.files() if path.startswith("my home/.termux") or "service/" in path]


def test_boot_starts_it_without_a_path_and_is_taken_away(phone: Phone) -> None:
    before = phone.files()
    assert "Termux:Boot" in phone.termux("boot", "on").stdout
    done = at_boot(phone, phone.home / ".termux/boot/gcli2api-tui")
    assert done.returncode == 0 and (phone.stubs / "runs").exists(), done.stderr
    assert len(phone.calls("termux-wake-lock")) == 1
    assert phone.termux("stop").returncode == 0 and phone.termux("boot", "off").returncode == 0
    assert phone.files() - before == {"my home/.termux", "my home/.termux/boot"}


def test_the_service_needs_its_package_and_says_so(phone: Phone) -> None:
    done = phone.termux("service", "on")
    assert (done.returncode, "pkg install termux-services" in done.stderr) == (1, True)


def test_the_service_serves_in_the_foreground_and_is_taken_away(phone: Phone) -> None:
    (phone.prefix / "var/service").mkdir(parents=True)
    before = phone.files()
    (phone.stubs / "runs").touch()
    assert phone.termux("service", "on").returncode == 0
    assert not (phone.stubs / "runs").exists(), "the one in the background holds the home"
    service = phone.prefix / "var/service/gcli2api-tui"
    assert at_boot(phone, service / "run").stdout == "started serve\n"
    assert phone.termux("service", "off").returncode == 0
    assert phone.calls("sv exit") and phone.files() == before


@pytest.mark.parametrize(("status", "told"), [("0", "d"), ("2", "d"), ("1", "")])
def test_a_service_that_was_told_to_stop_stays_stopped(phone: Phone, status: str, told: str) -> None:
    """runit asks `finish` after each end of `run`, and starts it again unless it is told not to."""
    (phone.prefix / "var/service").mkdir(parents=True)
    phone.add("sleep")
    assert phone.termux("service", "on").returncode == 0
    service = phone.prefix / "var/service/gcli2api-tui"
    (service / "supervise").mkdir()
    (service / "supervise/control").touch()
    assert phone.run(service / "finish", status, "0", cwd=service).returncode == 0
    assert (service / "supervise/control").read_text() == told
    assert bool(phone.calls("sleep")) == (not told)


def test_uninstalling_leaves_what_was_there_and_what_is_the_persons(goner: Phone, tmp_path: Path) -> None:
    (goner.prefix / "var/service").mkdir(parents=True)
    (goner.home / ".termux/boot").mkdir(parents=True)
    fresh = Phone(tmp_path / "fresh").files() | {
        f"usr/bin/{name}" for name in ("termux-wake-lock", "termux-wake-unlock", "sv")
    }
    kept = [".config/gcli2api-tui/config.toml", ".local/state/gcli2api-tui/state.db"]
    for file in kept:
        (goner.home / file).parent.mkdir(parents=True, exist_ok=True)
        (goner.home / file).write_text("mine")
    goner.termux("boot", "on")
    goner.termux("service", "on")
    goner.termux("start")
    (goner.stubs / "connected").write_text("* codex    Codex\n  claude   Claude Code\n")
    done = goner.termux("uninstall")
    assert done.returncode == 0, done.stderr
    assert not (goner.stubs / "runs").exists() and goner.calls("termux-wake-unlock")
    assert [call.split("connect ")[1] for call in goner.calls(" connect ")] == ["codex --undo --yes"]
    assert str(goner.home / ".config/gcli2api-tui") in done.stdout
    folders = {".config", ".config/gcli2api-tui", ".local", ".local/state", ".local/state/gcli2api-tui"}
    theirs = {".termux", ".termux/boot"}
    assert goner.files() - fresh - {"usr/var", "usr/var/service"} == {
        f"my home/{one}" for one in (*kept, *folders, *theirs)
    }


def test_purging_takes_settings_and_credentials_too(goner: Phone) -> None:
    for folder in (".config/gcli2api-tui/credentials", ".local/state/gcli2api-tui", ".config/others"):
        (goner.home / folder).mkdir(parents=True)
    assert goner.termux("uninstall", "--purge").returncode == 0
    assert {path.name for path in (goner.home / ".config").iterdir()} == {"others"}
    assert not [path for path in goner.files() if "gcli2api" in path]


def test_a_home_of_ones_own_is_never_removed_whole(goner: Phone, tmp_path: Path) -> None:
    own = tmp_path / "everything"
    own.mkdir()
    done = goner.run(f"{goner.command}-termux", "uninstall", "--purge", GCLI2API_HOME=str(own))
    assert own.is_dir() and str(own) in done.stdout


@pytest.mark.parametrize("step", ["venv", "packages"])
def test_what_was_never_installed_whole_is_removed_too(tmp_path: Path, step: str) -> None:
    phone = Phone(tmp_path)
    before = phone.files()
    phone.kill_at(step, "KILL")
    assert phone.install().returncode != 0 and phone.files() != before
    assert phone.install_with("--uninstall").returncode == 0
    assert phone.files() == before


def test_after_an_upgrade_of_python_it_is_uninstalled_all_the_same(goner: Phone) -> None:
    for fails in ("venv", "none"):
        goner.upgrade_python()
        goner.fail(fails, 99)
        goner.termux("boot", "on")
        done = goner.termux("uninstall")
        assert done.returncode == 0 and not goner.app.exists(), done.stderr
        assert not [path for path in goner.files() if "gcli2api" in path]
        if fails == "venv":
            goner.forget()
            goner.install()


def test_twice_uninstalled_is_uninstalled(goner: Phone) -> None:
    for _ in range(2):
        assert goner.install_with("--uninstall").returncode == 0
    assert not goner.command.exists() and not goner.app.exists()


@pytest.mark.parametrize("words", [["go"], ["boot"], ["boot", "maybe"], ["uninstall", "--all"], ["start", "now"]])
def test_words_that_it_does_not_know_change_nothing(phone: Phone, words: list[str]) -> None:
    before = phone.files()
    done = phone.termux(*words)
    assert (done.returncode, " ".join(words) in done.stderr) == (1, True)
    assert phone.files() == before and phone.command.exists()
