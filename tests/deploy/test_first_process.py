"""The server as a container runs it, without an engine: the first process of a space of its own, on a root that is
read-only, with a user that /etc/passwd does not know, without HOME, LANG, TERM or a place for temporary files."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import programs
import pytest

NOBODY = 54321
BOX = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,bind,ro /
mount -t proc proc /proc
for full in /tmp /var/tmp; do mount --bind $full $full && mount -o remount,bind,ro $full; done
shift
cd /
exec {user} env -i "$@"
"""
AS_NOBODY = ["setpriv", "--reuid", str(NOBODY), "--regid", "0", "--clear-groups", "--no-new-privs"]
AS_NOBODY += ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
"""It may read what this machine's Python is made of, wherever that lies; an image lets everybody."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.tool("unshare", "setpriv"),
    pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such spaces"),
]


def may_make_spaces() -> bool:
    done = subprocess.run(["unshare", "--pid", "--mount", "--fork", "true"], capture_output=True, check=False)
    return done.returncode == 0


class Box:
    """A server in its own space."""

    def __init__(self, process: "subprocess.Popen[str]", home: Path, url: str) -> None:
        self.process, self.home, self.url = process, home, url

    @property
    def first(self) -> int:
        """Its first process, by its number out here."""
        return programs.serving(self.process.pid)

    def inside(self, *words: str) -> subprocess.CompletedProcess[str]:
        """As `docker exec` does it: another process of the same space and user."""
        told = Path(f"/proc/{self.first}/environ").read_text().rstrip("\0").split("\0")
        enter = ["nsenter", "-t", str(self.first), "-p", "-m", *AS_NOBODY]
        enter += ["env", "-i", *told, sys.executable, "-m", *words]
        return subprocess.run(enter, capture_output=True, text=True, timeout=60, check=False, cwd="/")


@contextlib.contextmanager
def box(home: Path, google: str) -> Iterator[Box]:
    port = programs.free_port()
    told = {**programs.towards(google), "GCLI2API_HOME": str(home), "PORT": str(port), "PASSWORD": "long-enough"}
    told["PYTHONPATH"] = str(Path(__file__).parent.parent.parent)
    words = [sys.executable, "-m", "gcli2api_tui", "serve", "--log-format", "text"]
    shell = ["bash", "-c", BOX.replace("{user}", " ".join(AS_NOBODY)), "box", str(home.parent)]
    spaces = ["unshare", "--pid", "--mount", "--fork", "--kill-child"]
    with subprocess.Popen(
        [*spaces, *shell, *(f"{name}={value}" for name, value in told.items()), *words],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz", process), "the server")
            yield Box(process, home, f"http://127.0.0.1:{port}")
        finally:
            process.kill()


@pytest.fixture
def volume() -> Iterator[Path]:
    """A folder that root gave to group 0, as OpenShift and our image do; others can look through all above it."""
    made = Path("/var/lib/gcli2api-tui-test") / str(os.getpid())
    made.mkdir(parents=True)
    made.chmod(0o770)
    yield made
    shutil.rmtree(made.parent)


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes such spaces everywhere")
@pytest.mark.skipif(not may_make_spaces(), reason="this machine lets nobody make spaces")
def test_it_serves_keeps_its_home_and_ends_its_streams(volume: Path, google: str) -> None:
    with box(volume / "home", google) as server:
        assert (volume / "home").stat().st_uid == NOBODY
        health = server.inside("gcli2api_tui.health_check")
        assert (health.returncode, health.stderr) == (0, "")
        added = server.inside("gcli2api_tui", "creds", "add-key", "--no-check", "AIza-sim-key-0002")
        assert added.returncode == 0, added.stderr
        programs.until(lambda: "1 of 1 ready" in server.inside("gcli2api_tui", "status").stdout, "the new key")
        assert programs.command("status", "--home", str(server.home)).returncode == 1, "out here its ids mean others"
        programs.fetch(f"{google}/sim/faults", {"kind": "slow_chunks", "delay_s": 0.2})
        with ThreadPoolExecutor(1) as pool:
            stream = pool.submit(streamed, server.url)
            programs.until(lambda: streaming(server.url), "the stream", answer=stream)
            os.kill(server.first, signal.SIGTERM)  # as `docker stop`
            text = stream.result(programs.PATIENCE_S)
        assert text.rstrip().endswith("data: [DONE]")
        assert '"finish_reason":"stop"' in text.replace(" ", "")
        assert server.process.wait(programs.PATIENCE_S) == 0
        assert server.process.stdout is not None
        said = server.process.stdout.read()
        assert "A signal tells the server to stop." in said
        assert "Traceback" not in said
    assert not (volume / "home" / "run.json").exists()


def streamed(url: str) -> str:
    asked = {
        "model": "gemini-2.5-flash",
        "stream": True,
        "messages": [{"role": "user", "content": "hi [sim:words=40]"}],
    }
    headers = {"authorization": "Bearer long-enough"}
    return httpx.post(f"{url}/v1/chat/completions", json=asked, headers=headers, timeout=60).text


def streaming(url: str) -> bool:
    rows = programs.fetch(f"{url}/admin/api/snapshot", key="long-enough")["exchanges"]
    return any(row["state"] == "streaming" for row in rows)
