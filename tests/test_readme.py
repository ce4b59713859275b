"""README in both languages, and the quick start: what they say to type is typed, in order, in the home of a newcomer.

Not typed here are the lines that fetch packages: others do, on a system of their own (`INSTALLED_BY`).
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

ROOT = Path(__file__).parent.parent
README, CHINESE, QUICK_START = ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "docs" / "quick-start.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
FETCHES = (
    "gcli2api-tui demo",
    "pip install",
    'pip" install',
    "apt-get",
    "brew ",
    "winget",
    "pkg ",
    "deploy/",
    "termux-install.sh",
)
"""Blocks with these are not typed here; the demo is started by tests of its own."""
INSTALLED_BY = {
    "sh deploy/install.sh": "tests/deploy/test_install_sh.py",
    "bash termux-install.sh": "tests/test_termux_install.py",
    r"powershell -ExecutionPolicy Bypass -File deploy\install.ps1": "tests/deploy/test_install_ps1.py",
    "docker compose -f deploy/compose.yaml up -d": "tests/deploy/test_compose.py",
}
TYPED = {"creds add-key": "AIza-sim-key-0002", "connect claude": "y"}
"""A command that asks → what a person answers."""


def blocks(path: Path, language: str = "") -> list[str]:
    """The code of a page, of one language or of all."""
    return [code for said, code in BLOCK.findall(path.read_text("utf-8")) if language in ("", said)]


def rows(path: Path) -> set[str]:
    """What is to be typed of its tables' rows."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {code for line in lines for code in re.findall(r"`([^`]+)`", line)}


def test_both_languages_have_the_same_to_type() -> None:
    assert blocks(CHINESE) == blocks(README)
    assert rows(CHINESE) == rows(README)


def test_every_way_to_install_is_there_and_is_tried_somewhere() -> None:
    for line in rows(README):
        for file in re.findall(r"[\w.\\/-]+\.(?:sh|ps1|yaml)\b", line):
            assert (ROOT / file.replace("\\", "/")).is_file(), line
    for line, test in INSTALLED_BY.items():
        assert line in rows(README)
        (file,) = re.findall(r"[\w-]+\.(?:sh|ps1|yaml)\b", line)
        assert file in (ROOT / test).read_text("utf-8")


def test_the_test_line_is_the_one_that_ci_runs() -> None:
    line = next(line for line in README.read_text("utf-8").splitlines() if "bin/pytest" in line)
    assert "${VENV:-.venv}" in line and "${PYTHON:-python3}" in line and line in blocks(README, "sh")[-1]


class Newcomer:
    """A home with nothing in it, the command on PATH, and the stand-in in Google's place."""

    def __init__(self, home: Path, google: str) -> None:
        self.port = programs.free_port()
        (home / "bin").mkdir(parents=True)
        command = home / "bin" / "gcli2api-tui"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m gcli2api_tui "$@"\n')
        command.chmod(0o755)
        kept = {name: value for name, value in programs.environment().items() if not name.startswith("XDG_")}
        path = f"{command.parent}{os.pathsep}{kept['PATH']}"
        own = {"HOME": str(home), "PATH": path, "GCLI2API_PORT": str(self.port), "GCLI2API_DRAIN_S": "1"}
        self.environment = {**kept, **own, **programs.towards(google)}

    def types(self, lines: list[str]) -> str:
        """All of it in one shell, as far as it goes; what came out."""
        return self._run(["bash", "-euo", "pipefail", "-c", "\n".join(map(_answered, lines))])

    def runs(self, code: str, key: str) -> str:
        return self._run([sys.executable, "-c", code.replace('"…"', repr(key))])

    def _run(self, words: list[str]) -> str:
        done = subprocess.run(
            [word.replace("7861", str(self.port)) for word in words],
            env=self.environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words[-1]}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def _answered(block: str) -> str:
    answer = next((said for command, said in TYPED.items() if command in block), "")
    return f"{{ {block} }} <<< '{answer}'" if answer else block


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    with programs.simulator_within() as google:
        person = Newcomer(tmp_path / "home", google)
        try:
            yield person
        finally:
            person.types(["gcli2api-tui stop --now"])


@pytest.mark.slow
@pytest.mark.tool("curl")
def test_what_the_readme_says_to_type_leads_to_answers(newcomer: Newcomer) -> None:
    lines = [block for block in blocks(README, "sh") if not any(word in block for word in FETCHES)]
    assert len(lines) == 5, "a new one is typed here too, and may need an answer"
    said = newcomer.types(lines)
    assert "data: [DONE]" in said and "ANTHROPIC_BASE_URL" in said
    key = newcomer.types(["gcli2api-tui key"]).strip()
    for code in blocks(README, "python"):
        assert len(newcomer.runs(code, key).split()) > 3, code
    models = next(line for line in re.findall(r"`(curl [^`]+)`", README.read_text("utf-8")))
    assert '"gemini-flash-latest"' in newcomer.types([f"KEY={key}", models])


@pytest.mark.slow
def test_the_quick_start_leads_to_an_answer(newcomer: Newcomer) -> None:
    own = [block for block in blocks(QUICK_START, "sh") if not any(word in block for word in FETCHES)]
    panel, lines = "gcli2api-tui\n", [block for block in own if block != "gcli2api-tui\n"]
    assert panel in own and len(lines) == 6
    said = newcomer.types(lines)
    assert "1 of 1 ready" in said and "Claude Code is connected" in said and said.endswith("All is well.\n")
