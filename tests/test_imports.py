"""What is loaded when: the import contracts, and fresh interpreters that look into sys.modules."""

import contextlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import click
import grimp
import pytest

from gcli2api_tui.cli import commands
from gcli2api_tui.cli.commands import LazyGroup
from gcli2api_tui.config import config_toml
from gcli2api_tui.control import run_file
from gcli2api_tui.events.secret import Secret

ROOT = Path(__file__).parent.parent

SERVE = "import gcli2api_tui.cli.commands, gcli2api_tui.control_wiring, gcli2api_tui.runtime"


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
    assert loaded(SERVE, "textual") == []


def test_serving_loads_nothing_that_only_a_screen_or_a_seldom_wish_needs() -> None:
    """httpx's package would import its own command line, and with it rich and pygments (`gcli2api_tui/__init__.py`)."""
    statement = f"{SERVE}\nimport httpx, gcli2api_tui.upstream.http_client, gcli2api_tui.control.local_control"
    seldom = ("rich", "pygments", "segno", "tomlkit", "google_auth_oauthlib", "requests")
    assert loaded(statement, "httpx", *seldom) == ["httpx"]
    assert loaded("import gcli2api_tui, httpcore, httpx", "httpcore", "httpx", "h2", "hpack") == ["httpcore", "httpx"]


def test_a_server_listens_before_what_only_its_pages_need_is_loaded(tmp_path: Path) -> None:
    """Built as `serve` builds it: what generates, probes, scrapes, models and `status` are answered without Quart."""
    keep_keys(tmp_path)
    statement = f"""
import asyncio
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.runtime import Runtime
setup = prepare({{"home": {str(tmp_path)!r}}}, {{}})
async def answered(app, path, key):
    sent, headers = [], [(b"host", b"127.0.0.1:1"), (b"authorization", b"Bearer " + key)]
    async def send(message):
        sent.append(message)
    await app({{"type": "http", "method": "GET", "path": path, "query_string": b"", "http_version": "1.1",
                "scheme": "http", "headers": headers, "client": ("127.0.0.1", 5), "extensions": {{}}}}, None, send)
    return sent[0]["status"]
async def built():
    app = Runtime(setup, "http://127.0.0.1:1", "1", screen=False).app
    for path in ("/healthz", "/readyz", "/v1/models", "/v1beta/models", "/v1/models/gemini-2.5-pro"):
        assert await answered(app, path, b"sk-one") in (200, 503), path
    for path in ("/admin/api/snapshot", "/admin/api/terms", "/metrics"):
        assert await answered(app, path, b"sk-two") == 200, path
asyncio.run(built())
"""
    pages = ("quart", "flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "blinker", "aiofiles", "tomlkit")
    by_proxies = ("httpx", "httpcore", "anyio")
    ours = (
        "gcli2api_tui.server.quart_app", "gcli2api_tui.server.web", "gcli2api_tui.tui", "gcli2api_tui.simulator",
        "gcli2api_tui.recipes.file_changes", "gcli2api_tui.control.usage_report",
    )  # fmt: skip
    assert loaded(statement, "hypercorn", "gcli2api_tui.server.asgi_app", *pages, *by_proxies, *ours) == [
        "hypercorn",
        "gcli2api_tui.server.asgi_app",
    ]


HEAVY = (
    "asyncio", "textual", "rich", "quart", "hypercorn", "httpx", "sqlite3", "tomlkit", "google_auth_oauthlib",
    "urllib.request", "http.client", "email", "ssl", "_hashlib", "random", "shlex", "platform",
    "gcli2api_tui.lifecycle",
)  # fmt: skip
"""What a command that prints a line or two has no use for. Each costs a phone between 10 and 500 ms."""


@pytest.mark.parametrize("words", [["--version"], ["key"], ["key", "--panel"], ["status"], ["status", "--json"]])
def test_commands_that_print_a_line_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    keep_keys(tmp_path)
    with snapshot_server() as url:
        run_file.write(tmp_path / "run.json", run_file.Running(os.getpid(), url, Secret("token")))
        asked = words if words == ["--version"] else [*words, "--home", str(tmp_path)]
        ran = f"import contextlib, sys\nsys.argv[1:] = {asked!r}\nfrom gcli2api_tui.__main__ import main\n"
        ran += "with contextlib.suppress(SystemExit):\n    main()"
        assert [word for word in loaded(ran, *HEAVY) if word in HEAVY] == []


def keep_keys(home: Path) -> None:
    """As a home has them that was used before."""
    kept = config_toml.HEADER + 'password = "sk-one"\npanel_password = "sk-two"\n'
    (home / "config.toml").write_text(kept, encoding="utf-8")


@contextlib.contextmanager
def snapshot_server() -> Iterator[str]:
    """What `status` asks, and `key`, without a server of ours, whose start would be most of the test."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server = {"url": "http://x", "version": "0", "demo": False, "warnings": []}
            totals = dict.fromkeys(("requests", "ok", "failed", "cancelled", "hidden_retries"), 0)
            said = {"server": server, "totals": totals, "exchanges": [], "credentials": [], "at": 0, "degraded": ""}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{there.server_port}"
        there.shutdown()


def groups() -> Iterator[tuple[str, LazyGroup]]:
    yield "gcli2api-tui", commands.main
    for name in commands.main.list_commands(click.Context(commands.main)):
        if isinstance(command := commands.main.get_command(click.Context(commands.main), name), LazyGroup):
            yield name, command


def test_every_command_is_found_by_its_own_name() -> None:
    """The tables of names are text to mypy and to the import contracts."""
    listed = [(group, name) for _, group in groups() for name in group.lazily]
    assert len(listed) > 30
    for group, name in listed:
        command = group.get_command(click.Context(group), name)
        assert command is not None, name
        assert command.name == name


@pytest.mark.parametrize("module", ["gcli2api_tui.upstream.oauth_sign_in", "gcli2api_tui.runtime"])
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
