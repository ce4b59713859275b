"""The Termux installer against a made-up Termux: recording stand-ins for apt-get, pkg, python and df on PATH."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APT = "apt-get install -y --no-install-recommends python python-ensurepip-wheels python-pip"

# Records each call; a file fail-<word> with a number makes the next calls of that kind fail.
STAND_IN = r"""#!/bin/bash
name=$(basename "$0")
echo "$name $*" | head -n1 >>"$STUBS/calls"
fails() {
    local left
    left=$(cat "$STUBS/fail-$1" 2>/dev/null || echo 0)
    [ "$left" -gt 0 ] || return 1
    echo $((left - 1)) >"$STUBS/fail-$1"
}
case "$name $*" in
    "apt-get install"*) fails apt && exit 100 ;;
    "df "*) printf 'Filesystem 1024-blocks Used Available\nx 1 1 %s\n' "$(cat "$STUBS/free_kb")" ;;
    "uname "*) echo aarch64 ;;
    *"import sys; sys.exit"*) fails version && exit 1 ;;
    *"-m venv"*) mkdir -p "$3/bin" "$3/lib" && cp "$0" "$3/bin/python" ;;
    *"pip "*" wheel "*) fails wheel && exit 1
        for word; do
            [ "$last" = --wheel-dir ] && mkdir -p "$word" && touch "$word/x-1-py3-none-any.whl"
            last=$word
        done ;;
    *"pip "*" install "*) fails pip && exit 1
        printf '#!/bin/bash\necho "started $*"\n' >"$(dirname "$0")/gcli2api-tui"
        chmod +x "$(dirname "$0")/gcli2api-tui" ;;
    *"import sqlite3"*) fails smoke && exit 1 ;;
esac
exit 0
"""


@dataclass
class Phone:
    """A home, a PREFIX and the record of what was called."""

    root: Path

    def __post_init__(self) -> None:
        self.prefix, self.home, self.stubs = (self.root / name for name in ("usr", "home", "stubs"))
        for folder in (self.prefix / "bin", self.home, self.stubs):
            folder.mkdir(parents=True)
        for name in ("pkg", "apt-get", "python3.14", "df", "uname"):
            self._stand_in(name)
        (self.prefix / "bin/python3").symlink_to("python3.14")
        (self.prefix / "bin/bash").symlink_to("/bin/bash")
        (self.stubs / "free_kb").write_text("2000000")

    @property
    def app(self) -> Path:
        return self.home / ".local/share/gcli2api-tui"

    @property
    def command(self) -> Path:
        return self.prefix / "bin/gcli2api-tui"

    def _stand_in(self, name: str) -> None:
        path = self.prefix / "bin" / name
        path.write_text(STAND_IN)
        path.chmod(0o755)

    def upgrade_python(self) -> None:
        self._stand_in("python3.15")
        (self.prefix / "bin/python3").unlink()
        (self.prefix / "bin/python3").symlink_to("python3.15")
        (self.prefix / "bin/python3.14").unlink()

    def fail(self, what: str, times: int = 1) -> None:
        (self.stubs / f"fail-{what}").write_text(str(times))

    def run(self, *words: str | Path, cwd: Path | None = None, **extra: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": f"{self.prefix}/bin:{os.defpath}",
            "PREFIX": str(self.prefix),
            "HOME": str(self.home),
            "STUBS": str(self.stubs),
            **extra,
        }
        return subprocess.run(words, env=environment, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)

    def install(
        self, script: Path = ROOT / "termux-install.sh", cwd: Path | None = None, **extra: str
    ) -> "subprocess.CompletedProcess[str]":
        return self.run("bash", script, cwd=cwd, **extra)

    def calls(self, word: str) -> list[str]:
        lines = (self.stubs / "calls").read_text().splitlines() if (self.stubs / "calls").exists() else []
        return [line for line in lines if word in line]


def alone(phone: Phone) -> Path:
    """The script as somebody downloads it."""
    script = phone.root / "downloads/termux-install.sh"
    script.parent.mkdir(exist_ok=True)
    script.write_bytes((ROOT / "termux-install.sh").read_bytes())
    return script


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def test_it_installs_and_the_command_starts_the_program(phone: Phone) -> None:
    done = phone.install()
    assert done.returncode == 0, done.stderr
    assert phone.calls("apt-get") == [APT]
    assert phone.calls("pip") and all("--upgrade" not in call for call in phone.calls("pip"))
    assert str(ROOT) in phone.calls(" wheel ")[0]
    assert "--prefer-binary" in phone.calls(" install --prefer")[0]
    assert phone.run(phone.command, "demo", "--seed", "1").stdout == "started demo --seed 1\n"


def test_running_it_again_replaces_the_environment_and_leaves_data_alone(phone: Phone) -> None:
    data = phone.home / ".config/gcli2api-tui/credentials/mia.json"
    data.parent.mkdir(parents=True)
    data.write_text("{}")
    for _ in range(3):
        assert phone.install().returncode == 0
    assert sorted(path.name for path in phone.app.glob("env-*")) == [(phone.app / "current").readlink().name]
    assert data.read_text() == "{}"
    assert phone.run(phone.command).stdout == "started \n"


def test_alone_it_says_what_to_set(phone: Phone) -> None:
    done = phone.install(alone(phone))
    assert done.returncode == 1
    assert "GCLI2API_SOURCE" in done.stderr and "checkout" in done.stderr
    assert phone.calls("apt-get") == phone.calls("python") == []


@pytest.mark.parametrize("source", ["gcli2api-tui", "gcli2api-tui==1.2", "https://host/gcli2api_tui-1.zip"])
def test_alone_it_takes_what_the_variable_names_and_remembers_it(phone: Phone, source: str) -> None:
    script = alone(phone)
    assert phone.install(script, GCLI2API_SOURCE=source).returncode == 0
    assert phone.install(script).returncode == 0
    assert [call.split()[-1] for call in phone.calls(" wheel ")] == [source, source]


def test_a_path_means_the_same_from_any_folder(phone: Phone, tmp_path: Path) -> None:
    wheel = tmp_path / "downloads/gcli2api_tui-1-py3-none-any.whl"
    script = alone(phone)
    wheel.touch()
    assert phone.install(script, cwd=wheel.parent, GCLI2API_SOURCE=wheel.name).returncode == 0
    assert phone.install(script).returncode == 0
    assert [call.split()[-1] for call in phone.calls(" wheel ")] == [str(wheel), str(wheel)]
    wheel.unlink()
    assert f"no {wheel}" in phone.install(script).stderr


def test_a_wheel_from_an_address_must_have_the_hash_of_the_release(phone: Phone) -> None:
    for source, told in {"https://host/a.whl": "https://host/a.whl#sha256=abc", "gcli2api-tui": "gcli2api-tui"}.items():
        assert phone.install(alone(phone), GCLI2API_SOURCE=source, GCLI2API_SHA256="abc").returncode == 0
        assert phone.calls(" wheel ")[-1].endswith(" " + told)


def test_an_address_that_others_can_change_on_the_way_is_refused_without_a_hash(phone: Phone) -> None:
    done = phone.install(alone(phone), GCLI2API_SOURCE="http://host/a.whl")
    assert (done.returncode, "GCLI2API_SHA256" in done.stderr) == (1, True)


def test_an_upgraded_python_rebuilds_the_environment_once_without_the_checkout(phone: Phone) -> None:
    phone.install()
    phone.upgrade_python()
    assert phone.run(phone.command, "status").stdout == "started status\n"
    assert len(phone.calls(" wheel ")) == 1
    assert len(phone.calls("-m venv")) == 2
    assert phone.run(phone.command, "status").stderr == ""
    assert len(phone.calls("-m venv")) == 2
    assert len(phone.calls("apt-get")) == 1


@pytest.mark.parametrize("what", ["wheel", "pip"])
def test_a_failed_update_leaves_the_old_one_working(phone: Phone, what: str) -> None:
    phone.install()
    phone.fail(what, 9)
    done = phone.install()
    assert done.returncode == 1
    assert "unchanged" in done.stderr
    assert len(list(phone.app.glob("env-*"))) == 1
    assert phone.run(phone.command).stdout == "started \n"


def test_compiled_parts_that_do_not_load_are_replaced_by_plain_ones(phone: Phone) -> None:
    phone.fail("smoke")
    assert phone.install().returncode == 0
    assert "--no-binary markupsafe,charset-normalizer" in phone.calls("--force-reinstall")[0]


def test_what_cannot_be_imported_is_not_called_done(phone: Phone) -> None:
    phone.fail("smoke", 2)
    done = phone.install()
    assert done.returncode == 1
    assert "Done" not in done.stdout
    assert not phone.command.exists()


def test_stale_package_lists_are_read_anew_once(phone: Phone) -> None:
    phone.fail("apt")
    assert phone.install().returncode == 0
    assert phone.calls("apt-get") == [APT, "apt-get update", APT]


def test_a_mirror_that_is_down_is_named_with_the_way_out(phone: Phone) -> None:
    phone.fail("apt", 2)
    done = phone.install()
    assert done.returncode == 1
    assert "termux-change-repo" in done.stderr


def test_an_old_python_is_refused(phone: Phone) -> None:
    phone.fail("version")
    done = phone.install()
    assert (done.returncode, "pkg upgrade" in done.stderr) == (1, True)


def test_a_full_disk_is_found_before_anything_is_installed(phone: Phone) -> None:
    (phone.stubs / "free_kb").write_text("102400")
    done = phone.install()
    assert "Only 100 MB are free" in done.stderr
    assert phone.calls("apt-get") == []


def test_a_command_that_is_not_ours_is_kept(phone: Phone) -> None:
    phone.command.write_text("#!/bin/sh\necho mine\n")
    assert phone.install().returncode == 1
    assert "mine" in phone.command.read_text()


def test_elsewhere_it_changes_nothing(phone: Phone) -> None:
    done = phone.run("bash", ROOT / "termux-install.sh", PREFIX="")
    assert done.returncode == 1
    assert "not Termux" in done.stderr
    assert not (phone.stubs / "calls").exists()


def test_package_sources_and_locks_are_never_touched() -> None:
    code = "\n".join(
        line for line in (ROOT / "termux-install.sh").read_text().splitlines() if not line.lstrip().startswith("#")
    )
    for word in ("sources.list", "lock", "git reset", "dpkg", "pkill"):
        assert word not in code.replace("termux-wake-lock", "")


@pytest.mark.tool("shellcheck")
@pytest.mark.parametrize("script", ["termux-install.sh", ".ci/run"])
def test_shellcheck_is_content(script: str) -> None:
    done = subprocess.run(["shellcheck", ROOT / script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
