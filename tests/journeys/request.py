"""The journey of a request body with a tool call to the bytes of its streamed answer, counted over our source files.

`python tests/journeys/request.py [--tree FOLDER] [--path] [--walks N]`: `serve` of that tree runs under a profiler
against the simulator, after the same request was sent twice, so that nothing is done for the first time. Printed, of
the shortest walk: files of ours entered, changes of file, calls of ours (a coroutine that goes on counts as one), and
within relay/ which file calls which; a jump back is a file that calls one from which it can be reached; with `--path`,
each stay in a file with the functions that were called there. Linux and macOS (signals).
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import types
import urllib.request
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

import programs  # noqa: E402 - found through the line above

KEY = "AIza-sim-key-0002"
BODY = {
    "model": "gemini-2.5-flash",
    "stream": True,
    "messages": [{"role": "user", "content": "What is the weather in Paris? Use the tool."}],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            },
        }
    ],
}
TURN = [{"text": "I look.", "calls": [{"tool": "weather", "args": {"city": "Paris"}}]}]


Call = tuple[str, str, str]
"""File, its caller's file, function."""


class Tracer:
    """Runs inside the server: between two signals it writes down each call of ours with its caller's file."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.calls: list[Call] = []
        signal.signal(signal.SIGUSR1, lambda *_: sys.setprofile(self.seen))
        signal.signal(signal.SIGUSR2, lambda *_: self.save())

    def seen(self, frame: types.FrameType, event: str, _: object) -> None:
        if event == "call" and (file := ours(frame)):
            caller = frame.f_back
            self.calls.append((file, ours(caller) if caller else "", frame.f_code.co_qualname))

    def save(self) -> None:
        sys.setprofile(None)
        self.out.write_text(json.dumps(self.calls), "utf-8")
        self.calls.clear()


def ours(frame: types.FrameType) -> str:
    """The file within the package; "" for anybody else's."""
    return frame.f_code.co_filename.partition("/gcli2api_tui/")[2]


def serve_traced(out: str, words: list[str]) -> None:
    from gcli2api_tui.cli import commands

    Tracer(Path(out))
    sys.argv = ["gcli2api-tui", *words]
    sys.exit(commands.main())


def journey(tree: Path) -> list[Call]:
    """The calls of one request, in order."""
    with tempfile.TemporaryDirectory() as folder, programs.simulator() as google:
        home, out, port = Path(folder, "home"), Path(folder, "calls.json"), programs.free_port()
        python = str(tree / ".venv/bin/python") if (tree / ".venv/bin/python").exists() else sys.executable
        env = programs.environment(PYTHONPATH=str(tree), **programs.towards(google))
        added = [python, "-m", "gcli2api_tui", "creds", "add-key", "--no-check", KEY, "--home", str(home)]
        subprocess.run(added, env=env, check=True, capture_output=True, cwd=tree)
        words = ["serve", "--home", str(home), "--port", str(port), "--password", "pwd"]
        with subprocess.Popen(
            [python, str(HERE), "--traced", str(out), *words], env=env, stderr=subprocess.DEVNULL, cwd=tree
        ) as server:
            try:
                programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz"), "our server")
                for _ in range(2):
                    ask(google, port)
                os.kill(server.pid, signal.SIGUSR1)
                ask(google, port)
                os.kill(server.pid, signal.SIGUSR2)
                return [(file, caller, name) for file, caller, name in programs.until(lambda: saved(out), "the calls")]
            finally:
                server.kill()


def saved(out: Path) -> Any:
    try:
        return json.loads(out.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def ask(google: str, port: int) -> None:
    """One streamed turn with a call, read to its end."""
    post(f"{google}/sim/script", TURN)
    answer = post(f"http://127.0.0.1:{port}/v1/chat/completions", BODY).decode()
    assert '"name":"weather"' in answer, answer
    assert answer.endswith("data: [DONE]\n\n"), answer


def post(url: str, body: object) -> bytes:
    headers = {"content-type": "application/json", "authorization": "Bearer pwd"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def path(calls: list[Call]) -> str:
    """Each stay in a file, on a line: the file, and how often which functions of it were called."""
    stays = ((file, Counter(name for _, _, name in stay)) for file, stay in groupby(calls, lambda call: call[0]))
    return "\n".join(
        f"{file}: {', '.join(name if n == 1 else f'{name} x{n}' for name, n in names.items())}" for file, names in stays
    )


def report(calls: list[Call]) -> str:
    files = [file for file, _, _ in calls]
    edges, (entered, changes, made) = edges_of(calls), counted(calls)
    lines = [
        f"{entered} files entered, {changes} changes of file, {made} calls of ours",
        f"relay/: {len(set(filter(inside, files)))} files, {sum(map(inside, files))} calls",
        *(f"  {caller} -> {file} {count}" for (caller, file), count in sorted(edges.items())),
        f"jumps back in relay/: {', '.join(jumps_back(edges)) or 'none'}",
    ]
    return "\n".join(lines)


def counted(calls: list[Call]) -> tuple[int, int, int]:
    """Files entered, changes of file, calls."""
    files = [file for file, _, _ in calls]
    return len(set(files)), sum(a != b for a, b in pairwise(files)), len(files)


def edges_of(calls: list[Call]) -> Counter[tuple[str, str]]:
    """Which file of relay/ calls which other one."""
    return Counter((caller, file) for file, caller, _ in calls if inside(file) and inside(caller) and caller != file)


def inside(file: str) -> bool:
    return file.startswith("relay/")


def jumps_back(edges: Counter[tuple[str, str]]) -> list[str]:
    """Calls from a file to one that it can be reached from."""
    return [f"{caller} -> {file}" for caller, file in sorted(edges) if caller in reached(file, edges)]


def reached(start: str, edges: Counter[tuple[str, str]]) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        file = waiting.pop()
        fresh = {to for frm, to in edges if frm == file} - found
        found |= fresh
        waiting += fresh
    return found


def main() -> None:
    if sys.argv[1:2] == ["--traced"]:
        serve_traced(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=HERE.parents[2])
    parser.add_argument("--path", action="store_true", help="each stay in a file, in order")
    parser.add_argument(
        "--walks", type=int, default=3, help="the least of them is told: what ticks beside comes in too"
    )
    options = parser.parse_args()
    calls = min((journey(options.tree.resolve()) for _ in range(options.walks)), key=len)
    print(*[path(calls)] * options.path, report(calls), sep="\n")


if __name__ == "__main__":
    main()
