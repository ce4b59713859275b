"""Real processes for tests: start a command of ours, wait until it says it is ready, stop it."""

import asyncio
import contextlib
import io
import itertools
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NoReturn

PATIENCE_S = 20.0
"""How long a state may take to come about before a test fails."""


def until(holds: Callable[[], Any], what: str, *, answer: Future[Any] | None = None) -> Any:
    """Poll until `holds()` is true and return it; a test waits for states, never for time.

    `answer` is one that is on its way and brings the state about: if it has failed, so does the test, with its fault.
    """
    for _ in range(int(PATIENCE_S / 0.02)):
        if result := holds():
            return result
        if answer is not None and answer.done():
            answer.result()
        pause()
    raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for {what}")


def serving(pid: int) -> int:
    """The process that serves behind the one that was started: its child, or itself where it has none."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return int(listed.stdout.split()[0]) if listed.stdout.split() else pid


def lives(pid: int) -> bool:
    """Not even as a zombie that somebody has not looked at yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def pause() -> None:
    """A moment between two looks at something that has no event to wait for."""
    threading.Event().wait(0.02)


def environment(**extra: str) -> dict[str, str]:
    """The machine's own, without any variable that would configure us, or make each process compile us again."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GCLI2API_", "GOOGLE_", "CODE_ASSIST"))}
    for name in ("HOST", "PORT", "PASSWORD", "API_PASSWORD", "PANEL_PASSWORD", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


def towards(simulator: str) -> dict[str, str]:
    """Variables that point every address of Google's to the stand-in."""
    return {
        "GOOGLE_GEMINI_BASE_URL": simulator,
        "CODE_ASSIST_ENDPOINT": simulator,
        "GOOGLE_VERTEX_BASE_URL": simulator,
        "GCLI2API_OAUTH_BASE_URL": simulator,
    }


def command(*words: str, into: tuple[str, ...] = (), **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands to its end; `into` are words that stand before it."""
    return subprocess.run(
        [*into, sys.executable, "-m", "gcli2api_tui", *words],
        env=environment(**extra),
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


_ports = itertools.count(os.getpid() * 1009)
_FIRST_PORT, _LAST_PORT = 16_384, 32_767


def free_port() -> int:
    """One that nobody is handed before it is listened at: the system hands out only those above (Linux, macOS,
    Windows), and the tests of one process each of these once. Another test's server would answer in the place of ours.
    """
    while True:
        port = _FIRST_PORT + next(_ports) % (_LAST_PORT - _FIRST_PORT)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running(
    *words: str, guarded: bool = True, script: str = "guarded.py", into: tuple[str, ...] = (), **extra: str
) -> Iterator["subprocess.Popen[str]"]:
    """A command of ours in the background, under the loop guard; killed if it has not ended by itself.

    `script` is what runs it where it is guarded; `into` are words that stand before it.
    """
    program = [str(Path(__file__).parent / script)] if guarded else ["-m", "gcli2api_tui"]
    with subprocess.Popen(
        [*into, sys.executable, *program, *words],
        env=environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()


@contextlib.contextmanager
def simulator(seed: int = 0) -> Iterator[str]:
    """`simulate` on a free port; gives its URL."""
    port = free_port()
    with running("simulate", "--port", str(port), "--seed", str(seed)) as process:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/sim/world", process), "the simulator")
        yield url


@contextlib.contextmanager
def simulator_within(seed: int = 0) -> Iterator[str]:
    """The same world in a thread of this process, a second sooner; for tests that measure no time."""
    from gcli2api_tui.simulator.app import run_simulator

    started: queue.SimpleQueue[tuple[str, Callable[[], object]]] = queue.SimpleQueue()

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        await run_simulator(
            0, seed, stop=stop, ready=lambda url: started.put((url, lambda: loop.call_soon_threadsafe(stop.set)))
        )

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="simulator", daemon=True)
    thread.start()
    url, end = started.get(timeout=PATIENCE_S)
    try:
        yield url
    finally:
        end()
        thread.join(PATIENCE_S)


@contextlib.contextmanager
def server(home: Path, google: str, **extra: str) -> Iterator[str]:
    """`serve` on a free port with its own home; gives its URL."""
    port = free_port()
    words = ("serve", "--home", str(home), "--port", str(port), "--password", "pwd")
    with running(*words, **towards(google), **extra) as process:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/healthz", process), "the server")
        yield url


@contextlib.contextmanager
def server_with_key(home: Path, google: str, **extra: str) -> Iterator[str]:
    """The same with one of the stand-in's API keys; gives its URL."""
    done = command("creds", "add-key", "--no-check", "--home", str(home), "AIza-sim-key-0002")
    assert done.returncode == 0, done.stderr
    with server(home, google, **extra) as url:
        yield url


def answers(url: str, process: "subprocess.Popen[str] | None" = None) -> bool:
    """Something serves there. Fails at once, with its output, if the process has died."""
    if process is not None and process.poll() is not None:
        output = process.stdout.read() if process.stdout else ""
        raise AssertionError(f"ended with status {process.returncode}:\n{output}")
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class _ReadAtOnce(urllib.request.HTTPDefaultErrorHandler):
    """For all tests: an error whose body nobody reads leaves its socket to the collector, which warns of it."""

    def http_error_default(self, req: Any, fp: Any, code: int, msg: str, hdrs: Any) -> NoReturn:
        with fp:
            body = io.BytesIO(fp.read())
        raise urllib.error.HTTPError(req.full_url, code, msg, hdrs, body)


urllib.request.install_opener(urllib.request.build_opener(_ReadAtOnce))


def fetch(url: str, body: Any = None, key: str = "") -> Any:
    """GET, or POST with a JSON body; the decoded answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
        return json.load(answer)
