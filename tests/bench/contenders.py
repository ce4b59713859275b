"""What is measured side by side: ours, and what stands beside it, each as a process in front of the raw stand-in.

Ours has 20 credentials and the settings of a fresh home. Others are found where they are installed: LiteLLM by
`BENCH_LITELLM` or `litellm` on PATH, Portkey's gateway by `BENCH_PORTKEY` (its package's folder). What is not there is
left out, by name. Linux: processes are kept apart from what loads them by processor, where there are two.
"""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measures import cpu_s, process, programs, rss_mb
from panel_cost import panel
from raw_client import Target

HERE = Path(__file__).parent
CREDENTIALS = 20
PROCESSORS = tuple(sorted(os.sched_getaffinity(0))) if sys.platform == "linux" else ()
"""Asked before this program keeps to one of them: what it starts keeps to the same one until it is told another."""
OTHER_SETTINGS = {"LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR", "NO_DOCS": "True", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True, slots=True)
class Contender:
    """A process that converts Chat Completions, or stands for one that would."""

    name: str
    target: Target
    pid: int = 0
    model: str = "gemini-2.5-flash"

    def cpu_s(self) -> float:
        """Of all its processes, until now."""
        return sum(map(cpu_s, tree(self.pid))) if self.pid else 0.0

    def rss_mb(self) -> float:
        return sum(map(rss_mb, tree(self.pid))) if self.pid else 0.0


Started = "contextlib.AbstractContextManager[Contender]"


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += (one for child in task.read_text().split() for one in tree(int(child)))
    return found


@contextlib.contextmanager
def google() -> Iterator[int]:
    """The stand-in's port; it shares a processor with the client that loads."""
    port = programs.free_port()
    with process(sys.executable, str(HERE / "raw_google.py"), str(port)) as started:
        programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/"), "the stand-in")
        keep_to(started.pid, -1)
        yield port


def keep_to(pid: int, processor: int) -> None:
    """One processor for all threads; nothing where there is but one."""
    if len(PROCESSORS) > 1:
        for one in tree(pid or os.getpid()):
            for task in Path(f"/proc/{one}/task").iterdir():
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(int(task.name), {PROCESSORS[processor]})


@contextlib.contextmanager
def direct(google_port: int) -> Iterator[Contender]:
    """Nothing between client and stand-in: whether these two are fast enough to measure anything."""
    yield Contender("direct", Target(google_port))


@contextlib.contextmanager
def splice(google_port: int) -> Iterator[Contender]:
    port = programs.free_port()
    with process(sys.executable, str(HERE / "splice.py"), str(port), str(google_port)) as started:
        yield _ready("splice", Target(port), started.pid)


@contextlib.contextmanager
def minimal(google_port: int) -> Iterator[Contender]:
    port = programs.free_port()
    words = (str(HERE / "minimal_proxy.py"), str(port), _url(google_port), "AIza")
    with process(sys.executable, *words) as started:
        yield _ready("minimal", Target(port), started.pid)


@contextlib.contextmanager
def ours(
    google_port: int,
    *,
    name: str = "ours",
    python: str = sys.executable,
    credentials: int = CREDENTIALS,
    fast: bool = False,
) -> Iterator[Contender]:
    """`serve`, by this checkout or by what another Python has; `fast` with what the extra of that name brings."""
    with home(python, credentials) as folder:
        extra = {} if fast else {"PYTHONPATH": without_fast(folder)}
        port = programs.free_port()
        words = ("-m", "gcli2api_tui", "serve", "--home", str(folder), "--port", str(port), "--password", "pwd")
        with process(python, *words, google=_url(google_port), **extra) as started:
            yield _ready(name, Target(port), started.pid)


def without_fast(folder: Path) -> str:
    """A folder of modules that hides what the environment has of the extra."""
    hiding = folder.with_name("hiding")
    hiding.mkdir()
    (hiding / "orjson.py").write_text("raise ImportError\n")
    return str(hiding)


@contextlib.contextmanager
def ours_with_panel(google_port: int) -> Iterator[Contender]:
    """The panel on a pseudo-terminal of 120×40 that is read all the time; without the extra, as the one beside it."""
    with (
        home(sys.executable, CREDENTIALS) as folder,
        panel(folder, _url(google_port), PYTHONPATH=without_fast(folder)) as (url, terminal),
    ):
        yield _ready("ours, panel", Target(int(url.rpartition(":")[2])), terminal.pid)


@contextlib.contextmanager
def home(python: str, credentials: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        keys = Path(folder, "keys.txt")
        keys.write_text("".join(f"AIzaSyBench{number:028d}\n" for number in range(credentials)))
        words = (python, "-m", "gcli2api_tui", "creds", "import", str(keys), "--home", f"{folder}/home")
        subprocess.run(words, env=programs.environment(PYTHONSAFEPATH="1"), check=True, capture_output=True)
        yield Path(folder, "home")


@contextlib.contextmanager
def litellm(google_port: int, command: str) -> Iterator[Contender]:
    """One worker, without a database, at its quietest."""
    port = programs.free_port()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Path(folder, "config.yaml")
        settings.write_text(json.dumps(_litellm_config(_url(google_port))))
        words = (command, "--config", str(settings), "--port", str(port), "--host", "127.0.0.1", "--num_workers", "1")
        with process(*words, **OTHER_SETTINGS) as started:
            yield _ready("LiteLLM", Target(port), started.pid, f"http://127.0.0.1:{port}/health/liveliness")


def _litellm_config(google_url: str) -> dict[str, object]:
    asked = {"model": "gemini/gemini-2.5-flash", "api_base": google_url, "api_key": "AIza"}
    return {
        "model_list": [{"model_name": "gemini-2.5-flash", "litellm_params": asked}],
        "general_settings": {"master_key": "pwd"},
        "litellm_settings": {"telemetry": False, "set_verbose": False},
    }


@contextlib.contextmanager
def portkey(google_port: int, folder: str) -> Iterator[Contender]:
    port = programs.free_port()
    asked = (("x-portkey-provider", "google"), ("x-portkey-custom-host", f"{_url(google_port)}/v1beta"))
    words = ("node", f"{folder}/build/start-server.js", f"--port={port}", "--headless")
    with process(*words, TRUSTED_CUSTOM_HOSTS="127.0.0.1") as started:
        yield _ready("Portkey", Target(port, headers=asked), started.pid)


def _ready(name: str, target: Target, pid: int, looks_at: str = "") -> Contender:
    """As soon as it answers anything. Its threads keep to the first processor from then on."""
    url = looks_at or f"http://127.0.0.1:{target.port}/healthz"
    for _ in range(6):
        with contextlib.suppress(AssertionError):
            programs.until(lambda: programs.answers(url), name)
            break
    else:
        raise AssertionError(f"{name} does not answer at {url}")
    keep_to(pid, 0)
    return Contender(name, target, pid)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def beside_us() -> dict[str, "Callable[[int], Started]"]:
    """The other projects that are installed here."""
    found: dict[str, Callable[[int], Started]] = {}
    if command := os.environ.get("BENCH_LITELLM") or shutil.which("litellm"):
        found["LiteLLM"] = functools.partial(litellm, command=command)
    if folder := os.environ.get("BENCH_PORTKEY"):
        found["Portkey"] = functools.partial(portkey, folder=folder)
    return found


def versions(names: Sequence[str]) -> dict[str, str]:
    """Of those that are not ours, as far as they say."""
    found = {}
    if "LiteLLM" in names:
        command = os.environ.get("BENCH_LITELLM") or shutil.which("litellm") or "litellm"
        code = "from importlib.metadata import version; print(version('litellm'))"
        asked = [str(Path(command).with_name("python")), "-c", code]
        found["LiteLLM"] = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    if "Portkey" in names:
        told = json.loads(Path(os.environ["BENCH_PORTKEY"], "package.json").read_text())
        found["Portkey"] = f"{told['version']} on Node {_node()}"
    return found


def _node() -> str:
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
