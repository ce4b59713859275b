"""What stands in for parts of Click, Textual and Hypercorn: only while they are imported, never for what is used."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from packaging.version import Version

from gcli2api_tui.process.lean_imports import CLICK, HYPERCORN, TEXTUAL, Lean

COMMANDS = "import_lean(CLICK)"
LOADED = "import_lean(TEXTUAL)"
SERVES = "import_lean(HYPERCORN)"


def run(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nfrom gcli2api_tui.process.lean_imports import *\n{script}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_toolkit_is_there_without_what_nobody_uses_and_nothing_stands_in_any_more() -> None:
    unused = ["textual.widgets._tree", "textual.widgets._select", "textual.widgets._input", *TEXTUAL.unused]
    asked = f"{LOADED}\nprint('textual.app' in sys.modules, *[name for name in {unused!r} if name in sys.modules])"
    assert run(asked) == ["True"]


def test_click_is_there_without_ids_and_takes_them_all_the_same() -> None:
    unused = ["uuid", "platform"]
    asked = f"""{COMMANDS}
import click
print('click' in sys.modules, *[name for name in {unused!r} if name in sys.modules])
print(type(click.UUID.convert("00000000-0000-0000-0000-000000000001", None, None)).__module__)"""
    assert run(asked) == ["True", "uuid"]


def test_hypercorn_is_there_without_what_never_begins_here() -> None:
    unused = ["h2", "hpack", "hyperframe", "priority", "wsproto", "multiprocessing", *HYPERCORN.unused]
    asked = f"""{SERVES}
import gcli2api_tui.runtime
print('hypercorn.protocol.h11' in sys.modules, *[name for name in {unused!r} if name in sys.modules])"""
    assert run(asked) == ["True"]


@pytest.mark.parametrize(
    ("lean", "name"), [(lean, name) for lean in (CLICK, TEXTUAL, HYPERCORN) for name in lean.unused], ids=str
)
def test_what_stood_in_can_be_imported_afterwards_and_is_the_real_one(lean: Lean, name: str) -> None:
    real = f"print(real.__file__ is not None, *[hasattr(real, each) for each in {lean.unused[name]!r}])"
    asked = f"import_lean(Lean({lean.module!r}, {dict(lean.unused)!r}))\nimport {name} as real\n{real}"
    assert set(run(asked)) == {"True"}


def test_what_stands_in_is_the_real_one_when_it_is_called() -> None:
    """Plain Hypercorn, as the simulator has it, speaks HTTP/2 and WebSocket all the same."""
    asked = f"""{SERVES}
import asyncio, hypercorn.asyncio, socket
from hypercorn.config import Config

async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await send({{"type": "websocket.accept"}})
    elif scope["type"] == "http":
        await send({{"type": "http.response.start", "status": 200, "headers": []}})
        await send({{"type": "http.response.body", "body": b""}})

async def said(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    answer = await asyncio.wait_for(reader.read(9_000), 20)
    writer.close()
    return answer

async def main():
    config, over = Config(), asyncio.Event()
    config.errorlog, listener = None, socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config.bind = [f"fd://{{listener.detach()}}"]
    serving = asyncio.create_task(hypercorn.asyncio.serve(app, config, shutdown_trigger=over.wait))
    head = b"GET / HTTP/1.1\\r\\nHost: a\\r\\n"
    upgrade = (b"Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
               b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n")
    print((await said(port, head + b"\\r\\n")).split()[1].decode())
    print((await said(port, head + upgrade + b"\\r\\n")).split()[1].decode())
    print(len(await said(port, b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n")) > 0)
    over.set()
    await serving

asyncio.run(main())"""
    assert run(asked) == ["200", "101", "True"]


def test_a_panel_runs_on_it() -> None:
    """With a window in front that has a field and a list, whose widgets the palette would have brought along."""
    asked = f"""{LOADED}
import asyncio
from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.help_and_palette import Help
from gcli2api_tui.tui.words import Words

class Page(PaneApp[None]):
    pass

async def main():
    page = Page()
    async with page.run_test() as pilot:
        await page.push_screen(Help(Look(Words("en")), [("q", "app.leave", "leave")]))
        await pilot.press("x", "y")
        print(page.focused.value)

asyncio.run(main())"""
    assert run(asked) == ["xy"]


def test_it_was_tried_with_this_version() -> None:
    """A new one may import another name: these tests then say so before a person's start does."""
    assert Version("8.2.5") <= Version(version("textual")) < Version("9")
