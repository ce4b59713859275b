"""The demo beside a server: it serves on a port of its own, and nothing of it is left."""

import asyncio
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.demo.visit import Visit
from gcli2api_tui.tui.demo_panel import VisitPanel


async def test_a_demo_serves_beside_whatever_runs_and_leaves_nothing() -> None:
    visit = Visit(Clock(), "local", "zh")
    await visit.begin()
    runtime = visit.runtime
    assert runtime is not None
    await visit.begin()
    assert visit.runtime is runtime, "there is one at most"
    facts, keys = runtime.parts.control.snapshot().server, runtime.parts.control.keys()
    host, port = facts.url.removeprefix("http://").split(":")
    assert facts.demo and keys.client.reveal() == "pwd"
    while not any(row.client for row in runtime.parts.control.snapshot().exchanges):  # its clients call
        await runtime.parts.control.moved(runtime.parts.control.revision)
    assert isinstance(runtime.new_panel(None, visiting=True), VisitPanel)
    await visit.end()
    assert visit.runtime is None and not Path(facts.home).exists()
    try:
        await asyncio.open_connection(host, int(port))
    except OSError:
        return
    raise AssertionError("it still listens")
