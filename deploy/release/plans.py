"""Whether every supported system and Python gets all packages ready-made: one line each, status 1 if one does not.

    python deploy/release/plans.py [--ends]

Asks `uv` for a plan with wheels alone: for each Python with the versions of deploy/requirements.txt, and for the first
and the last with the newest that pyproject.toml allows. `--ends` asks for those two alone, as CI does: a plan takes
seconds of network. Android begins with 3.13, the first Python with a platform tag for it (PEP 738). Nothing is
installed: a plan says what there is, and no more.
"""

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
SYSTEMS = {
    "Linux x86_64": "x86_64-manylinux_2_28",
    "Linux aarch64": "aarch64-manylinux_2_28",
    "Linux x86_64, musl": "x86_64-unknown-linux-musl",
    "Linux aarch64, musl": "aarch64-unknown-linux-musl",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86_64": "x86_64-apple-darwin",
    "Windows x86_64": "x86_64-pc-windows-msvc",
    "Windows arm64": "aarch64-pc-windows-msvc",
    "Android aarch64": "aarch64-linux-android",
}
FIRST_ON = {"Android aarch64": "3.13"}
COMPILE = ("uv", "pip", "compile", "-q", "--only-binary", ":all:", "--no-header", "--no-annotate", "pyproject.toml")
PINNED = ("--constraint", "deploy/requirements.txt")


def plan(python: str, platform: str, more: tuple[str, ...]) -> tuple[int, str]:
    """How many packages, and what uv says against it."""
    words = (*COMPILE, "--python-version", python, "--python-platform", platform, *more)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.count("=="), done.stderr if done.returncode else ""


def main() -> int:
    failed, only_ends = False, "--ends" in sys.argv[1:]
    print(f"{'system':<20}  {'pinned':<24}  newest", flush=True)
    with ThreadPoolExecutor(4) as pool:
        for name, platform in SYSTEMS.items():
            pythons = PYTHONS[PYTHONS.index(FIRST_ON.get(name, PYTHONS[0])) :]
            ends = (pythons[0], pythons[-1])
            asked = ends if only_ends else pythons
            pinned = [pool.submit(plan, python, platform, PINNED) for python in asked]
            newest = [pool.submit(plan, python, platform, ()) for python in ends]
            cells = [" ".join(map(_cell, which, row)) for which, row in ((asked, pinned), (ends, newest))]
            print(f"{name:<20}  {cells[0]:<24}  {cells[1]}", flush=True)
            said = dict.fromkeys(one.result()[1] for one in (*pinned, *newest) if one.result()[1])
            failed = failed or bool(said)
            print(*said, sep="\n", end="", file=sys.stderr)
    return int(failed)


def _cell(python: str, one: "Future[tuple[int, str]]") -> str:
    return "FAIL" if one.result()[1] else python


if __name__ == "__main__":
    sys.exit(main())
