"""A crowd before the door comes in together, in one turn of the loop."""

import asyncio
import contextlib
import socket

from gcli2api_tui.server.admission import A_CROWD, beside, caller
from gcli2api_tui.server.binding import bind


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
            stack.enter_context(socket.create_connection(listener.getsockname(), timeout=1))
