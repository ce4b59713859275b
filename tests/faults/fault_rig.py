"""A real simulator and a real server on real sockets in this process, on a clock that moves only while Google dawdles.

In: a cell. Out: what the client got, who was asked, how they ended. Pauses between attempts are over at once; longer
waits end in their order, when nothing else can happen because the simulator itself waits.
"""

import asyncio
import heapq
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fault_table import Cell, HttpError

from gcli2api_tui import control_wiring
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind, OAuthTokens
from gcli2api_tui.credentials.import_reader import Found
from gcli2api_tui.events.records import CredentialId, Event, ExchangeCancelled, ExchangeFailed, ExchangeFinished
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.hypercorn_server import bind, serve, url_of
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.simulator import app as simulator
from gcli2api_tui.simulator.faults import REFUSALS
from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, World
from gcli2api_tui.tasks import spawn

MODEL = "gemini-2.5-flash"
CALLS = ("generateContent", "streamGenerateContent")
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in ("first", "second")
]
HANG_S = 20.0
"""Real seconds after which a cell counts as hanging."""
LONGEST_S = 700.0
"""No wait of ours is longer; the simulator's may be endless."""


class Hand:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.google_waits = 0
        self.google_began = asyncio.Event()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def clock(self, *, google: bool = False) -> Clock:
        async def sleep(seconds: float) -> None:
            await (self._google(seconds) if google else self._sleep(seconds))

        return Clock(now=lambda: 1_795_000_000.0 + self.moment, monotonic=lambda: self.moment, sleep=sleep)

    async def _google(self, seconds: float) -> None:
        self.google_waits += 1
        self.google_began.set()
        try:
            await self._sleep(seconds)
        finally:
            self.google_waits -= 1

    async def _sleep(self, seconds: float) -> None:
        if seconds < 2:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.moment + seconds, self._count, woken))
        await woken

    async def drive(self, asking: "asyncio.Future[Any]") -> None:
        """Until `asking` is over: wake the next sleeper whenever Google waits."""
        latest = self.moment + LONGEST_S
        while not asking.done():
            if self.google_waits and self._wake(latest):
                for _ in range(30):
                    await asyncio.sleep(0)
            else:
                self.google_began.clear()
                news = asyncio.ensure_future(self.google_began.wait())
                await asyncio.wait({asking, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()

    def _wake(self, latest: float) -> bool:
        while self._sleepers and self._sleepers[0][0] <= latest:
            self.moment, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                return True
        return False


@dataclass
class Answer:
    """What a client got, whole or streamed."""

    status: int
    headers: httpx.Headers
    raw: str
    stream: bool

    @property
    def events(self) -> list[Any]:
        if not self.stream or self.status != 200:
            return [json.loads(self.raw)]
        return [json.loads(line[6:]) for line in self.raw.split("\n") if line.startswith("data: {")]

    @property
    def choices(self) -> list[Any]:
        return [choice for event in self.events for choice in event.get("choices", ())]

    @property
    def text(self) -> str:
        said = [choice.get("delta") or choice.get("message") for choice in self.choices]
        return "".join(one.get("content") or "" for one in said if one)

    @property
    def finishes(self) -> list[str]:
        return [choice["finish_reason"] for choice in self.choices if choice.get("finish_reason")]

    @property
    def error(self) -> Any:
        return next((event["error"] for event in self.events if "error" in event), None)

    @property
    def beats(self) -> int:
        return sum(line.startswith(":") for line in self.raw.split("\n"))

    @property
    def word(self) -> str:
        """In the words of expected.toml."""
        if self.error is None:
            return f"200 {'' if self.text else 'empty '}{self.finishes[-1]}"
        code = self.error["code"] or self.error["type"]
        if self.status == 200:
            return f"200 {'part ' if self.text else ''}+ {code}"
        wait = self.headers.get("retry-after")
        return f"{self.status} {code}" + (f", wait {wait} s" if wait else "")


@dataclass
class Played:
    """One cell, over."""

    answer: Answer
    again: Answer | None
    """The same once more, where nobody could serve it: Google must not be asked."""
    outcome: HttpError
    journal: list[str]
    """Whom Google saw, as numbers."""
    calls_again: int
    bystanders: set[str]
    """States of credentials that were never asked."""
    ends: int
    in_flight: int


@dataclass
class Rig:
    """The two programs and a client."""

    runner: asyncio.Runner
    hand: Hand
    world: World
    parts: control_wiring.Parts
    http: httpx.AsyncClient
    _ends: list[Event] = field(default_factory=list)
    _credentials: int = 0

    def play(self, cell: Cell) -> Played:
        async def within() -> Played:
            async with asyncio.timeout(HANG_S):
                return await self._play(cell)

        return self.runner.run(within())

    async def _play(self, cell: Cell) -> Played:
        await self.parts.client.usual.aclose()  # a connection at rest that dies is asked again, and nobody is told
        people = [await self._add(cell) for _ in range(cell.pool)]
        try:
            self._line_up(cell)
            return await self._observed(cell)
        finally:
            self.world.faults.clear()
            for one in people:
                await self.parts.control.registry.remove(one)

    async def _observed(self, cell: Cell) -> Played:
        self.world.journal.clear()
        self._ends.clear()
        answer = await self._ask(cell)
        row = self.parts.ledger.snapshot().exchanges[-1]
        views = {view.credential.id: view for view in self.parts.control.pool.view()}
        order = list(dict.fromkeys(hop.credential for hop in row.hops))
        states = {identity: _state(view) for identity, view in views.items()}
        outcome = HttpError(
            answer.word,
            " ".join(str(order.index(hop.credential) + 1) for hop in row.hops),
            tuple(states[identity] for identity in order),
        )
        known = [_name_at_google(views[identity].credential) for identity in order]
        journal = [str(known.index(one.credential) + 1) for one in self._calls()]
        ends, flying = len(self._ends), self.parts.relay.in_flight + sum(view.in_flight for view in views.values())
        again, before = None, len(self._calls())
        if not {"ready"} & set(states.values()):
            again = await self._ask(cell)
        calls_again = len(self._calls()) - before
        bystanders = {state for identity, state in states.items() if identity not in order}
        return Played(answer, again, outcome, journal, calls_again, bystanders, ends, flying)

    def _calls(self) -> list[Any]:
        return [entry for entry in self.world.journal.calls() if entry.rpc in CALLS]

    def _line_up(self, cell: Cell) -> None:
        kind, options = cell.row.fault, dict(cell.row.fields.get("options", {}))
        if cell.behind_text:
            options = {"after": 1, **({"error": kind} if kind in REFUSALS else {})}
            kind = "error_frame" if kind in REFUSALS else kind
        if not kind:
            return
        # Calls that name the model are generations, streamed or whole: a later attempt may ask the other way.
        method = cell.row.fields.get("method")
        self.world.faults.push(kind, method=method, model=None if method else MODEL, count=cell.times, **options)

    async def _add(self, cell: Cell) -> CredentialId:
        """A fresh credential of the cell's kind, known to both sides."""
        self._credentials += 1
        name, identity = f"c{self._credentials}", CredentialId(uuid.uuid4().hex)
        if cell.row.fields["on"] == "key":
            key = f"AIza-sim-{name}"
            self.world.add_api_key(key, project=name, free=False)
            credential = Credential(identity, Kind.API_KEY, name, ApiKey(Secret(key)))
        else:
            credential = self._account(name, identity, expired=bool(cell.row.fields.get("expired")))
        await self.parts.control.registry.add(Found((credential,)))
        return identity

    def _account(self, name: str, identity: CredentialId, *, expired: bool) -> Credential:
        email, now = f"{name}@example.com", self.world.clock.now()
        account = self.world.add_account(email, project=f"project-{name}", rpm=None, rpd=None)
        tokens = OAuthTokens(
            refresh_token=Secret(account.refresh_token),
            client_id=CLIENT_ID,
            client_secret=Secret(CLIENT_SECRET),
            access_token=Secret(self.world.issue_token(email)),
            expires_at=now - 1 if expired else now + 3599,
        )
        return Credential(identity, Kind.OAUTH, email, tokens, account.project)

    async def _ask(self, cell: Cell) -> Answer:
        stream = cell.mode == "stream"
        body: dict[str, Any] = {"model": MODEL, "stream": stream, "messages": [PROMPT]}
        if "calls" in cell.row.name or cell.row.name == "tool_call":
            body["tools"] = TOOLS
        asking = asyncio.ensure_future(self.http.post("/v1/chat/completions", json=body))
        await self.hand.drive(asking)
        got = await asking
        while self.parts.relay.in_flight:
            await asyncio.sleep(0)
        return Answer(got.status_code, got.headers, got.text, stream)


PROMPT = {"role": "user", "content": "请介绍一下天气"}


def _state(view: Any) -> str:
    return "model not entitled" if view.state.value == "ready" and view.cooldowns else str(view.state.value)


def _name_at_google(credential: Credential) -> str:
    secret = credential.secret
    return fingerprint(secret.key.reveal()) if isinstance(secret, ApiKey) else credential.label


@asynccontextmanager
async def opened(home: Path, runner: asyncio.Runner) -> AsyncIterator[Rig]:
    hand = Hand()
    world = World(seed=7, clock=hand.clock(google=True))
    async with simulator.serve(world=world) as google:
        addresses = ("code_assist_endpoint", "gemini_base_url", "oauth_base_url")
        flags = {"home": str(home), "password": "pwd", "hold_s": 0, **dict.fromkeys(addresses, google.url)}
        setup = prepare(flags, {}, hand.clock())
        listener, stop = bind("127.0.0.1", 0), asyncio.Event()
        url = url_of(listener)
        parts = control_wiring.build(setup, url, lambda mode: stop.set())
        serving = spawn("server", serve(build_app(parts.services), listener, stop.wait, lambda: 0.0))
        headers = {"authorization": "Bearer pwd"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=None, trust_env=False) as http:
            rig = Rig(runner, hand, world, parts, http)
            _count_ends(rig)
            yield rig
        stop.set()
        await serving
        await parts.client.aclose()
        await parts.control.registry.close()
        parts.store.close()


def _count_ends(rig: Rig) -> None:
    record = rig.parts.ledger.record

    def watched(event: Event) -> None:
        if isinstance(event, ExchangeFinished | ExchangeFailed | ExchangeCancelled):
            rig._ends.append(event)
        record(event)

    rig.parts.ledger.record = watched  # type: ignore[method-assign]
