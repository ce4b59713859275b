"""A terminal that cannot draw: the program serves, says what `status` says, then what changes; Ctrl+C ends it."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .programs import answers, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")


class Dumb:
    """A process of ours on a terminal of the kind that editors and CI have."""

    def __init__(self, *words: str) -> None:
        import pty  # not there on Windows

        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gcli2api_tui", *words], stdin=slave, stdout=slave, stderr=slave,
            env=environment(TERM="dumb"), start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def read_until(self, wanted: str) -> str:
        for _ in range(1000):
            if wanted in self.seen:
                return self.seen
            if select.select([self.master], [], [], 0.02)[0]:
                self.seen += os.read(self.master, 65536).decode()
        raise AssertionError(f"never saw {wanted!r} in {self.seen!r}")


@contextlib.contextmanager
def dumb(*words: str) -> Iterator[Dumb]:
    terminal = Dumb(*words)
    try:
        yield terminal
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.master)


@pytest.mark.parametrize("words", [(), ("demo",)], ids=["own", "demo"])
def test_it_serves_and_says_how_it_stands_until_ctrl_c(words: tuple[str, ...], tmp_path: Path) -> None:
    home = () if words else ("--home", str(tmp_path))
    with dumb(*words, *home, "--port", "0") as terminal:
        said = terminal.read_until("retries hidden")
        url = said.partition("serves on ")[2].partition("/v1")[0]
        assert answers(f"{url}/healthz", terminal.process)
        assert "\x1b" not in said, "nothing that such a terminal would show as rubbish"
        if words:
            assert "client key: pwd" in said
            terminal.read_until("spare")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(20) == 0
