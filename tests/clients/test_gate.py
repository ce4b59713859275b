"""What a key's limits let through: exact however many come at once, over restarts and kills, with the true wait."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest
from client_key_store import KeptKeys
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.clients.counts_and_limits import MINUTE_S
from gcli2api_tui.clients.gate import Gate, KeyRefused
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault, StoreFault
from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY, ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.pacific_time import next_pacific_midnight

ADA = ClientKeyId("ada")
NOW = 1_795_000_000.0


@dataclass
class House:
    """A gate whose clock is moved by hand, and what would be on its disk."""

    wishes: dict[str, str] = field(default_factory=dict)
    now: float = NOW
    store: KeptKeys = field(default_factory=KeptKeys)

    def __post_init__(self) -> None:
        self.clock = Clock(now=lambda: self.now, monotonic=lambda: self.now - NOW)
        self.keys = ClientKeys(self.clock, self.store)
        self.keys.add("ada", self.wishes)
        self.gate = Gate(self.keys, self.clock, self.store)

    def restarted(self) -> Gate:
        """What another process finds of it: sums by day and by second, and no running request."""
        uses = [ClientUse(ClientKeyId(name), day, *sums) for (name, day), sums in self.store.sums().items()]
        self.keys = ClientKeys(self.clock, self.store, self.store.keys.values())
        self.gate = Gate(
            self.keys, self.clock, self.store, uses, sorted(self.store.seconds, key=lambda one: one.second)
        )
        return self.gate

    async def admit(self, tokens: int = 0) -> Admission:
        return await self.gate.admit(ADA, "gemini-2.5-pro", counted=True, tokens=lambda: tokens)

    async def refused(self, tokens: int = 0) -> ClientFault:
        with pytest.raises(ClientFault) as fault:
            await self.admit(tokens)
        return fault.value

    async def crowd(self, number: int) -> list[Admission]:
        """Those let in of so many that come at once."""
        came = await asyncio.gather(*(self.admit() for _ in range(number)), return_exceptions=True)
        assert all(isinstance(one, Admission | KeyRefused) for one in came)
        return [one for one in came if isinstance(one, Admission)]


@pytest.mark.parametrize("limit", ["rpm", "rpd", "concurrent"])
async def test_of_a_hundred_at_once_exactly_as_many_as_the_limit_are_let_in(limit: str) -> None:
    house = House({limit: "7"})
    assert len(await house.crowd(100)) == 7
    assert (await house.refused()).status == 429


async def test_a_minute_slides_and_its_wait_is_true() -> None:
    house = House({"rpm": "2"})
    await house.admit()
    house.now += 40
    await house.admit()
    assert (await house.refused()).retry_after_s == 20
    house.now += 19.5
    assert (await house.refused()).retry_after_s == 1
    house.now += 0.5
    await house.admit()
    assert (await house.refused()).retry_after_s == 40, "the next place is that of the second request"


async def test_a_day_ends_at_googles_midnight() -> None:
    house = House({"rpd": "1"})
    await house.admit()
    refused = await house.refused()
    assert refused.retry_after_s == next_pacific_midnight(NOW) - NOW
    house.now += refused.retry_after_s
    await house.admit()


async def test_places_come_back_when_requests_end_once_each() -> None:
    house = House({"concurrent": "2"})
    first, _ = await house.crowd(9)
    assert (await house.refused()).retry_after_s == 1
    first.close()
    first.close()
    assert len(await house.crowd(9)) == 1


async def test_places_that_are_taken_on_other_instances_are_no_places_here() -> None:
    house = House({"concurrent": "3"})
    house.gate.in_flight({ADA: 2})
    (one,) = await house.crowd(9)
    assert house.gate.flights() == {ADA: 1}
    one.close()
    house.gate.in_flight({ClientKeyId("bob"): 9})
    assert len(await house.crowd(9)) == 3


async def test_the_longest_wait_of_several_limits_is_told() -> None:
    house = House({"rpm": "1", "rpd": "1", "concurrent": "1"})
    await house.admit()
    assert (await house.refused()).message.key == "clients.limit_rpd"


def answered(tokens: int) -> ExchangeRow:
    """What Google's cache had is no token more."""
    used = Usage(prompt=tokens - 3, cached=9, output=1, thoughts=2)
    return ExchangeRow(
        ExchangeId(1), NOW, "openai-chat", "/", "m", False, "c", "", ExchangeState.DONE, usage=used, client_key=ADA
    )


async def test_tokens_are_counted_when_they_are_known_and_reserved_before() -> None:
    house = House({"tpd": "100"})
    running = await house.admit(tokens=80)
    second = await house.admit(tokens=80)
    assert (await house.refused()).retry_after_s == 1, "what runs may use up the rest; it may also not"
    for one in (running, second):
        one.close()
    house.gate.settled(answered(60))
    await house.admit(tokens=80)
    house.gate.settled(answered(40))
    assert (await house.refused()).retry_after_s == next_pacific_midnight(NOW) - NOW


async def test_what_nobody_tells_the_tokens_of_keeps_what_was_reserved() -> None:
    house = House({"tpd": "100"})
    (admission := await house.admit(tokens=100)).keeps = True
    admission.close()
    assert (await house.refused()).message.key == "clients.limit_tpd"
    house.restarted()
    assert (await house.refused()).message.key == "clients.limit_tpd"


@pytest.mark.parametrize("limit", ["rpm", "rpd"])
async def test_a_restart_gives_nothing_back(limit: str) -> None:
    house = House({limit: "5"})
    for one in await house.crowd(3):
        one.close()
    house.restarted()
    assert len(await house.crowd(100)) == 2


async def test_a_kill_keeps_what_running_requests_had_reserved_and_frees_their_places() -> None:
    house = House({"tpd": "1000", "concurrent": "1"})
    await house.admit(tokens=1000)
    house.restarted()
    refused = await house.refused()
    assert (refused.message.key, house.gate.counts("ada").in_flight) == ("clients.limit_tpd", 0)


async def test_a_restart_is_never_early_with_a_minute() -> None:
    house = House({"rpm": "1"})
    house.now += 0.9
    await house.admit()
    house.now += 30
    house.restarted()
    assert 29 <= (await house.refused()).retry_after_s <= 31
    house.now += 31
    await house.admit()


async def test_a_clock_that_was_ahead_holds_nobody_for_longer_than_a_minute() -> None:
    house = House({"rpm": "1"})
    house.store.seconds.append(ClientSecond(ADA, int(NOW) + 86_400, 5))
    house.restarted()
    assert (await house.refused()).retry_after_s <= MINUTE_S
    house.now += MINUTE_S
    await house.admit()


async def test_google_is_not_asked_before_the_count_is_on_the_disk() -> None:
    house = House({"rpd": "5"})
    house.store.disk = Future()
    asking = asyncio.get_running_loop().create_task(house.admit())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not asking.done() and house.store.uses[0].requests == 1
    house.store.disk.set_result(None)
    await asking


async def test_a_crowd_waits_for_few_writes_and_nobody_for_one_that_began_before_it_was_counted() -> None:
    house = House({"rpd": "500"})
    first, second = Future[None](), Future[None]()
    house.store.disk = first
    asking = [asyncio.create_task(house.admit()) for _ in range(20)]
    await until(lambda: house.store.flushes == 1)
    assert len(house.store.uses) == 20
    house.store.disk = second
    late = [asyncio.create_task(house.admit()) for _ in range(20)]
    await until(lambda: len(house.store.uses) == 40)
    first.set_result(None)
    await asyncio.gather(*asking)
    await until(lambda: house.store.flushes == 2)
    assert not any(one.done() for one in late)
    second.set_result(None)
    await asyncio.gather(*late)
    assert house.store.flushes == 2


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0)


async def test_a_disk_that_refuses_keeps_nobody_from_an_answer() -> None:
    house = House({"rpd": "1"})
    house.store.disk = Future()
    house.store.disk.set_exception(StoreFault(quoted("disk I/O error")))
    await house.admit()
    assert (await house.refused()).status == 429


async def test_a_key_without_limits_waits_for_no_disk() -> None:
    house = House({"concurrent": "5"})
    house.store.disk = Future()
    await house.admit()
    assert house.store.flushes == 0


async def test_who_leaves_while_the_disk_is_awaited_frees_the_place_and_stays_counted() -> None:
    house = House({"rpd": "5", "concurrent": "1"})
    house.store.disk = Future()
    asking = asyncio.get_running_loop().create_task(house.admit())
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    counts = house.gate.counts("ada")
    assert counts.in_flight == 0 and house.store.uses[0].requests == 1


@pytest.mark.parametrize("how", ["off", "revoke"])
async def test_what_runs_hears_that_its_key_was_taken_away(how: str) -> None:
    house, heard = House({"concurrent": "3"}), []
    running = await house.admit()
    running.when_stopped(lambda: heard.append("stopped"))
    ended = await house.admit()
    ended.when_stopped(lambda: heard.append("was over"))
    ended.close()
    house.keys.revoke("ADA") if how == "revoke" else house.keys.set("ada", {"enabled": "off"})
    assert heard == ["stopped"]
    assert (await house.refused()).status == 401


async def test_a_key_taken_away_while_the_disk_is_awaited_asks_nobody() -> None:
    house = House({"rpd": "5"})
    house.store.disk = Future()
    asking = asyncio.get_running_loop().create_task(house.admit())
    await asyncio.sleep(0)
    house.keys.revoke("ada")
    house.store.disk.set_result(None)
    with pytest.raises(ClientFault) as fault:
        await asking
    assert (fault.value.status, house.gate.counts("ada").in_flight) == (401, 0)


async def test_whoever_listens_late_hears_it_too() -> None:
    house, heard = House(), []
    running = await house.admit()
    house.keys.revoke("ada")
    running.when_stopped(lambda: heard.append(1))
    assert heard == [1]


async def test_a_model_that_is_not_on_the_list_is_a_403_and_costs_nothing() -> None:
    house = House({"models": "gemini-3*,gemini-2.5-flash", "rpd": "1"})
    for model in ("gemini-2.5-pro", "gemini-2.5-flash-lite", ""):
        with pytest.raises(ClientFault) as fault:
            await house.gate.admit(ADA, model, counted=True)
        assert (fault.value.status, fault.value.param) == (403, "model")
    await house.gate.admit(ADA, "", counted=False)
    await house.gate.admit(ADA, "gemini-3-flash", counted=True)


async def test_what_asks_for_no_answer_is_not_counted_and_can_be_stopped() -> None:
    house, heard = House({"rpm": "1", "rpd": "1", "concurrent": "1"}), []
    for _ in range(5):
        (await house.gate.admit(ADA, "gemini-2.5-pro", counted=False)).when_stopped(lambda: heard.append(1))
    await house.admit()
    house.keys.revoke("ada")
    assert len(heard) == 5


@pytest.mark.parametrize("key", [NO_CLIENT_KEY, THE_CLIENT_KEY])
async def test_the_own_key_has_no_limits(key: ClientKeyId) -> None:
    admission = await House().gate.admit(key, "", counted=True)
    assert (admission.group, admission.thinking) == (None, "")


async def test_an_expired_key_is_a_401() -> None:
    house = House({"expires": "1d"})
    await house.admit()
    house.now += 86_400
    assert (await house.refused()).message.key == "clients.has_expired"


async def test_the_group_goes_along() -> None:
    assert (await House({"credentials": "a,b"}).admit()).group == frozenset({CredentialId("a"), CredentialId("b")})


async def test_a_new_key_of_an_old_name_goes_on_with_its_counts() -> None:
    house = House({"rpd": "2"})
    await house.admit()
    house.keys.revoke("ada")
    house.keys.add("Ada", {"rpd": "2"})
    assert len(await house.crowd(5)) == 1


STEPS = st.lists(st.sampled_from(["ask", "end", "wait", "restart"]), max_size=60)


@given(STEPS, st.integers(1, 4), st.integers(1, 6))
@settings(max_examples=examples(60), deadline=None)
def test_no_minute_and_no_day_ever_holds_more_than_its_limit(steps: list[str], rpm: int, rpd: int) -> None:
    asyncio.run(_played(steps, rpm, rpd))


async def _played(steps: list[str], rpm: int, rpd: int) -> None:
    house = House({"rpm": str(rpm), "rpd": str(rpd)})
    running: list[Admission] = []
    asked: list[float] = []
    for step in steps:
        if step == "ask":
            try:
                running.append(await house.admit())
                asked.append(house.now)
            except KeyRefused as refused:
                assert refused.retry_after_s and refused.retry_after_s >= 1
        elif step == "end" and running:
            running.pop().close()
        elif step == "wait":
            house.now += 17
        elif step == "restart":
            running.clear()
            house.restarted()
        assert len([at for at in asked if at > house.now - MINUTE_S]) <= rpm
        assert len(asked) <= rpd
