"""Does a real client answer after nothing but `connect CLIENT`? An empty home, the client's own file, one question.

`python -m tests.client_runs.connected FOLDER [--only ID]`: FOLDER holds installed clients, as for the other runs. After
the answer the file is taken back, and nothing of ours may be left. Exit status 1 where something failed. Last run,
2026-11-29: codex 0.169.0, claude 2.1.331, gemini 0.61.0, opencode 1.18.33, qwen 0.24.4, aider 0.86.2, continue 1.5.47,
llm 0.36.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import programs

STORY = "Tell me a short story. [sim:words=60]"
PINNED = Path(__file__).parents[1] / "clients" / "node_modules"
LONGEST_S = 150
QUIET = {"PATH": os.environ["PATH"], "TERM": "dumb", "NO_COLOR": "1"}


def _bin(folder: Path, name: str) -> str:
    return str(folder / "node" / "node_modules" / ".bin" / name)


def _aider(folder: Path) -> Sequence[str]:
    quiet = ["--no-git", "--yes-always", "--no-check-update", "--no-analytics", "--no-show-model-warnings"]
    return [str(folder / "py" / "aider-chat" / "bin" / "aider"), *quiet, "--message", STORY]


def _codex(folder: Path) -> Sequence[str]:
    script = PINNED / "@openai" / "codex" / "bin" / "codex.js"
    return [shutil.which("node") or "node", str(script), "exec", "--skip-git-repo-check", STORY]


def _claude(folder: Path) -> Sequence[str]:
    return [str(PINNED / "@anthropic-ai" / "claude-code-linux-x64" / "claude"), "-p", STORY]


def _gemini(folder: Path) -> Sequence[str]:
    return [
        shutil.which("node") or "node",
        str(PINNED / "@google" / "gemini-cli" / "bundle" / "gemini.js"),
        "-p",
        STORY,
    ]


CLIENTS: Mapping[str, Callable[[Path], Sequence[str]]] = {
    "codex": _codex,
    "claude": _claude,
    "gemini": _gemini,
    "opencode": lambda folder: [_bin(folder, "opencode"), "run", STORY],
    "qwen": lambda folder: [_bin(folder, "qwen"), "-p", STORY],
    "aider": _aider,
    "continue": lambda folder: [_bin(folder, "cn"), "-p", STORY],
    "llm": lambda folder: [str(folder / "py" / "llm" / "bin" / "llm"), "-m", "gcli2api", STORY],
}
MORE: Mapping[str, Mapping[str, str]] = {
    "claude": {"IS_SANDBOX": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
    "gemini": {"GEMINI_CLI_TRUST_WORKSPACE": "true"},
}
"""About the folder and the machine, not about whom to ask."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    failed = 0
    for client in CLIENTS:
        if options.only in ("", client):
            wrong = tried(client, options.folder.resolve())
            print(f"{client:10} {wrong or 'ok'}", flush=True)
            failed += bool(wrong)
    return 1 if failed else 0


def tried(client: str, folder: Path) -> str:
    """What was wrong; "" for an answer through us, and a home as empty as before."""
    with tempfile.TemporaryDirectory() as base, programs.simulator() as google:
        ours, home, work = Path(base) / "server", Path(base) / "home", Path(base) / "work"
        home.mkdir()
        work.mkdir()
        with programs.server_with_key(ours, google):
            before = _texts(home)
            _connect(ours, home, client, "--yes")
            written = [path for path in _texts(home) if path not in before]
            said = _asked(client, folder, home, work)
            journal = [one for one in programs.fetch(f"{google}/sim/journal") if "Content" in one.get("path", "")]
            _connect(ours, home, client, "--undo", "--yes")
            left = [str(path) for path in written if path.exists() and "gcli2api" in path.read_text()]
        if not journal:
            return f"nobody asked: {said[-600:]}"
        return f"no story: {said[-600:]!r}" if len(said) < 40 else f"left behind: {left}" if left else ""


def _asked(client: str, folder: Path, home: Path, work: Path) -> str:
    done = subprocess.run(
        list(CLIENTS[client](folder)),
        cwd=work,
        env={**QUIET, "HOME": str(home), **MORE.get(client, {})},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.stdout if not done.returncode else f"status {done.returncode}: {done.stdout}\n{done.stderr}"


def _connect(ours: Path, home: Path, client: str, *more: str) -> None:
    done = programs.command("connect", client, "--home", str(ours), *more, HOME=str(home), PASSWORD="pwd")
    assert done.returncode == 0, done.stdout + done.stderr


def _texts(home: Path) -> list[Path]:
    return list(_walk(home))


def _walk(home: Path) -> Iterator[Path]:
    yield from (path for path in home.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
