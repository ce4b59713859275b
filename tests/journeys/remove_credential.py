"""The journey of `x` on a credential: from the key press through the vault and back to the screen, counted.

`python tests/journeys/remove_credential.py [--list]`. Two API keys in a home of their own, the real parts, the real
panel without a terminal. Counted between the key press and the screen without the row: calls of functions of the
package on any thread (generators and lambdas too), the files they are in, and how often the next call is in another
file than the one before. Painting is part of the journey; what ticks beside it is too, so that the least of several
walks is told.

Last result (Python 3.11, 80×24, least of 8 to 10 walks; most of it is painting what is new):
2026-11-29, before widgets stood alone, 3,225 calls in 54 files with 1,308 changes of file, after it 2,542 in 62 with
1,150;
2026-11-30, with smaller files and more in each row, 3,935 in 102 with 1,463, and where files were joined 3,707 in 77
with 1,287.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parent.parent))  # `programs`, where this runs as a script

import programs

import gcli2api_tui
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.control_wiring import build
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable

PACKAGE = str(Path(gcli2api_tui.__file__).parent)
KEYS = ("AIza-sim-key-0001", "AIza-sim-key-0002")


class Journey:
    """Files of the package, in the order in which calls entered them."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._counts = False

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Threads that start in here are watched; counted is from `counts` on."""
        threading.setprofile(self._look)
        sys.setprofile(self._look)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]

    def counts(self, wanted: bool) -> None:
        self._counts = wanted

    def _look(self, frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if self._counts and event == "call" and name.startswith(PACKAGE):
            self.files.append(name[len(PACKAGE) + 1 :])

    @property
    def figures(self) -> tuple[int, int, int]:
        """Calls, files, changes of file."""
        changes = sum(before != after for before, after in zip(self.files, self.files[1:], strict=False))
        return len(self.files), len(set(self.files)), changes


async def walk(home: Path) -> Journey:
    journey = Journey()
    with journey.watched():
        parts = build(prepare({"home": str(home)}, {}), "http://127.0.0.1:1", lambda mode: None)
        panel = Panel(parts.control, parts.control, parts.clock)
        async with panel.run_test(size=(80, 24)) as pilot:

            async def until(state: Callable[[], bool]) -> None:
                for _ in range(500):
                    if state():
                        return
                    await pilot.pause()
                raise AssertionError("the state was never reached")

            await pilot.pause()
            await pilot.press("c")
            await until(lambda: bool(panel.screen.query("#credentials-table")))
            table = panel.screen.query_one("#credentials-table", CredentialTable)
            await until(lambda: len(table.rows) == len(KEYS) and table.has_focus)
            journey.counts(True)
            await pilot.press("x")
            await until(lambda: len(panel.screen_stack) == 2)
            await pilot.press("y")
            await until(lambda: len(table.rows) == len(KEYS) - 1)
            await pilot.pause()
            journey.counts(False)
    assert len(list((home / "credentials").glob("*.json"))) == len(KEYS) - 1, "the vault has let it go"
    await parts.client.aclose()
    parts.store.close()
    return journey


def walked() -> Journey:
    with tempfile.TemporaryDirectory() as home:
        for key in KEYS:
            added = programs.command("creds", "add-key", "--no-check", key, "--home", home)
            assert added.returncode == 0, added.stderr
        return asyncio.run(walk(Path(home)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=5)
    parser.add_argument("--list", action="store_true", help="also the files, with calls")
    options = parser.parse_args()
    least = min((walked() for _ in range(options.walks)), key=lambda journey: journey.figures)
    print("{} calls of ours in {} files, {} changes of file".format(*least.figures))
    if options.list:
        for file, calls in Counter(least.files).most_common():
            print(f"{calls:6} {file}")


if __name__ == "__main__":
    main()
