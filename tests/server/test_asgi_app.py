"""What listens before Quart is there: what answers at once, what waits, and what becomes of those who wait."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gcli2api_tui.events.records import LogLine
from gcli2api_tui.server.asgi_app import AppDispatch
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.tasks import spawn

from .conftest import KEY, Runtime
from .test_usual_request_beside_quart import CHAT, HELLO, Asked


class Behind(Runtime):
    """A front whose Quart is not built until `go`."""

    def __init__(self, fails: bool = False) -> None:
        super().__init__()
        self.go, self.begun, self._fails = threading.Event(), asyncio.Event(), fails
        self.loop, self.app = asyncio.get_running_loop(), AppDispatch(self.services)

    def build(self, front: AppDispatch) -> Any:
        self.loop.call_soon_threadsafe(self.begun.set)
        self.go.wait(30)
        if self._fails:
            raise ImportError("a file is missing")
        return build_app(self.services, front)

    def ask(self, path: str, body: bytes = b"", method: str = "GET") -> "asyncio.Task[Asked]":  # type: ignore[override]
        headers = {"authorization": f"Bearer {KEY}"}
        return spawn("asked", Asked(self, path, body, method=method, headers=headers).run())


@asynccontextmanager
async def completing(behind: Behind) -> "AsyncIterator[asyncio.Task[None]]":
    task = spawn("pages", behind.app.complete(behind.build))
    try:
        yield task
    finally:
        behind.go.set()
        task.cancel()  # where nobody wanted it, it waits for ever
        await asyncio.wait([task])


def told(asked: Asked) -> Any:
    return json.loads(b"".join(one.get("body", b"") for one in asked.sent[1:]))


async def test_alive_and_answering_before_quart_is_there() -> None:
    behind = Behind()
    async with completing(behind):
        alive = await behind.ask("/healthz")
        answered = await behind.ask(CHAT, json.dumps(HELLO[CHAT]).encode(), "POST")
        assert not behind.go.is_set()
    assert told(alive) == {"status": "ok"}
    assert told(answered)["id"]


async def test_what_is_quarts_waits_for_it_and_brings_it_at_once() -> None:
    behind = Behind()
    async with completing(behind):
        quarts = behind.ask("/")
        await behind.begun.wait()
        assert told(await behind.ask("/healthz")) == {"status": "ok"}, "who waits keeps nobody else waiting"
        assert not quarts.done()
        behind.go.set()
        assert told(await quarts)["api"]


async def test_quart_comes_only_for_those_who_want_it() -> None:
    behind = Behind()
    async with completing(behind):
        await behind.ask("/healthz")
        await behind.ask(CHAT, json.dumps(HELLO[CHAT]).encode(), "POST")
        assert told(await behind.ask("/v1/models"))["data"]
        assert not behind.begun.is_set()
        behind.go.set()
        assert told(await behind.ask("/"))["api"]


async def test_without_pages_nobody_waits_for_ever() -> None:
    behind = Behind(fails=True)
    async with completing(behind) as building:
        waiting = behind.ask("/v1/responses/one")
        await behind.begun.wait()
        behind.go.set()
        answered = await waiting
        unknown = await Asked(behind, "/v1/responses/one", method="GET", headers={}).run()
    assert isinstance(building.exception(), ImportError)
    assert answered.sent[0]["status"] == 500
    assert told(answered)["error"]["message"].startswith("Something broke in the server.")
    assert unknown.sent[0]["status"] == 401, "the guard comes first"
    line = next(event for event in behind.recorder.events if isinstance(event, LogLine))
    assert line.level == "error" and line.text.startswith("RoutesNotBuilt in _not_built, line ")
    assert line.text.endswith(" while serving /v1/responses/one.")
    assert told(await behind.ask("/healthz")) == {"status": "ok"}
