"""What is kept of who is ready is what a walk over all would find, whatever happens and whatever the clock does.

Two pools hear and are asked the same, one of them walks (plain_pool.py): thousands of random steps, each compared. A
change that nobody tells shows as another credential, reason, count, event or waiting time.
"""

import dataclasses
import functools
import random

import pytest
from many_items import steps
from plain_pool import PlainPool

from gcli2api_tui.credentials.credential import BACKEND_OF, Credential, CredentialSettings, Kind
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL, ANY, BEGINS, Lease
from gcli2api_tui.pool.selection import ORDERS
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, UsageRow

MODELS = ("m", "n", "o")
BACKENDS = tuple(dict.fromkeys(BACKEND_OF.values()))
SPANS_S = (0.0, 0.01, 0.3, 1.0, 5.0, 25.0, 300.0, 700.0, 3_600.0, 30_000.0, 90_000.0)
LIMITS = (None, None, 0, 3, 20, 400)


class Twins:
    """A pool and one that walks, in the same hands."""

    def __init__(self, world, seed: int, *sizes: int) -> None:
        self.chance = random.Random(seed)
        self.world = world
        self.events: tuple[list, list] = ([], [])
        self.pools = [
            kind(world.clock, events.append, None, seed=seed)
            for kind, events in zip((Pool, PlainPool), self.events, strict=True)
        ]
        self.known = [self.credential(number) for number in range(self.chance.choice(sizes))]
        self.groups = [ALL, ALL, *(frozenset(self.some_of(self.ids())) for _ in range(2))]
        self.open: list[Lease] = []
        self.ended: list[Lease] = []
        """Not given back yet."""
        self.served = 0
        for credential in self.known:
            self.both("add", credential)

    def credential(self, number: int) -> Credential:
        make = self.world.key if self.chance.random() < 0.6 else self.world.oauth
        one = dataclasses.replace(make(f"c{number}"), created_at=float(self.chance.choice((0, 5, number))))
        return self.changed(one)

    def changed(self, one: Credential) -> Credential:
        chance = self.chance
        decided = CredentialSettings(
            enabled=chance.random() < 0.9,
            daily_limit=chance.choice(LIMITS),
            weight=chance.choice((1.0, 1.0, 0.3, 7.0)),
            max_in_flight=chance.choice((None, None, 1, 3)),
            models=chance.choice(((), (), (), ("m", "n"))),
        )
        project = chance.choice(("", "", "p", "q")) if one.kind is Kind.API_KEY else ""
        return dataclasses.replace(one, settings=decided, project=project)

    def some_of(self, things) -> tuple:
        return tuple(one for one in things if self.chance.random() < 0.4)

    def both(self, verb: str, *given, **named):
        """The same to both; what comes of it, which is the same."""
        outcomes = []
        for pool in self.pools:
            place, _, method = verb.rpartition(".")
            asked = getattr(getattr(pool, place) if place else pool, method)
            outcomes.append(told(asked, given, named))
        assert outcomes[0] == outcomes[1], verb
        assert self.events[0] == self.events[1], verb
        return outcomes[0]

    def any_id(self) -> CredentialId:
        return self.chance.choice(self.known).id

    # Steps

    def lease(self) -> None:
        chance, tried = self.chance, self.some_of(self.ids()) if self.chance.random() < 0.2 else ()
        talk = chance.choice(("", "", "a", "b", f"{BEGINS}a"))
        only = self.any_id() if chance.random() < 0.1 else ANY
        named = {"tried": list(tried), "affinity": talk, "only": only}
        backends = BACKENDS if chance.random() < 0.8 else BACKENDS[:1]
        lease = self.both("lease", chance.choice(MODELS), backends, chance.choice(self.groups), **named)
        if not isinstance(lease, Problem) and isinstance(lease, tuple) and lease[0] == "lease":
            self.open.append(lease[1])
            self.served += 1

    def end(self) -> None:
        if self.ended and (not self.open or self.chance.random() < 0.4):
            self.both("release", self.ended.pop())
        if not self.open:
            return
        lease = self.open.pop(self.chance.randrange(len(self.open)))
        match self.chance.randrange(8):
            case 0 | 1 | 2 | 3:
                self.both("succeeded", lease)
            case 4:
                self.both("charged", lease)
            case 5 | 6:
                self.both("failed", lease, self.fault())
            case _:
                self.both("doubted", lease, Message("Hm."))
        if self.chance.random() < 0.5:
            self.ended.append(lease)
        else:
            self.both("release", lease)

    def fault(self) -> UpstreamFault:
        chance = self.chance
        often = (FaultKind.RATE, FaultKind.DAILY, FaultKind.CAPACITY, FaultKind.MODEL) * 6
        return UpstreamFault(
            chance.choice((*often, *FaultKind)),
            Message("No."),
            hint_s=chance.choice((None, 1.0, 25.0, 3_600.0)),
            learned_limit=chance.choice((None, 5, 50)),
            project=chance.choice(("", "", "", "p", "r")),
            every_model=chance.random() < 0.3,
            passes_s=chance.choice((None, 300.0)),
        )

    def person(self) -> None:
        chance = self.chance
        match chance.randrange(9):
            case 0 | 1:
                self.both("replace", self.changed(chance.choice(self.known)))
            case 2:
                self.both("retire", self.any_id())
            case 3:
                self.both("add", self.changed(chance.choice(self.known)))
            case 4 | 5 | 6:
                self.both("clear_cooldown", self.any_id())
            case 7:
                self.both("mark", self.any_id(), self.fault())
            case _:
                self.both("forget_model", chance.choice((None, *MODELS)))

    def google(self) -> None:
        resets_at = self.chance.choice((None, self.world.now + self.chance.choice(SPANS_S)))
        self.both(
            "learn_quota", self.any_id(), self.chance.choice(MODELS), self.chance.random(), resets_at, self.limit()
        )

    def limit(self) -> int | None:
        return self.chance.choice((None, 10, 1_000))

    def others(self) -> None:
        chance, now = self.chance, self.world.now
        identity, model = self.any_id(), chance.choice(MODELS)
        match chance.randrange(6):
            case 0:
                self.both("replica.requests", identity, model, now - chance.choice(SPANS_S), chance.randrange(1, 9))
            case 1:
                self.both("replica.limit", identity, model, chance.choice((4, 90)), chance.choice(("429", "google")))
            case 2:
                until = chance.choice((0.0, now + chance.choice(SPANS_S)))
                kind = chance.choice(("rate", "daily", "model", FaultKind.FORBIDDEN.value))
                row = CooldownRow(identity, chance.choice(("", "*", model)), until, kind, Message("There."))
                if self.pools[0].credential(identity):
                    self.both("replica.cooldown", row)
            case 3:
                self.both("replica.in_flight", {one: chance.randrange(4) for one in self.some_of(self.ids())})
            case 4:
                usage = UsageRow(identity, model, now - chance.choice(SPANS_S), chance.randrange(5), 7, "429")
                rest = CooldownRow(identity, model, now + chance.choice(SPANS_S), "rate", Message("Kept."))
                self.both("restore", Saved(usage=(usage,), cooldowns=(rest,)))
            case _:
                self.both("replica.binding", BindingRow("a", identity, now))

    def ids(self) -> list[CredentialId]:
        return [one.id for one in self.known]

    def look(self) -> None:
        match self.chance.randrange(6):
            case 0 | 1:
                for pool in self.pools:
                    pool.members()
                self.both("next_for", self.chance.choice(MODELS), BACKENDS)
            case 2 | 3:
                self.both("remaining_quota", self.chance.choice(MODELS), BACKENDS, self.chance.choice(self.groups))
            case 4:
                self.both("usable")
            case _:
                self.both("view")

    def time(self) -> None:
        self.world.now += self.chance.choice(SPANS_S) * self.chance.choice((1.0, 1.0, self.chance.random()))
        if self.chance.random() < 0.06:
            self.world.now -= self.chance.choice(SPANS_S)
        if self.chance.random() < 0.05:
            self.choose(self.chance.choice(list(ORDERS)))

    def choose(self, strategy: str) -> None:
        for pool in self.pools:
            pool.strategy = strategy

    def walk(self, count: int, weights=(30, 22, 18, 3, 3, 9, 4)) -> None:
        doing = (self.lease, self.end, self.time, self.person, self.google, self.others, self.look)
        for step in self.chance.choices(doing, weights, k=count):
            step()


def told(asked, given, named):
    """What can be compared: two pools have members of their own."""
    try:
        outcome = asked(*given, **named)
    except Problem as problem:
        return type(problem), str(problem), vars(problem)
    return ("lease", outcome) if asked.__name__ == "lease" else outcome


@pytest.mark.parametrize("seed", range(24))
def test_it_is_what_a_walk_over_all_would_find(world, seed: int) -> None:
    twins = Twins(world, seed, 3, 9, 25)
    twins.walk(1_500)
    assert twins.served


@pytest.mark.parametrize("strategy", ["quota-aware", "soonest-reset"])
def test_of_many_that_have_nearly_the_same_left_it_is_still_the_first(world, strategy: str) -> None:
    twins = Twins(world, 1, 0)
    twins.choose(strategy)
    for number in range(200):
        key = world.key(f"c{number}")
        twins.both("add", key)
        twins.both("learn_quota", key.id, "m", 1 - number % 7 / 30, None, 1_000)
        twins.known.append(key)
    for _ in range(600):
        lease = twins.both("lease", "m", BACKENDS, ALL)[1]
        twins.both(twins.chance.choice(("succeeded", "charged")), lease)
        if twins.chance.random() < 0.95:
            twins.both("release", lease)
        world.now += 1.0


def crowd(world, count: int, strategy: str) -> Pool:
    """A pool in the middle of a day: unequal weights and limits, some rest, some are full, all have served."""
    chance, pool = random.Random(count), world.pool(strategy=strategy)
    for number in range(count):
        decided = {"weight": chance.choice((0.5, 1.0, 1.0, 1.0, 2.0)), "daily_limit": chance.choice((None, 300, 1_000))}
        pool.add(dataclasses.replace(world.key(f"c{number}", **decided), created_at=float(number // 7)))
        pool.learn_quota(world.key(f"c{number}").id, "m", 0.3 + 0.7 * chance.random(), None, 250)
    for _ in range(2 * count):
        world.now += 0.05
        lease = pool.lease("m", BACKENDS, ALL)
        if chance.random() < 0.03:
            pool.failed(lease, UpstreamFault(FaultKind.RATE, Message("No."), hint_s=1e5))
        else:
            pool.succeeded(lease)
        if chance.random() < 0.95:
            pool.release(lease)
    assert pool.remaining_quota("m", BACKENDS, ALL)
    return pool


def requests(world, pool: Pool) -> None:
    for _ in range(40):
        world.now += 0.05
        lease = pool.lease("m", BACKENDS, ALL)
        pool.succeeded(lease)
        pool.release(lease)
        assert pool.remaining_quota("m", BACKENDS, ALL)


@pytest.mark.parametrize("strategy", list(ORDERS))
def test_a_request_looks_at_few_however_many_there_are(world, strategy: str) -> None:
    pools = [crowd(world, count, strategy) for count in (250, 2_000)]
    few, many = (steps(functools.partial(requests, world, pool)) for pool in pools)
    assert many < 2 * few, "of eight times as many"
