"""S15: start scripts that fetch and run whatever stands on a branch, and a program that updates itself so."""

import ast
import re
from pathlib import Path

import gcli2api_tui

ROOT = Path(__file__).parent.parent.parent
PACKAGE = Path(gcli2api_tui.__file__).parent
OF_NAMES_AND_DEFAULTS = PACKAGE / "quick_dataclass.py"
"""Makes an `__init__` of a class's own field names, as Python's dataclasses do: nothing from elsewhere is in it."""
FETCHED = re.compile(r"(curl|wget)[^\n|]*\|\s*(sudo\s+)?(ba|z|da)?sh|git\s+(reset\s+--hard|pull|clone)|\$\(curl")


def test_no_script_runs_what_it_fetched_without_a_look() -> None:
    scripts = [path for path in ROOT.rglob("*.sh") if not {".venv", "node_modules"} & {*path.parts}]
    assert scripts
    for path in scripts:
        code = "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))
        assert not FETCHED.search(code), path


def test_the_program_starts_no_git_and_no_pip_and_runs_no_text() -> None:
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if path != OF_NAMES_AND_DEFAULTS:
                assert getattr(call.func, "id", "") not in ("eval", "exec", "compile", "__import__"), path
            if getattr(call.func, "attr", "") in ("run", "Popen", "which", "create_subprocess_exec", "execv", "execve"):
                texts = {str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant)}
                assert not texts & {"git", "pip", "pip3", "curl", "wget"}, path
