"""What is loaded when: the import contracts, and fresh interpreters that look into sys.modules."""

import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent

SERVE = "import gcli2api_tui.cli, gcli2api_tui.wiring, gcli2api_tui.runtime"


def loaded(statement: str, *names: str) -> list[str]:
    """Which of the top-level modules `names` a fresh interpreter has loaded after `statement`."""
    script = f"import sys\n{statement}\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_probe_sees_what_is_loaded() -> None:
    assert loaded("import json", "json", "textual") == ["json"]


def test_serving_without_a_screen_loads_no_textual() -> None:
    # rich comes with httpx, whose package imports its own command line.
    assert loaded(SERVE, "textual") == []


def test_the_command_line_starts_light() -> None:
    assert (
        loaded("import gcli2api_tui.cli", "textual", "rich", "quart", "httpx", "google_auth_oauthlib", "sqlite3") == []
    )


@pytest.mark.parametrize("module", ["gcli2api_tui.upstream.oauth", "gcli2api_tui.runtime"])
def test_googles_library_waits_for_a_sign_in(module: str) -> None:
    assert loaded(f"import {module}", "google_auth_oauthlib", "requests") == []


def test_the_panel_can_be_imported_without_what_serves() -> None:
    assert loaded("import gcli2api_tui.tui.app", "httpx", "quart", "hypercorn") == []


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, timeout=120, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_folder_holds_a_circle_not_even_of_imports_for_types_alone() -> None:
    """The contract of the same name sees what runs; a class that names its user as a type goes in a circle as well."""
    graph = grimp.build_graph("gcli2api_tui", cache_dir=None)
    for folder in sorted(graph.modules):
        parts = {part: {part, *graph.find_descendants(part)} for part in graph.find_children(folder)}
        part_of = {module: part for part, modules in parts.items() for module in modules}
        needs = {
            part: {part_of[needed] for module in modules for needed in _needed(graph, module) if needed in part_of}
            - {part}
            for part, modules in parts.items()
        }
        TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle


def _needed(graph: grimp.ImportGraph, module: str) -> set[str]:
    return graph.find_modules_directly_imported_by(module)
