"""The whole path of a request in this process: the HTTP app, the relay and the pool are real, Google is scripted.

In: what Google answers, one script an attempt. Out: the answer as a client gets it, and what was asked of Google. No
socket, no disk.
"""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from as_sent import packaged
from client_key_store import KeptKeys

from gcli2api_tui.clients.gate import Gate
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.ended_models import ModelEnds
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_choices import listed
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.pool.affinity import Owners
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.relay.google_resources import GoogleResources
from gcli2api_tui.relay.model_lessons import Lessons, Told
from gcli2api_tui.relay.relay import Relay
from gcli2api_tui.relay.retry_loop import RelayServices
from gcli2api_tui.relay.signature_memory import Signatures
from gcli2api_tui.server.lockout import Lockout
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.server.response_store import KeptResponses
from gcli2api_tui.server.services import Services

HI = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}


def said(*parts: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One response of Google's."""
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    return {"candidates": [{**candidate, "finishReason": finish} if finish else candidate], **more}


class Google:
    """A backend: each attempt takes the next script, the last one serves for ever. Faults in a script are raised."""

    name = "gemini-api"

    def __init__(self, *scripts: Sequence[Any]) -> None:
        self.scripts = list(scripts) or [[said({"text": "hello"}, finish="STOP")]]
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @asynccontextmanager
    async def stream(self, credential: Credential, model: str, request: Any) -> AsyncIterator[AsyncIterator[Any]]:
        self.asked.append((credential.label, copy.deepcopy(request)))
        yield self._reads(self.script(credential.label))

    def script(self, label: str) -> Sequence[Any]:
        """What this attempt, on the credential of that label, gets."""
        return self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]

    async def _reads(self, script: Sequence[Any]) -> AsyncIterator[Any]:
        for step in script:
            await asyncio.sleep(0)
            if isinstance(step, UpstreamFault):
                raise step
            yield [step]

    async def generate(self, credential: Credential, model: str, request: Any) -> Any:
        async with self.stream(credential, model, request) as reads:
            return [item async for read in reads for item in read][-1]

    async def count_tokens(self, credential: Credential, model: str, request: Any) -> Any:
        return {"totalTokens": 1}

    async def renew(self, credential: Credential) -> None:
        """The new token is as good as the old."""


@dataclass
class Answer:
    """What a client got."""

    status: int
    headers: Any
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def events(self) -> list[Any]:
        """The JSON values of a stream, without [DONE]."""
        lines = self.raw.decode().split("\n")
        return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]

    @property
    def deltas(self) -> list[dict[str, Any]]:
        return [choice["delta"] for event in self.events for choice in event.get("choices", ())]

    @property
    def text(self) -> str:
        return "".join(delta.get("content") or "" for delta in self.deltas)


@dataclass
class Proxy:
    """One instance with a key for each name; `google` may be exchanged between requests."""

    google: Google = field(default_factory=Google)
    names: Sequence[str] = ("ann", "bob")
    responses: KeptResponses = field(default_factory=KeptResponses)
    backends: Callable[[Clock], Mapping[str, Any]] | None = None
    """Real ones, in place of `google`."""
    learnt: Sequence[Lesson] = ()
    """What an earlier server learnt of models."""
    things: Callable[[Clock], Any] | None = None
    """Google's files, cached contents and interactions."""
    credential: Callable[[str], Credential] = lambda name: Credential(
        CredentialId(name), Kind.API_KEY, name, ApiKey(Secret(name))
    )
    successors: bool = False

    def __post_init__(self) -> None:
        self.slept: list[float] = []
        self.now = 1_795_000_000.0
        clock = Clock(now=lambda: self.now, sleep=self._sleep)
        ledger = self.ledger = Ledger(clock, keep_bodies=0, keep_bodies_bytes=0)
        self.pool = Pool(clock, ledger.record, seed=1)
        for name in self.names:
            self.pool.add(self.credential(name))
        self.clock = clock
        there = self.backends(clock) if self.backends else {"gemini-api": cast(Any, self.google)}
        self.catalogue = packaged()
        lessons = self.lessons = Lessons(clock, self, Told(ledger.record), self.learnt)
        memory = Signatures(clock)
        self.ends = ModelEnds(self, self.pool.backends, clock, ledger, lambda: self.successors)
        self.owners = Owners(clock)
        known = lambda model: model in self.catalogue.models  # noqa: E731
        self.store = KeptKeys()
        self.keys = ClientKeys(clock, self.store)
        gate = self.gate = Gate(self.keys, clock, self.store)
        ledger.follow_settled(gate.settled)
        given = RelayServices(self.pool, there, memory, clock, lessons, gate, ends=self.ends, owners=self.owners)
        relay = Relay(given, ledger, known_model=known)
        google = self.things and self.things(clock)
        services = self.services = Services(
            relay=relay,
            reader=cast(Any, None),
            control=cast(Any, None),
            models=self,
            model_ids=lambda backends: listed(self.catalogue, backends, day=day_of(self.now)),
            live=LiveSettings(Settings(password=Secret("key"))),
            clock=clock,
            recorder=ledger,
            client_keys=self.keys,
            admin_token=Secret("token"),
            lockout=Lockout(clock),
            finish_login=cast(Any, None),
            responses=self.responses,
            backends=self.pool.backends,
            things=GoogleResources(relay.ask, gate, google, self.owners, clock, self.pool.usable) if google else None,
        )
        self.client = build_app(services).test_client()

    def add_models(self, *models: Model) -> None:
        """As if Google's list had named them."""
        known = {**self.catalogue.models, **{model.id: model for model in models}}
        self.catalogue = replace(self.catalogue, models=known)
        self.ends.begin_anew()

    @property
    def hops(self) -> list[str]:
        """Why each attempt of the newest exchange was made, and with what changed."""
        return [str(hop.reason) for hop in self.ledger.snapshot().exchanges[-1].hops]

    @property
    def log(self) -> list[str]:
        return [str(line.text) for line in self.ledger.snapshot().log]

    async def _sleep(self, seconds: float) -> None:
        """Pauses between attempts are over at once; holds and deadlines never come."""
        self.slept.append(seconds)
        await (asyncio.sleep(0) if seconds <= 2 else asyncio.Event().wait())

    async def ask(
        self, path: str = "/v1/chat/completions", *, key: str = "key", data: bytes = b"", **body: Any
    ) -> Answer:
        """A chat request; `body` is added to a good one, `data` replaces it."""
        sent = data or json.dumps({**HI, **body}).encode()
        answer = await self.client.post(path, data=sent, headers={"Authorization": f"Bearer {key}"})
        return Answer(answer.status_code, answer.headers, cast(bytes, await answer.get_data()))

    async def get(self, path: str, **headers: str) -> Answer:
        """What a path tells; names of headers with _ for -."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.client.get(path, headers={"Authorization": "Bearer key", **more})
        return Answer(answer.status_code, answer.headers, cast(bytes, await answer.get_data()))
