"""A relay whose pool, backends, ledger and clock are scripted."""

import asyncio
import heapq
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import AttemptEnded, CredentialId, ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.stream_parts import EndPart, TextPart
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.relay.ports import ClientFacts, ClientWriter, Limits, Opened
from gcli2api_tui.relay.relay import Relay
from gcli2api_tui.relay.retry_loop import RelayServices
from gcli2api_tui.relay.signature_memory import Signatures


class HandClock:
    """Time moves only by `advance`."""

    def __init__(self):
        self.moment, self._sleepers, self._count = 0.0, [], 0
        self.clock = Clock(now=lambda: 1000.0 + self.moment, monotonic=lambda: self.moment, sleep=self._sleep)

    async def _sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.moment + seconds, self._count, woken))
        await woken

    async def advance(self, seconds):
        await settle()
        end = self.moment + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            self.moment, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self.moment = end
        await settle()


async def settle():
    for _ in range(30):
        await asyncio.sleep(0)


def text(words, finish=None):
    candidate = {"content": {"parts": [{"text": words}]}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate]}


def end(reason, **usage):
    return {"candidates": [{"finishReason": reason, "index": 0}], "usageMetadata": usage}


def fault(kind, status=500, **more):
    return UpstreamFault(FaultKind(kind), f"google says {kind}", status=status, **more)


class Pool:
    def __init__(self, *names):
        self.free = [Credential(CredentialId(name), Kind.API_KEY, f"{name}@x", ApiKey(Secret("k"))) for name in names]
        self.log, self.held, self.dead = [], 0, set()
        self.left = None
        self.none = NoCredential("all rest", retry_after_s=30.0)

    def lease(self, model, backends, group, *, tried=(), affinity="", only=""):
        for credential in self.free:
            mine = group is None or credential.id in group
            if mine and credential.id not in {*tried, *self.dead} and only in ("", credential.id):
                self.held += 1
                return Lease(len(self.log), credential, model, "first free")
        raise self.none

    def succeeded(self, lease):
        self.log.append(("ok", lease.credential.id))

    def charged(self, lease):
        self.log.append(("charged", lease.credential.id))

    def doubted(self, lease, message):
        self.log.append(("doubted", lease.credential.id))

    def failed(self, lease, fault):
        self.log.append((fault.kind.value, lease.credential.id))
        if fault.kind in (FaultKind.RATE, FaultKind.DAILY, FaultKind.NEEDS_LOGIN):
            self.dead.add(lease.credential.id)

    def release(self, lease):
        self.held -= 1

    def remaining_quota(self, model, backends, group):
        return self.left


class OpenGate:
    """Lets everybody in, as its `admission` says."""

    def __init__(self):
        self.admitted, self.refusal, self.admission = [], None, Admission

    async def admit(self, key, model, *, counted, tokens=int):
        if self.refusal:
            raise self.refusal
        self.admitted.append((key, model, counted, self.admission()))
        return self.admitted[-1][-1]


class Backend:
    """Plays one script per attempt: lists of responses are reads, faults are raised, futures are waited for."""

    name = "gemini-api"

    def __init__(self, *scripts):
        self.scripts, self.open, self.asked, self.renewals = list(scripts), 0, [], []
        self.requests, self.ways = [], []

    @asynccontextmanager
    async def stream(self, credential, model, request, way="stream"):
        self.ways.append(way)
        self.asked.append(credential.id)
        self.requests.append(request)
        steps = self.scripts.pop(0)
        if isinstance(steps, UpstreamFault):
            raise steps
        self.open += 1
        try:
            yield self._reads(steps)
        finally:
            self.open -= 1

    async def _reads(self, steps):
        for step in steps:
            if isinstance(step, asyncio.Future):
                await step
            elif callable(step):
                await step()
            elif isinstance(step, UpstreamFault):
                raise step
            else:
                yield [step]

    async def generate(self, credential, model, request):
        async with self.stream(credential, model, request, "whole") as reads:
            return [item async for read in reads for item in read][-1]

    async def count_tokens(self, credential, model, body):
        self.asked.append(credential.id)
        self.requests.append(body)
        step = self.scripts.pop(0)
        if isinstance(step, UpstreamFault):
            raise step
        return step

    async def embed(self, credential, model, method, body):
        return await self.count_tokens(credential, model, body)

    async def renew(self, credential):
        self.renewals.append(credential.id)
        if isinstance(self.scripts[0], UpstreamFault) and self.scripts[0].kind is FaultKind.NEEDS_LOGIN:
            raise self.scripts.pop(0)


class Encoder:
    """Shows every call it gets as readable bytes."""

    content_type, heartbeat, finish_reason = "text/x", b":beat;", ""

    def __init__(self):
        self.kept = []

    def opening(self):
        return b"role;"

    def feed(self, batch):
        self.kept += batch.parts
        return "".join(part.text for part in batch.parts if isinstance(part, TextPart)).encode()

    def finish(self):
        ends = [part.reason for part in self.kept if isinstance(part, EndPart)]
        if not ends:
            raise fault("protocol")
        self.finish_reason = ends[-1].lower()
        return b";done"

    def whole(self):
        self.finish()
        return b"whole:" + "".join(part.text for part in self.kept if isinstance(part, TextPart)).encode()

    def error(self, problem):
        return f";error:{problem.message}".encode()

    def refuse(self, problem):
        status = getattr(problem, "status", 0) or (429 if isinstance(problem, NoCredential) else 500)
        return Refusal(status, (("x", "y"),), problem.message.encode())


class Recorder:
    def __init__(self):
        self.events, self.texts, self.transcripts = [], [], self

    def record(self, event):
        self.events.append(event)

    def next_exchange(self):
        return ExchangeId(7)

    def open(self, exchange):
        return self

    def asked(self, sent):
        """What went over the wire is tried with the ledger's own."""

    def prompt(self, messages):
        self.texts.append(("prompt", messages))

    def add(self, kind, words):
        self.texts.append((kind, words))

    @property
    def failures(self):
        """Attempts that failed, as they were recorded."""
        return [event for event in self.events if isinstance(event, AttemptEnded) and event.kind]

    @property
    def names(self):
        return [type(event).__name__ for event in self.events]


@dataclass
class Got:
    opened: Opened | None = None
    body: bytes = b""
    ended: bool = False
    items: int = 0


class KnownModels:
    """A holder of a catalogue that has every model, with the abilities that a test gives it."""

    def __init__(self, abilities):
        self.catalogue = self.models = self
        self._abilities, self._made = abilities, {}

    def get(self, model):
        abilities = self._abilities(model)
        if model not in self._made or self._made[model].abilities is not abilities:
            self._made[model] = Model(model, frozenset({"gemini-api"}), abilities=abilities)
        return self._made[model]


@dataclass
class Bench:
    """One exchange, ready to run."""

    pool: Pool
    backend: Backend
    stream: bool = True
    limits: Limits = field(default_factory=Limits)
    model: str = "m"
    request: dict = field(default_factory=dict)
    fake: bool = False
    full: bool = False
    own_hops: bool = False
    writer: ClientWriter | None = None
    passed: list[float] = field(default_factory=list)
    """When each read came that went out to the client."""

    def __post_init__(self):
        self.time, self.recorder, self.encoder, self.got = HandClock(), Recorder(), Encoder(), Got()
        self.lessons = Lessons(
            self.time.clock, KnownModels(lambda model: Abilities(model, signatures="2.5" not in model))
        )
        self.signatures = Signatures(self.time.clock)
        self.serve({"gemini-api": self.backend})

    def serve(self, backends):
        """The relay over these backends."""
        self.gate = OpenGate()
        clock = self.time.clock
        rest = self.signatures, clock, self.lessons, self.gate
        means = RelayServices(self.pool, backends, *rest, passed_on=self.passed.append)
        self.relay = Relay(means, self.recorder, self.limits)

    def pause(self, seconds):
        """A step of a script: Google says nothing for so long."""
        return lambda: self.time.clock.sleep(seconds)

    def run(self):
        call = Call(
            "chat", self.model, self.model, self.stream, self.request, (("user", "hi"),), self.fake, self.full,
            own_hops=self.own_hops,
        )  # fmt: skip
        return self.relay.run(
            call, self.encoder, ClientFacts("/v1/x", "Tool/1 (y)", "127.0.0.1", "laptop"), self.writer
        )

    async def read(self):
        async with aclosing(self.run()) as items:
            async for item in items:
                if isinstance(item, Opened):
                    assert self.got.opened is None and self.got.items == 0
                    self.got.opened = item
                else:
                    self.got.body += item
                self.got.items += 1
        self.got.ended = True

    async def play(self, seconds=5.0):
        task = asyncio.get_running_loop().create_task(self.read())
        await self.time.advance(seconds)
        assert task.done() or self.got is not None
        return task


@pytest.fixture
def bench():
    return lambda *scripts, pool=("a", "b"), **more: Bench(Pool(*pool), Backend(*scripts), **more)


@pytest.fixture
def say():
    """Builders of responses and faults."""

    @dataclass
    class Say:
        text = staticmethod(text)
        end = staticmethod(end)
        fault = staticmethod(fault)
        settle = staticmethod(settle)
        hand_clock = HandClock
        recorder = Recorder
        encoder = Encoder
        open_gate = OpenGate
        known_models = KnownModels

    return Say


@pytest.fixture
def hand_clock():
    return HandClock()
