"""An App on a fake relay: what the routes do, without pool or Google."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from as_sent import packaged
from client_key_store import KeptKeys

from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.verb_results import Done, Login, LoginStatus, Notice, Refused
from gcli2api_tui.events.records import CallerSeen, LogLine
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.model_names import with_aliases
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.server.lockout import Lockout
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.server.services import Services

KEY, ADMIN, TOKEN = "client-key", "panel-key", "run-token"


class FakeRelay:
    """Answers "hello"; `hold` keeps a stream open after its first bytes."""

    def __init__(self):
        self.calls, self.clients, self.closed, self.hold = [], [], 0, None
        self.counted = {"totalTokens": 5}

    async def run(self, call, encoder, client, writer=None) -> AsyncGenerator[Opened | bytes, None]:
        self.calls.append(call)
        self.clients.append(client)
        said = read([{"candidates": [{"content": {"parts": [{"text": "hello"}]}, "finishReason": "STOP"}]}])
        try:
            if self.hold == "before":
                await self.forever()
            yield Opened(200, (("Content-Type", encoder.content_type),))
            if call.stream:
                yield encoder.opening() + encoder.feed(said)
                if self.hold == "after":
                    await self.forever()
                yield encoder.finish()
            else:
                encoder.feed(said)
                yield encoder.whole()
        finally:
            self.closed += 1

    async def count_tokens(self, call, key):
        self.calls.append(call)
        if isinstance(self.counted, Exception):
            raise self.counted
        return self.counted

    async def embed(self, call, method, key):
        return {"of": method, **await self.count_tokens(call, key)}

    async def forever(self):
        import asyncio

        await asyncio.Event().wait()


class FakeRecorder:
    def __init__(self):
        self.events = []

    def record(self, event):
        self.events.append(event)

    @property
    def lines(self):
        return [event for event in self.events if isinstance(event, LogLine)]

    @property
    def callers(self):
        return [event for event in self.events if isinstance(event, CallerSeen)]


class FakeControl:
    refuse = False
    place = None

    async def sign_in_notice(self, project=""):
        return Notice("own project" if project else "public client", due=True)

    async def acknowledge_terms(self):
        return Done("noted")

    async def begin_login(self, project="", location="", local=False):
        self.place = (project, location)
        if self.refuse:
            return Refused("Another sign-in waits.", "Cancel it.")
        return Login("l1", "https://accounts.example/auth", "http://127.0.0.1:1/auth/callback", 9.0, "")

    async def finish_login(self, login, text):
        return Done("signed in") if (login, text) == ("l1", "4/code") else Refused("No such sign-in.")

    def login_status(self, login):
        return LoginStatus("waiting", (("waiting for Google", None),))


class FakeReader:
    revision = 7

    async def whole_snapshot(self):
        return self.snapshot()

    def snapshot(self):
        return Snapshot(revision=7, at=1.0)


async def for_a_moment(seconds):
    """Whoever means to wait long moves the time by hand: a test here once waited 44 seconds."""
    assert seconds < 1, f"a real wait of {seconds} s"


class Runtime:
    def __init__(self, **settings):
        clock = Clock(now=lambda: 1000.0, sleep=for_a_moment)
        self.relay, self.recorder, self.control = FakeRelay(), FakeRecorder(), FakeControl()
        self.queries, self.names = [], ["gemini-2.5-pro", "gemini-2.5-flash"]
        catalogue = with_aliases(packaged(), "gpt-4o=gemini-2.5-flash-fake")
        self.live = LiveSettings(
            Settings(password=Secret(KEY), panel_password=Secret(ADMIN), max_body_mb=1, **settings)
        )
        self.client_keys = ClientKeys(clock, KeptKeys())
        self.services = Services(
            relay=self.relay,
            reader=FakeReader(),
            control=self.control,
            models=SimpleNamespace(catalogue=catalogue),
            model_ids=lambda backends: self.names,
            live=self.live,
            clock=clock,
            recorder=self.recorder,
            client_keys=self.client_keys,
            admin_token=Secret(TOKEN),
            lockout=Lockout(clock),
            finish_login=self.finish_login,
        )
        self.app = build_app(self.services)
        self.client = self.app.test_client()

    async def finish_login(self, query):
        self.queries.append(query)
        return Done("Hello <b>Ada</b>.") if "code=" in query else Refused("<script>no</script>")

    async def ask(self, path="/v1/chat/completions", *, method="POST", key=KEY, headers=None, **more):
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        return await self.client.open(path, method=method, headers={**sent, **(headers or {})}, **more)


@pytest.fixture
def runtime():
    return Runtime()


@pytest.fixture
def open_station():
    return Runtime(host="0.0.0.0")


@pytest.fixture
def station_without_keys():
    made = Runtime()
    made.app = build_app(replace(made.services, live=LiveSettings(Settings())))
    made.client = made.app.test_client()
    return made
