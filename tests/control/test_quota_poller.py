"""When Google is asked for its own figures: while they are used, and not more often than they are worth."""

import asyncio
from dataclasses import replace

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.quota_poller import AT_ONCE, EVERY_S, LOOK_S, REQUESTS, SOONEST_S, Asked, QuotaPoller, due
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool import pool
from gcli2api_tui.pool.credential_view import CredentialView
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL

NOW = 1_795_000_000.0


class World:
    """A pool of one, a clock moved by hand, and who was asked for."""

    def __init__(self, kind: Kind = Kind.OAUTH) -> None:
        self.now, self.asked = NOW, []
        clock = Clock(now=lambda: self.now, monotonic=lambda: self.now)
        self.pool = Pool(clock, lambda event: None, seed=1)
        self.pool.add(Credential(CredentialId("one"), kind, "one", ApiKey(Secret("x"))))
        self.figures = QuotaPoller(self.pool, self.ask, clock)

    async def ask(self, identity: CredentialId) -> Refused:
        self.asked.append(self.now - NOW)
        return Refused("Google is not there.")

    def serve(self, count: int = 1) -> None:
        for _ in range(count):
            lease = self.pool.lease("m", ("code-assist", "gemini-api"), ALL)
            self.pool.succeeded(lease)
            self.pool.release(lease)

    async def hours(self, count: float, *, serving: int = 0) -> None:
        for _ in range(int(count * 3600 / LOOK_S)):
            self.serve(serving)
            self.now += LOOK_S
            await self.figures.look()


async def test_nobody_is_asked_for_who_serves_nothing() -> None:
    world = World()
    await world.hours(2)
    assert world.asked == []


async def test_the_first_request_asks_and_ten_minutes_of_use_ask_again() -> None:
    world = World()
    world.serve()
    await world.hours(1)
    assert world.asked == [LOOK_S]
    world.serve()
    await world.hours(1)
    assert world.asked == [LOOK_S, 3600 + LOOK_S]


async def test_steady_use_asks_every_ten_minutes_and_much_use_every_minute_at_most() -> None:
    slow, fast = World(), World()
    await slow.hours(1, serving=1)
    await fast.hours(1, serving=100)
    assert [later - earlier for earlier, later in zip(slow.asked, slow.asked[1:], strict=False)] == [EVERY_S] * 5
    assert {later - earlier for earlier, later in zip(fast.asked, fast.asked[1:], strict=False)} == {SOONEST_S}


async def test_a_days_rest_is_looked_after() -> None:
    world = World()
    lease = world.pool.lease("m", ("code-assist",), ALL)
    world.pool.failed(lease, UpstreamFault(FaultKind.DAILY, "no", hint_s=30_000))
    world.pool.release(lease)
    world.figures._asked[CredentialId("one")] = Asked(NOW, 0)
    await world.hours(0.5)
    assert world.asked == [600, 1200, 1800]


async def test_a_key_has_no_figures() -> None:
    world = World(Kind.API_KEY)
    await world.hours(1, serving=3)
    assert world.asked == []


async def test_a_look_at_many_lets_others_in(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    for number in range(4 * AT_ONCE):
        world.pool.add(Credential(CredentialId(f"{number}"), Kind.OAUTH, f"{number}", ApiKey(Secret("x"))))
    made: list[int] = []
    real = pool.view_of
    monkeypatch.setattr(pool, "view_of", lambda *args, **options: made.append(1) or real(*args, **options))
    look = asyncio.ensure_future(world.figures.look())
    most = 0
    while not look.done():
        before = len(made)
        await asyncio.sleep(0)
        most = max(most, len(made) - before)
    assert len(made) == 4 * AT_ONCE + 1
    assert most <= AT_ONCE + 1


@pytest.fixture
def view() -> CredentialView:
    world = World()
    world.serve()
    return world.pool.view()[0]


@pytest.mark.parametrize("state", list(CredentialState))
def test_only_one_that_works_is_asked_for(view: CredentialView, state: CredentialState) -> None:
    works = state in (
        CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT, CredentialState.COOLING
    )  # fmt: skip
    assert due(replace(view, state=state), None, NOW) is works


def test_a_clock_set_back_asks_once_and_not_never(view: CredentialView) -> None:
    assert due(view, Asked(NOW + 9e6, 0), NOW)
    assert not due(view, Asked(NOW + 9e6, 0), NOW + 9e6)
    assert due(replace(view, used_today=REQUESTS), Asked(NOW, 0), NOW + SOONEST_S)
