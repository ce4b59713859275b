"""A newcomer's clock: from an empty home in a real terminal (tmux, 45x20) to the first completion of a real client.

`python tests/tui/newcomer.py [--keep FOLDER]` prints a line a step, with the time since the start and the keys so far.
Google is the stand-in (`simulate`), the API key is pasted as a person pastes it, the clients are curl and OpenAI's SDK.
Exit status 1 where it takes more than 60 s, more than 4 keys or more than one paste. The last result is in
docs/panel.md.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import openai
import programs

from gcli2api_tui.tui.words import Words

WORDS = Words("en")
KEY = "AQ.sim-key-of-studio-0002"
MODEL = "gemini-flash-latest"
MOST_S, MOST_KEYS = 60.0, 4


@dataclass
class Newcomer:
    home: str
    google: str
    keep: Path | None
    port: int = field(default_factory=programs.free_port)
    began: float = 0.0
    keys: int = 0
    pastes: int = 0
    steps: list[str] = field(default_factory=list)
    took_s: float = 0.0
    """To the first completion of the first client."""

    def go(self) -> None:
        self.began = time.monotonic()
        command = f"exec {shlex.quote(sys.executable)} -m gcli2api_tui --home {self.home} --port {self.port}"
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", "45", "-y", "20", command)
        try:
            self._until(lambda: str(self.port) in self._screen(), "the first screen")
            self._press("a", "asks how a credential is to be added")
            self._until(lambda: WORDS("add.title") in self._screen(), "the numbered list")
            self._paste(KEY)
            self._until(lambda: WORDS("add.title") not in self._screen(), "the key in its field")
            self._press("Enter", "adds it")
            self._until(lambda: "✓ 2" in self._screen(), "Google takes the key")
            self._press("y", "copies the address and the key for the client")
            self._client_by_curl()
            self.took_s = time.monotonic() - self.began
            self._client_by_sdk()
            self._look("the panel after it")
        finally:
            self._tmux("kill-server")
            programs.command("stop", "--now", "--home", self.home)  # it serves on without its terminal

    def _client_by_curl(self) -> None:
        body = f'{{"model": "{MODEL}", "messages": [{{"role": "user", "content": "Hello"}}]}}'
        line = ["curl", "-sS", "--fail-with-body", f"http://127.0.0.1:{self.port}/v1/chat/completions", "-d", body]
        line += ["-H", f"Authorization: Bearer {self._client_key()}", "-H", "Content-Type: application/json"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=30, check=False)
        assert '"content"' in done.stdout, done.stdout + done.stderr
        self._step("curl has its first completion")

    def _client_by_sdk(self) -> None:
        with openai.OpenAI(base_url=f"http://127.0.0.1:{self.port}/v1", api_key=self._client_key()) as client:
            chunks = client.chat.completions.create(
                model=MODEL, stream=True, messages=[{"role": "user", "content": "Hello"}]
            )
            assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        self._step("OpenAI's SDK has streamed its first completion")

    def _client_key(self) -> str:
        """What `y` copies."""
        return programs.command("key", "--home", self.home).stdout.strip()

    # What a person does and sees

    def _press(self, key: str, why: str) -> None:
        self._tmux("send-keys", key)
        self.keys += 1
        self._step(f"key {key!r}: {why}")

    def _paste(self, text: str) -> None:
        self._tmux("set-buffer", "-b", "key", text)
        self._tmux("paste-buffer", "-p", "-b", "key")
        self.pastes += 1
        self._step("paste of the API key")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        try:
            programs.until(holds, what)
        finally:
            self._step(what)
            self._look(what)

    def _step(self, what: str) -> None:
        self.steps.append(f"{time.monotonic() - self.began:5.1f} s  {self.keys} keys  {what}")
        print(self.steps[-1], flush=True)

    def _look(self, what: str) -> None:
        if self.keep is not None:
            name = f"{len(self.steps):02}-{what.replace(' ', '-').replace(chr(39), '')[:40]}.txt"
            (self.keep / name).write_text(self._screen(), encoding="utf-8")

    def _screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def _tmux(self, *words: str) -> str:
        environment = programs.environment(**programs.towards(self.google), LC_ALL="C.UTF-8", GCLI2API_LANGUAGE="en")
        line = ["tmux", "-u", "-L", f"newcomer-{os.getpid()}", *words]
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout


def clocked(keep: Path | None = None) -> Newcomer:
    with tempfile.TemporaryDirectory() as home, programs.simulator() as google:
        newcomer = Newcomer(home, google, keep)
        newcomer.go()
    return newcomer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder for the captures")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    newcomer = clocked(options.keep)
    return int(newcomer.took_s > MOST_S or newcomer.keys > MOST_KEYS or newcomer.pastes > 1)


if __name__ == "__main__":
    sys.exit(main())
