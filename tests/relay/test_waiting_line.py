"""Requests that wait for a credential: real pool, real relay, a Google with limits, and time moved by hand."""

import asyncio
import itertools
from collections import Counter
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import NO_CLIENT_KEY, AttemptStarted, CredentialId, ExchangeHeld
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.relay.ports import ClientFacts, Limits, Opened
from gcli2api_tui.relay.relay import Relay
from gcli2api_tui.relay.retry_loop import RelayServices
from gcli2api_tui.relay.signature_memory import Signatures


@dataclass
class Google:
    """Each credential has so many requests left until `resets_at`, and then `refill`; each takes `takes_s`."""

    say: Any
    time: Any
    left: dict[str, int]
    resets_at: float = 0.0
    refill: int = 1_000_000
    takes_s: float = 0.5
    kind: FaultKind = FaultKind.RATE
    hint: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def stream(self, credential, model, request):
        who = request["contents"][0]["parts"][0]["text"]
        await self.time.clock.sleep(0.1)
        self._admit(credential.id, who)
        yield self._reads(who)

    def _admit(self, credential, who):
        self.asked.append((who, credential))
        if self.resets_at and self.time.moment >= self.resets_at:
            self.left, self.resets_at = dict.fromkeys(self.left, self.refill), 0.0
        if not self.left[credential]:
            self.refused.append(who)
            hint_s = max(0.0, self.resets_at - self.time.moment) if self.hint else None
            raise UpstreamFault(self.kind, "slow down", status=429, hint_s=hint_s)
        self.left[credential] -= 1
        self.served.append(who)

    async def _reads(self, who):
        await self.time.clock.sleep(self.takes_s - 0.1)
        yield [self.say.text(who)]
        yield [self.say.end("STOP")]

    async def generate(self, credential, model, request):
        async with self.stream(credential, model, request) as reads:
            (said, ended) = [item async for read in reads for item in read]
        said["candidates"][0]["finishReason"] = ended["candidates"][0]["finishReason"]
        return said

    async def count_tokens(self, credential, model, request):
        return {"totalTokens": 3}


@dataclass
class Client:
    """One request and what it got."""

    task: asyncio.Task | None = None
    status: int = 0
    body: bytes = b""
    done_at: float | None = None


class House:
    """A relay over real credentials."""

    def __init__(self, say, *names, limits=None, left=0, strategy="quota-aware", **more):
        own = more.pop("settings", CredentialSettings())
        self.say, self.time, self.recorder = say, say.hand_clock(), say.recorder()
        numbers = itertools.count(1)
        self.recorder.next_exchange = lambda: next(numbers)
        self.google = Google(say, self.time, dict.fromkeys(names, left), **more)
        self.pool = Pool(self.time.clock, self.recorder.record, None, strategy, seed=1)
        for name in names:
            key = Credential(CredentialId(name), Kind.API_KEY, name, ApiKey(Secret(name)), settings=own)
            self.pool.add(key)
        signatures = Signatures(self.time.clock)
        clock = self.time.clock
        lessons = Lessons(clock, say.known_models(Abilities))
        google, gate = {"gemini-api": self.google}, say.open_gate()
        self.means = RelayServices(self.pool, google, signatures, clock, lessons, gate)
        self.relay = Relay(self.means, self.recorder, limits or Limits(hold_s=30.0))

    def call(self, name, *, stream=True):
        request = {"contents": [{"role": "user", "parts": [{"text": name}]}]}
        return Call("chat", "m", "m", stream, request)

    def ask(self, name, *, stream=True) -> Client:
        client = Client()
        client.task = asyncio.get_running_loop().create_task(self._read(client, self.call(name, stream=stream)))
        return client

    async def _read(self, client, call):
        async with aclosing(self.relay.run(call, self.say.encoder(), ClientFacts("/", "T", "p"))) as items:
            async for item in items:
                if isinstance(item, Opened):
                    client.status = item.status
                else:
                    client.body += item
        client.done_at = self.time.moment

    def rest(self, seconds, *names):
        """These rest, as Google asked."""
        for name in names:
            lease = self.pool.lease(
                "m", ("gemini-api",), ALL, tried=[other for other in self.google.left if other != name]
            )
            self.pool.failed(lease, UpstreamFault(FaultKind.RATE, "slow down", status=429, hint_s=seconds))
            self.pool.release(lease)
        self.google.resets_at = self.time.moment + seconds

    @property
    def reasons(self):
        return [event.reason for event in self.recorder.events if isinstance(event, AttemptStarted)]

    @property
    def in_flight(self):
        return sum(view.in_flight for view in self.pool.view())


@pytest.fixture
def opened(say):
    return lambda *names, **more: House(say, *names, **more)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_short_rest_is_waited_out_and_told(opened, stream):
    house = opened("a", "b")
    house.google.resets_at = 12.0
    one = house.ask("x", stream=stream)
    await house.time.advance(11.9)
    assert house.google.refused == ["x", "x"] and one.done_at is None, "each was asked, and then nobody"
    (held,) = [event for event in house.recorder.events if isinstance(event, ExchangeHeld)]
    assert held.until == pytest.approx(1012.0) and "is used up for m" in held.why
    await house.time.advance(1)
    assert one.status == 200 and one.done_at == pytest.approx(12.5, abs=0.3) and house.google.refused == ["x", "x"]
    assert house.reasons[-1].endswith("; after a wait of 12 s") and house.in_flight == 0
    assert house.recorder.names[-1] == "ExchangeFinished" and house.means.lines.waiting == 0


@pytest.mark.parametrize(
    ("limits", "rest_s"),
    [
        (Limits(hold_s=30.0), 31.0),
        (Limits(hold_s=0.0), 2.0),
        (Limits(), 2.0),
        (Limits(hold_s=30.0, request_deadline_s=5.0), 6.0),
    ],
)
async def test_a_longer_one_is_told_at_once(opened, limits, rest_s):
    house = opened("a", limits=limits)
    house.rest(rest_s, "a")
    one = house.ask("x")
    await house.time.advance(0)
    assert (one.status, one.done_at) == (429, 0.0) and house.google.asked == []


async def test_nobody_waits_for_what_only_a_person_can_change(opened):
    house = opened("a")
    house.pool.mark(CredentialId("a"), UpstreamFault(FaultKind.TERMS, "disabled"))
    one = house.ask("x")
    await house.time.advance(0)
    assert one.done_at == 0.0 and one.status >= 400


async def test_a_stream_that_waits_is_kept_alive(opened):
    house = opened("a", limits=Limits(hold_s=30.0, first_byte_hold_s=8.0, heartbeat_s=5.0))
    house.rest(20.0, "a")
    one = house.ask("x")
    await house.time.advance(7.9)
    assert one.status == 0, "a status is not given away before it must be"
    await house.time.advance(11)
    assert one.status == 200 and one.body == b"role;:beat;:beat;"
    await house.time.advance(3)
    assert one.body.endswith(b"x;done")


async def test_a_wait_that_ends_badly_before_the_commit_has_its_real_status(opened):
    house = opened("a", "b", limits=Limits(hold_s=30.0, first_byte_hold_s=8.0))
    house.rest(6.0, "a", "b")
    house.google.resets_at, house.google.kind = 9000.0, FaultKind.DAILY
    one = house.ask("x")
    await house.time.advance(7)
    assert one.status == 429 and one.done_at == pytest.approx(6.2), "both were asked, one at once after the other"
    assert b"day's quota" in one.body


async def test_a_crowd_is_served_in_order_with_few_refusals(opened):
    house = opened("a", "b", "c")
    house.rest(12.0, "a", "b", "c")
    clients = []
    for number in range(200):
        clients.append(house.ask(f"{number:03}", stream=number % 2 == 0))
        await house.say.settle()
    await house.time.advance(11.9)
    assert house.means.lines.waiting == 200 and house.google.asked == []
    await house.time.advance(18)
    assert {client.status for client in clients} == {200} and all(client.done_at for client in clients)
    assert house.google.served == sorted(house.google.served) and house.google.refused == []
    assert set(Counter(who for _, who in house.google.asked)) == {"a", "b", "c"}
    assert house.in_flight == 0 and house.means.lines.waiting == 0


async def test_a_reset_for_few_lets_few_go_and_the_others_keep_their_places(opened):
    house = opened("a", "b", "c", refill=20)
    house.rest(5.0, "a", "b", "c")
    clients = [house.ask(f"{number:03}") for number in range(100)]
    await house.time.advance(5.3)
    house.google.resets_at = 20.0
    await house.time.advance(10)
    assert len(house.google.served) == 60 and len(house.google.refused) <= 40
    before = len(house.google.refused)
    await house.time.advance(15)
    assert {client.status for client in clients} == {200}
    order = house.google.served
    assert order[:20] == sorted(order[:20]) and sorted(order) == [f"{number:03}" for number in range(100)]
    assert len(house.google.refused) == before, "after the second reset nobody is refused"


async def test_who_is_refused_for_a_blink_asks_again_a_moment_later_and_not_at_once(opened):
    house = opened("x")
    house.google.resets_at = 0.2
    one = house.ask("one")
    await house.time.advance(0.9)
    assert len(house.google.asked) == 1, "whatever Google says of the time"
    await house.time.advance(2.0)
    assert one.status == 200 and len(house.google.asked) == 2


async def test_a_refusal_without_a_time_ends_one_request_and_no_other(opened):
    house = opened("a", hint=False)
    house.rest(5.0, "a")
    clients = [house.ask(name) for name in "xyz"]
    house.google.resets_at = 5.15  # later than it said: the first is refused, and nobody knows for how long
    await house.time.advance(12)
    assert [client.status for client in clients] == [429, 200, 200]
    assert house.google.served == ["y", "z"]


async def test_who_comes_later_does_not_overtake(opened):
    house = opened("a")
    house.rest(10.0, "a")
    waiting = [house.ask(f"{number}") for number in range(3)]
    await house.time.advance(9.9)
    house.time.moment = 10.05  # the rest is over, and nobody has looked yet
    late = house.ask("late")
    await house.time.advance(8)
    assert house.google.served == ["0", "1", "2", "late"] and late.status == 200
    assert all(client.status == 200 for client in waiting)


async def test_who_leaves_frees_the_place(opened):
    house = opened("a")
    house.rest(10.0, "a")
    first, second = house.ask("first"), house.ask("second")
    await house.time.advance(5)
    first.task.cancel()
    await house.say.settle()
    assert house.means.lines.waiting == 1
    await house.time.advance(6)
    assert house.google.served == ["second"] and second.status == 200
    assert house.recorder.names.count("ExchangeCancelled") == 1 and house.in_flight == 0


async def test_who_leaves_when_let_go_makes_room_for_the_next(opened):
    house = opened("a", takes_s=100.0)
    house.rest(10.0, "a")
    first, _ = house.ask("first"), house.ask("second")
    await house.time.advance(10)
    assert house.in_flight == 1 and house.means.lines.waiting == 1
    first.task.cancel()
    await house.say.settle()
    assert house.in_flight == 1 and house.means.lines.waiting == 0
    await house.time.advance(0.1)
    assert house.google.served == ["second"]


async def test_a_place_that_frees_up_is_taken_at_once(opened):
    house = opened("a", left=9, settings=CredentialSettings(max_in_flight=1))
    clients = [house.ask(name) for name in "xyz"]
    await house.time.advance(0.1)
    assert house.google.served == ["x"]
    await house.time.advance(1.4)
    assert [client.done_at for client in clients] == [0.5, 1.0, 1.5]
    assert house.google.served == ["x", "y", "z"]


async def test_patience_that_ends_in_the_line_is_a_429(opened):
    house = opened("a", left=9, takes_s=100.0, settings=CredentialSettings(max_in_flight=1))
    house.ask("x")
    await house.time.advance(1)
    one, other = house.ask("y"), house.ask("z", stream=False)
    await house.time.advance(31)
    assert (other.status, other.body) == (429, b"Every credential for m is busy.")
    assert one.status == 200 and b"error:Every credential" in one.body, "its 200 was out"
    assert house.means.lines.waiting == 0 and len(house.google.asked) == 1


async def test_the_deadline_counts_while_a_request_waits(opened):
    house = opened("a", limits=Limits(hold_s=30.0, request_deadline_s=31.0))
    house.rest(29.0, "a")
    house.google.takes_s = 100.0
    one = house.ask("x", stream=False)
    await house.time.advance(32)
    assert (one.status, one.done_at) == (504, 31.0) and house.in_flight == 0


async def test_all_waits_of_a_request_together_are_no_longer_than_the_setting(opened):
    house = opened("a", "b")
    house.rest(20.0, "a", "b")
    one = house.ask("x", stream=False)
    await house.time.advance(19)
    house.google.resets_at = 45.0
    await house.time.advance(2)
    assert one.status == 429 and one.done_at == pytest.approx(20.2, abs=0.1)


async def test_a_question_that_is_no_generation_waits_too(opened):
    house = opened("a")
    house.rest(10.0, "a")
    asking = asyncio.get_running_loop().create_task(house.relay.count_tokens(house.call("x"), NO_CLIENT_KEY))
    await house.time.advance(9)
    assert not asking.done()
    await house.time.advance(2)
    assert await asking == {"totalTokens": 3} and house.in_flight == 0


async def test_a_rest_that_a_person_ends_is_noticed(opened):
    house = opened("a", left=9)
    house.rest(25.0, "a")
    one = house.ask("x")
    await house.time.advance(3)
    house.pool.clear_cooldown(CredentialId("a"))
    await house.time.advance(1)
    assert one.status == 200 and one.done_at == pytest.approx(3.5, abs=0.3)


async def test_nothing_runs_once_nobody_waits(opened):
    house = opened("a")
    house.rest(5.0, "a")
    house.ask("x")
    await house.time.advance(8)
    tasks = {task.get_name() for task in asyncio.all_tasks()}
    assert "waiting lines" not in tasks


@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.floats(0, 20), st.none() | st.floats(0, 20)), min_size=1, max_size=25),
    st.integers(1, 12),
    st.floats(1, 29),
    st.none() | st.integers(1, 2),
)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whoever_comes_and_leaves_nothing_is_lost_and_nobody_waits_for_ever(
    say, credentials, clients, refill, rest_s, most
):
    """`clients`: when each comes, and how long after that it leaves, if it does."""
    own = CredentialSettings(max_in_flight=most)
    house = House(say, *"abc"[:credentials], refill=refill, settings=own)
    house.rest(rest_s, *"abc"[:credentials])
    moves = [(at, "come", number) for number, (at, _) in enumerate(clients)]
    moves += [(at + after, "leave", number) for number, (at, after) in enumerate(clients) if after is not None]
    asked = {}
    for at, move, number in sorted(moves):
        await house.time.advance(at - house.time.moment)
        if move == "come":
            asked[number] = house.ask(f"{number:02}")
        elif not asked[number].task.done():
            asked[number].task.cancel()
        if not house.google.resets_at:
            house.google.resets_at = house.time.moment + 4.0
    await house.time.advance(80)
    left = [number for number, (_, after) in enumerate(clients) if after is not None]
    stayed = [client for number, client in asked.items() if number not in left]
    assert all(client.done_at is not None and client.status in (200, 429) for client in stayed)
    assert house.in_flight == 0 and house.means.lines.waiting == 0 and house.relay.in_flight == 0
    assert "waiting lines" not in {task.get_name() for task in asyncio.all_tasks()}
