"""A life on a made-up phone with the real program: a real pip, environment and server, and no network but 127.0.0.1."""

import functools
import hashlib
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import local_wheels
import programs
import pytest
from background_server import streamed
from termux_phone import SCRIPT, Done, Phone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a shell script for phones"),
]
PATIENCE_S = 400
"""For an installation, on a machine that is busy."""


class RealPhone(Phone):
    """Its python3 is a real one, whose pip gets packages from a folder."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.add("termux-wake-lock", "termux-wake-unlock")
        self.always = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_COMPILE": "1", "LANG": "C.UTF-8"}
        self._points_to(lambda path: path.symlink_to(Path(sys.base_prefix) / "bin/python3"), "python3.14")

    def upgrade_python(self) -> None:
        """Another program, of which nobody knows that it is the same Python."""

        def wrap(path: Path) -> None:
            path.write_text(f'#!/bin/bash\nexec "{sys.base_prefix}/bin/python3" "$@"\n')
            path.chmod(0o755)

        self._points_to(wrap, "python3.15")
        (self.prefix / "bin/python3.14").unlink()

    def _points_to(self, make: "object", name: str) -> None:
        for one in ("python3", name):
            (self.prefix / "bin" / one).unlink(missing_ok=True)
        make(self.prefix / "bin" / name)  # type: ignore[operator]
        (self.prefix / "bin/python3").symlink_to(name)

    def environment(self, **extra: str) -> dict[str, str]:
        return super().environment(**self.always, **extra)

    def run_file(self) -> dict[str, object]:
        told = json.loads((self.home / ".local/state/gcli2api-tui/run.json").read_text())
        assert isinstance(told, dict)
        return told


@contextmanager
def published(folder: Path) -> Iterator[str]:
    """The folder, at an address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages, and two releases of ours in releases/."""
    folder = tmp_path_factory.mktemp("wheels")
    listed = local_wheels.all_needed(folder)
    for version in ("7.1.0", "7.2.0"):
        local_wheels.ours(folder / "releases", listed, version)
    return folder


def test_from_the_first_line_to_the_last(tmp_path: Path, wheels: Path) -> None:
    """Installed from a pipe, served, updated under a stream, moved to another Python without a network, removed."""
    phone = RealPhone(tmp_path)
    before = phone.files()
    port = programs.free_port()
    url = f"http://127.0.0.1:{port}"
    with programs.simulator_within() as google, published(wheels / "releases") as site:
        phone.always |= {"PIP_FIND_LINKS": str(wheels), "GCLI2API_PORT": str(port), "GCLI2API_PASSWORD": "pwd"}
        phone.always |= {"GCLI2API_PANEL_PASSWORD": "pwd", **programs.towards(google)}
        refused = _piped(phone, site, "7.1.0", hashed="0" * 64)
        assert refused.returncode == 1 and "sha256" in refused.stderr.lower()
        done = _piped(phone, site, "7.1.0")
        assert done.returncode == 0, done.stderr
        assert "version 7.1.0" in done.stdout, done.stdout

        _ok(phone.run(phone.command, "creds", "add-key", "--no-check", "AIza-sim-key-0002"))
        _ok(phone.termux("start"))
        pid = phone.run_file()["pid"]
        _updated_under_a_stream(phone, f"{site}/gcli2api_tui-7.2.0-py3-none-any.whl", url, google)
        assert (phone.run_file()["pid"], phone.run_file()["version"]) == (pid, "7.2.0")
        assert len([*phone.app.glob("env-*")]) == 1

        del phone.always["PIP_FIND_LINKS"]
        phone.upgrade_python()
        moved = phone.run(phone.command, "status")
        assert moved.returncode == 0 and "without the network" in moved.stderr, moved.stderr
        programs.until(lambda: len([*phone.app.glob("env-*")]) == 1, "the end of the old environment")
        assert phone.run_file()["pid"] == pid and programs.answers(f"{url}/healthz")
        assert streamed(url, 5).rstrip().endswith("data: [DONE]")

        removed = phone.termux("uninstall")
        assert removed.returncode == 0 and not programs.lives(int(str(pid))), removed.stderr
    kept = {"my home/.config", "my home/.local", "my home/.local/state"}
    left = phone.files() - before - kept - {"usr/bin/python3.15"}
    assert all(path.startswith(tuple(f"{folder}/gcli2api-tui" for folder in kept)) for path in left), left
    assert any("/credentials/" in path for path in left) and any(path.endswith("state.db") for path in left)


def _piped(phone: Phone, site: str, version: str, hashed: str = "") -> Done:
    wheel = f"gcli2api_tui-{version}-py3-none-any.whl"
    if not hashed:
        with programs.urllib.request.urlopen(f"{site}/{wheel}") as answer:
            hashed = hashlib.sha256(answer.read()).hexdigest()
    words = {"GCLI2API_SOURCE": f"{site}/{wheel}", "GCLI2API_SHA256": hashed}
    return phone.run("bash", given=SCRIPT.read_text(), timeout=PATIENCE_S, **words)


def _updated_under_a_stream(phone: Phone, source: str, url: str, google: str) -> None:
    with programs.urllib.request.urlopen(source) as answer:
        words = {"GCLI2API_SOURCE": source, "GCLI2API_SHA256": hashlib.sha256(answer.read()).hexdigest()}
    programs.fetch(f"{google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.3})
    update = subprocess.Popen(
        [f"{phone.command}-termux", "update"], env=phone.environment(**words), stdout=subprocess.PIPE, text=True
    )
    assert update.stdout is not None
    with update, ThreadPoolExecutor(1) as pool:
        for line in update.stdout:
            if line.startswith("A server runs."):
                stream = pool.submit(streamed, url, 60)
        assert update.wait() == 0
        assert stream.done() and stream.result().rstrip().endswith("data: [DONE]")


def _ok(done: Done) -> None:
    assert done.returncode == 0, done.stderr
