"""Wrong keys: a pause after a few, a lockout after many, one line a minute; and never the rightful key."""

import asyncio
import contextlib
import json

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.server.lockout import (
    FORGOTTEN_S,
    FREE,
    LOCKED_S,
    LONGEST_PAUSE_S,
    MOST,
    MOST_ADDRESSES,
    MOST_LINES,
    MOST_WAITING,
    LockedOut,
    Lockout,
)


class Time:
    """Sleeping takes no time; `slept` says how long it would have been."""

    def __init__(self) -> None:
        self.at, self.slept = 1000.0, list[float]()
        self.clock = Clock(now=lambda: self.at, monotonic=lambda: self.at, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


async def test_what_one_instance_has_had_enough_of_another_refuses_at_once(time: Time) -> None:
    told: list[tuple[str, float]] = []
    here, there = Lockout(time.clock, lambda *what: told.append(what)), Lockout(time.clock)
    for _ in range(MOST):
        with contextlib.suppress(LockedOut):
            await here.wrong_key("2001:db8::1")
    assert told == [("2001:db8::/64", time.at + LOCKED_S)]
    there.heard(*told[0])
    with pytest.raises(LockedOut):
        await there.wrong_key("2001:db8::2")
    await there.wrong_key("10.0.0.2")
    there.heard("10.0.0.3", time.at - 1)
    await there.wrong_key("10.0.0.3")
    there.heard("10.0.0.3", time.at + 10 * LOCKED_S)
    time.at += LOCKED_S
    await there.wrong_key("10.0.0.3")


async def test_slower_and_slower_then_locked_out_then_slow_again(time: Time) -> None:
    lockout = Lockout(time.clock)
    for _ in range(MOST - 1):
        await lockout.wrong_key("10.0.0.1")
    assert time.slept == sorted(time.slept) and time.slept[0] < time.slept[-1] == LONGEST_PAUSE_S
    assert len(time.slept) == MOST - 1 - FREE, "the first few cost nothing"
    for _ in range(3):
        with pytest.raises(LockedOut) as caught:
            await lockout.wrong_key("10.0.0.1")
    assert caught.value.retry_after_s == LOCKED_S
    await lockout.wrong_key("10.0.0.2")
    time.at += LOCKED_S
    time.slept.clear()
    await lockout.wrong_key("10.0.0.1")
    assert len(time.slept) == 1
    time.at += FORGOTTEN_S + 1
    await lockout.wrong_key("10.0.0.1")
    assert len(time.slept) == 1


async def test_waiting_answers_are_bounded() -> None:
    waiting = asyncio.Event()
    lockout = Lockout(Clock(monotonic=lambda: 0.0, sleep=lambda _: waiting.wait()))  # type: ignore[arg-type,return-value]
    peers = [f"10.0.{n}.1" for n in range(MOST_WAITING)]
    for peer in peers:
        for _ in range(FREE):
            await lockout.wrong_key(peer)
    held = [asyncio.ensure_future(lockout.wrong_key(peer)) for peer in peers]
    await asyncio.sleep(0)
    with pytest.raises(LockedOut):
        await lockout.wrong_key("10.9.9.9")
    waiting.set()
    await asyncio.gather(*held)
    await lockout.wrong_key("10.9.9.9")


async def test_memory_is_bounded_and_ipv6_counts_by_network(time: Time) -> None:
    lockout = Lockout(time.clock)
    for number in range(MOST_ADDRESSES * 2):
        await lockout.wrong_key(f"10.{number >> 8}.{number & 255}.1")
    assert len(lockout._addresses) == MOST_ADDRESSES
    for number in range(FREE + 1):
        await lockout.wrong_key(f"2001:db8::{number:x}")
    assert len(time.slept) == 1


def test_one_line_a_minute_and_how_many_there_were(time: Time) -> None:
    lockout = Lockout(time.clock)
    assert lockout.line("10.0.0.1", "refused.") == "refused."
    assert [lockout.line("10.0.0.1", "refused.") for _ in range(7)] == [None] * 7
    assert lockout.line("10.0.0.2", "refused.") == "refused."
    time.at += 61
    assert lockout.line("10.0.0.1", "refused.") == "refused. (7 more from 10.0.0.1 since the last line.)"


def test_a_network_of_addresses_does_not_fill_the_log(time: Time) -> None:
    lockout = Lockout(time.clock)
    peers = [f"10.0.{number >> 8}.{number & 255}" for number in range(500)]
    assert len([peer for peer in peers if lockout.line(peer, "refused.")]) == MOST_LINES
    time.at += 61
    told = [line for peer in peers if (line := lockout.line(peer, "refused."))]
    assert told[0] == f"refused. ({500 - MOST_LINES} more from other addresses.)" and len(told) == MOST_LINES


async def test_the_rightful_key_is_never_looked_at(runtime) -> None:
    """Also from an address that is locked out; the refusal says how long, in the client's own shape."""
    peer = {"client": ("127.0.0.1", 1)}
    body = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
    runtime.services.lockout._clock = Time().clock
    answers = [
        await runtime.ask("/v1/messages", json=body, key="wrong", scope_base=peer, headers={"anthropic-version": "1"})
        for _ in range(MOST + 2)
    ]
    assert [answer.status_code for answer in answers] == [401] * (MOST - 1) + [429] * 3
    assert answers[-1].headers["Retry-After"] == "120"
    error = json.loads(await answers[-1].get_data())
    assert error["type"] == "error" and "in 300 s" in error["error"]["message"]
    assert (await runtime.ask(json=body, scope_base=peer)).status_code == 200
    assert len([line for line in runtime.recorder.lines if "refused" in line.text]) == 1


async def test_all_doors_count_together(runtime) -> None:
    """Whoever is locked out of one is locked out of all, and the page's sign-in is a door too."""
    peer = {"client": ("127.0.0.1", 1)}
    runtime.services.lockout._clock = Time().clock

    async def tried(door: str) -> int:
        if door == "/auth/sign-in":
            return (await runtime.ask(door, key="", form={"key": "wrong"}, scope_base=dict(peer))).status_code
        return (await runtime.ask(door, method="GET", key="wrong", scope_base=dict(peer))).status_code

    doors = ("/v1/models", "/admin/api/snapshot", "/metrics", "/auth/sign-in")
    statuses = [await tried(doors[number % 4]) for number in range(MOST - 1)]
    assert set(statuses) == {401}
    assert [await tried(door) for door in doors] == [429] * 4


async def test_who_sends_no_key_guesses_none(runtime) -> None:
    peer = {"client": ("127.0.0.1", 1)}
    runtime.services.lockout._clock = Time().clock
    for _ in range(MOST * 2):
        assert (await runtime.ask("/v1/models", method="GET", key="", scope_base=peer)).status_code == 401
    assert len(runtime.recorder.lines) == 1, "nor fills the log"
