"""deploy/install.sh for real: an environment, a wheel, the program; an upgrade under a stream; and away again.

The wheel is made here of the package as it stands, and what it needs is taken from where the tests run: no index is
asked.
"""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import programs
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="install.ps1 is for Windows")]

ROOT = Path(__file__).parent.parent.parent
INFO = "gcli2api_tui-{version}.dist-info"


def wheel(folder: Path, version: str) -> Path:
    """The package as it stands, under a version of its own, with an empty list of what it needs."""
    info = INFO.format(version=version)
    made = folder / f"gcli2api_tui-{version}-py3-none-any.whl"
    files = {
        str(path.relative_to(ROOT)): path.read_bytes()
        for path in (ROOT / "gcli2api_tui").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    init = "gcli2api_tui/__init__.py"
    files[init] = files[init].replace(b'__version__ = "', f'__version__ = "{version}+'.encode(), 1)
    files["gcli2api_tui/requirements.txt"] = b"# nothing\n"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: gcli2api-tui\nVersion: {version}\n".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\ngcli2api-tui = gcli2api_tui.__main__:main\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made


class Person:
    """A home of one's own, and what is typed there."""

    def __init__(self, home: Path, google: str) -> None:
        self.home = home
        home.mkdir()
        self.command = home / ".local/bin/gcli2api-tui"
        self.environment = programs.environment(
            HOME=str(home),
            PATH=os.defpath,
            PYTHON=sys.executable,
            PYTHONPATH=sysconfig.get_path("purelib"),
            **programs.towards(google),
        )
        for name in [name for name in self.environment if name.startswith("XDG_")]:
            del self.environment[name]

    def run(self, *words: str | Path, **extra: str) -> str:
        done = subprocess.run(
            words, env={**self.environment, **extra}, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def install(self, *words: str, **extra: str) -> str:
        return self.run("sh", ROOT / "deploy/install.sh", *words, **extra)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.home)) for path in self.home.rglob("*") if not path.is_dir()}


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture
def person(tmp_path: Path, google: str) -> Iterator[Person]:
    mia = Person(tmp_path / "mia o'hara", google)
    yield mia
    for path in mia.home.rglob("run.json"):
        os.kill(json.loads(path.read_text())["pid"], signal.SIGKILL)


def ask(port: int, key: str) -> str:
    question = {"role": "user", "content": "hi [sim:words=60]"}
    asked = {"model": "gemini-2.5-flash", "stream": True, "messages": [question]}
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    return httpx.post(url, json=asked, headers={"authorization": f"Bearer {key}"}, timeout=60).text


def test_from_nothing_over_an_upgrade_under_a_stream_to_nothing(tmp_path: Path, person: Person, google: str) -> None:
    person.install(GCLI2API_SOURCE=str(wheel(tmp_path, "1.0")))
    person.run(person.command, "creds", "add-key", "--no-check", "AIza-sim-key-0002")
    person.run(person.command, "serve", "--background", "--port", str(port := programs.free_port()))
    key = person.run(person.command, "key").strip()
    programs.fetch(f"{google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.3})
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(ask, port, key)
        programs.until(
            lambda: "streaming" in person.run(person.command, "status", "--json"), "the stream", answer=stream
        )
        said = person.install(GCLI2API_SOURCE=str(wheel(tmp_path, "2.0")))
        assert "A server runs. It restarts as soon as no answer runs" in said
        text = stream.result(programs.PATIENCE_S)
    assert text.rstrip().endswith("data: [DONE]"), "the upgrade has cut it"
    running = json.loads(person.run(person.command, "status", "--json"))["process"]
    assert running["version"].startswith("2.0"), "what was restarted is the version before"
    assert ask(port, key).rstrip().endswith("data: [DONE]")
    kept = {name for name in person.files() if name.startswith((".config/", ".local/state/"))}
    person.install("--uninstall")
    assert not programs.lives(running["pid"])
    assert {name for name in person.files() if not name.startswith(".cache/")} <= kept
    assert any("credentials" in name for name in person.files())
