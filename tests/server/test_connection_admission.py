"""Who is let in: a crowd at once; then in its order, those who guess behind all others, and nobody for ever."""

import asyncio
import contextlib
import socket

from gcli2api_tui.server.connection_admission import A_CROWD, AT_ONCE, SUSPECTS_TURN, Turns, beside, caller
from gcli2api_tui.server.listening_socket import bind


async def test_all_who_wait_are_taken_as_far_as_there_is_room() -> None:
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(bind("127.0.0.1", 0))
        address = listener.getsockname()
        callers = [stack.enter_context(socket.create_connection(address, timeout=5)) for _ in range(10)]
        first = stack.enter_context(await caller(listener))
        others = [stack.enter_context(one) for one in beside(listener, 6)]
        rest = [stack.enter_context(one) for one in beside(listener, A_CROWD)]
        taken = [first, *others, *rest]
        assert (len(others), len(rest)) == (6, 3)
        assert [one.getpeername() for one in taken] == [one.getsockname() for one in callers]
        assert not any(one.getblocking() for one in taken)


async def test_nobody_is_lost_when_the_wait_is_given_up() -> None:
    with bind("127.0.0.1", 0) as listener:
        waiting = asyncio.ensure_future(caller(listener))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert list(beside(listener, 5)) == []
        with socket.create_connection(listener.getsockname(), timeout=5), await caller(listener) as sock:
            assert not sock.getblocking()


def test_a_crowd_of_hundreds_waits_until_it_is_let_in() -> None:
    """A queue of a hundred overflowed; the system drops whoever finds no place in it."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(bind("127.0.0.1", 0))
        for _ in range(300):
            stack.enter_context(socket.create_connection(listener.getsockname(), timeout=5))


class Crowd:
    """`begun` lists who had a turn, and in which round of the loop."""

    def __init__(self) -> None:
        self.turns, self.begun, self.round = Turns(lambda peer: peer.startswith("evil")), list[tuple[str, int]](), 0

    async def ask(self, peer: str) -> None:
        await self.turns.take(peer)
        self.begun.append((peer, self.round))

    async def rounds(self, *asking: "asyncio.Task[None]") -> None:
        while not all(task.done() for task in asking):
            self.round += 1
            await asyncio.sleep(0)

    async def come(self, *peers: str) -> list[str]:
        await self.rounds(*(asyncio.ensure_future(self.ask(peer)) for peer in peers))
        return [peer for peer, _ in self.begun]


async def test_one_alone_does_not_wait() -> None:
    crowd = Crowd()
    for _ in range(5):
        await crowd.ask("good")
        await asyncio.sleep(0)
    assert len(crowd.begun) == 5


async def test_few_begin_in_one_round_and_in_their_order() -> None:
    crowd = Crowd()
    peers = [f"good-{number}" for number in range(20)]
    assert await crowd.come(*peers) == peers
    rounds = [at for _, at in crowd.begun]
    assert max(rounds.count(at) for at in rounds) <= AT_ONCE


async def test_who_guesses_waits_behind_and_not_for_ever() -> None:
    crowd = Crowd()
    order = await crowd.come(*["evil"] * 60, *[f"good-{number}" for number in range(30)])
    behind = order[AT_ONCE:]
    last_good = max(place for place, peer in enumerate(behind) if peer != "evil")
    assert 0 < behind[:last_good].count("evil") <= 30 // (SUSPECTS_TURN - 1) + 1
    assert len(order) == 90


async def test_who_leaves_while_waiting_holds_up_nobody() -> None:
    crowd = Crowd()
    asking = [asyncio.ensure_future(crowd.ask(f"good-{number}")) for number in range(10)]
    await asyncio.sleep(0)
    for task in asking[AT_ONCE + 1 : 9]:
        task.cancel()
    await crowd.rounds(*asking)
    assert [peer for peer, _ in crowd.begun][-1] == "good-9"
