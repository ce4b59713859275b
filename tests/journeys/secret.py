"""The journey of a refresh token to an Authorization header, and of the new token back to the disk, over our files.

`python tests/journeys/secret.py [--tree FOLDER]`: the parts of that tree ask the simulator for one generation with a
sign-in whose token has ended; traced from the lease until the new token stands in the credential's file. Another
sign-in went the same way before, so that nothing is done for the first time. Printed: files of ours entered, changes
of file and calls of ours, each thread by itself, and the jumps back: files that call one from which they are reached.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import types
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

import programs  # noqa: E402 - found through the line above
from request import reached  # noqa: E402 - beside this script

MODEL = "gemini-2.5-flash"
BODY = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
CLIENT = {"client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret"}
ACCOUNTS = ("bob", "alice")
"""The first goes before; the second is counted."""


class Tracer:
    """Writes down each call of ours, and its caller's file, while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self.calls: dict[str, list[tuple[str, str]]] = {}
        threading.setprofile(self.seen)
        sys.setprofile(self.seen)

    def seen(self, frame: types.FrameType, event: str, _: object) -> None:
        if self.on and event == "call" and (file := ours(frame)):
            self.calls.setdefault(threading.current_thread().name, []).append((file, ours(frame.f_back)))


def ours(frame: types.FrameType | None) -> str:
    """The file within the package; "" for anybody else's, and for the stand-in's."""
    file = frame.f_code.co_filename.partition("/gcli2api_tui/")[2] if frame else ""
    return "" if file.startswith("simulator/") else file


def travel(home: Path, google: str) -> dict[str, list[tuple[str, str]]]:
    """In the tree's own interpreter."""
    tracer = Tracer()
    asyncio.run(_travel(home, google, tracer))
    return tracer.calls


async def _travel(home: Path, google: str, tracer: Tracer) -> None:
    from gcli2api_tui import control_wiring
    from gcli2api_tui.bootstrap import prepare
    from gcli2api_tui.pool.ports import ALL

    names = ("code_assist_endpoint", "gemini_base_url", "oauth_base_url")
    setup = prepare({"home": str(home), "password": "pwd", **dict.fromkeys(names, google)}, {})
    parts = control_wiring.build(setup, "http://127.0.0.1:1", lambda mode: None)
    try:
        for account in ACCOUNTS:
            others = [view.credential.id for view in parts.control.pool.view() if account not in view.credential.label]
            tracer.on = account == ACCOUNTS[-1]
            lease = parts.control.pool.lease(MODEL, ["code-assist"], ALL, tried=others)
            await parts.control.backends["code-assist"].generate(lease.credential, MODEL, BODY)  # type: ignore[arg-type]
            while not has_token(home, account):
                await asyncio.sleep(0.01)
            tracer.on = False
    finally:
        await parts.client.aclose()
        parts.store.close()


def has_token(home: Path, account: str) -> bool:
    files = list((home / "credentials").glob(f"{account}*.json"))
    return any(json.loads(file.read_text("utf-8"))["secret"]["access_token"] for file in files)


def journey(tree: Path) -> dict[str, list[tuple[str, str]]]:
    """The calls of each thread, in order: (file, file of its caller)."""
    with tempfile.TemporaryDirectory() as folder, programs.simulator() as google:
        home, out, given = Path(folder, "home"), Path(folder, "calls.json"), Path(folder, "accounts.json")
        given.write_text(json.dumps(list(accounts())), "utf-8")
        python = str(tree / ".venv/bin/python") if (tree / ".venv/bin/python").exists() else sys.executable
        env = programs.environment(PYTHONPATH=str(tree))
        for words in (
            ["-m", "gcli2api_tui", "creds", "import", str(given), "--home", str(home)],
            [str(HERE), "--traced", str(out), str(home), google],
        ):
            subprocess.run([python, *words], env=env, check=True, stdout=subprocess.DEVNULL, cwd=tree)
        return dict(json.loads(out.read_text("utf-8")))


def accounts() -> Iterator[dict[str, Any]]:
    for name in ACCOUNTS:
        known = {"refresh_token": f"1//sim-{name}", "email": f"{name}@example.com", "project_id": f"sim-{name}"}
        yield {**CLIENT, **known}


def jumps_back(calls: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Files that call one from which they are reached."""
    edges = Counter((caller, file) for one in calls.values() for file, caller in one if caller and caller != file)
    return [f"{caller} -> {file}" for caller, file in sorted(edges) if caller in reached(file, edges)]


def report(calls: dict[str, list[tuple[str, str]]]) -> str:
    everything = [call for one in calls.values() for call in one]
    files = {file for file, _ in everything}
    changes = sum(a != b for one in calls.values() for (a, _), (b, _) in pairwise(one))
    loop, other = (sum(len(one) for name, one in calls.items() if (name == "MainThread") == main) for main in (1, 0))
    return "\n".join(
        [
            f"{len(files)} files entered, {changes} changes of file, {len(everything)} calls of ours",
            f"on the loop {loop} calls, in other threads {other}",
            f"jumps back: {', '.join(jumps_back(calls)) or 'none'}",
        ]
    )


def main() -> None:
    if sys.argv[1:2] == ["--traced"]:
        Path(sys.argv[2]).write_text(json.dumps(travel(Path(sys.argv[3]), sys.argv[4])), "utf-8")
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tree", type=Path, default=HERE.parents[2])
    print(report(journey(parser.parse_args().tree.resolve())))


if __name__ == "__main__":
    main()
