"""Bodies: a bound before anything is unpacked, several gzip members, a pace, and threads for what takes long."""

import asyncio
import gzip
import json
import threading
import tracemalloc

import pytest

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server import bodies
from gcli2api_tui.server.bodies import ON_LOOP, ArrivalRate, BoundedBody, read_json

LIMIT = 2**20


class Request:
    def __init__(self, content: bytes, packing: str = "", *, complete: bool = True) -> None:
        self.headers = {"content-encoding": packing} if packing else {}
        self.body = BoundedBody(None, None)
        self.body.append(content)
        if complete:
            self.body.set_complete()


async def read(content: bytes, packing: str = "", limit: int = LIMIT) -> object:
    return await read_json(Request(content, packing), limit, asyncio.Semaphore(1))  # type: ignore[arg-type]


async def refused(content: bytes, packing: str = "", limit: int = LIMIT) -> ClientFault:
    with pytest.raises(ClientFault) as caught:
        await read(content, packing, limit)
    return caught.value


@pytest.mark.parametrize("cuts", [1, 2, 5])
async def test_several_gzip_members_are_one_body(cuts: int) -> None:
    content = json.dumps({"text": "word " * 40}).encode()
    size = -(-len(content) // cuts)
    members = [gzip.compress(content[at : at + size]) for at in range(0, len(content), size)]
    assert len(members) == cuts
    assert await read(b"".join(members), "gzip") == json.loads(content)
    assert await read(b"".join(members) + b"\0" * 9, "gzip") == json.loads(content), "filled up with zeros"
    assert (await refused(b"".join(members)[:-1], "gzip")).status == 400
    assert (await refused(b"".join(members) + b"\x1f", "gzip")).status == 400
    assert (await refused(b"".join(members) + b"\0x", "gzip")).status == 400


async def test_the_limit_holds_while_it_is_unpacked() -> None:
    """Nothing beyond it may ever stand in memory, whatever unpacks it: 50 kB become 50 MB."""
    bomb = gzip.compress(b" " * 50 * LIMIT)
    tracemalloc.start()
    try:
        assert (await refused(bomb, "gzip")).status == 413
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * LIMIT
    assert (await refused(gzip.compress(b" " * LIMIT) + gzip.compress(b"  "), "gzip")).status == 413


async def test_ten_thousand_members_are_looked_at_once_each() -> None:
    assert (await refused(gzip.compress(b" ") * 20_000, "gzip", 2**30)).status == 400


async def test_large_bodies_are_parsed_in_a_thread_that_gives_way() -> None:
    """The parser in C keeps the interpreter to itself: only a call into Python lets the loop have its turn."""
    seen: set[str] = set()

    def watched(found: dict[str, object]) -> dict[str, object]:
        seen.add(threading.current_thread().name)
        return found

    small, large = {"a": [{}]}, {"a": [{}], "text": "x" * ON_LOOP}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "_between_objects", watched)
        assert await read(json.dumps(small).encode()) == small
        assert seen == set()
        assert await read(json.dumps(large).encode()) == large
    assert seen and threading.main_thread().name not in seen


async def test_what_is_wrong_with_a_large_body_is_said_as_with_a_small_one() -> None:
    for content in (
        b"{" + b" " * ON_LOOP,
        b'["' + b"\xff" * ON_LOOP + b'"]',
        b"[" * ON_LOOP * 2,
        b"NaN" + b" " * ON_LOOP,
    ):
        assert (await refused(content)).code == "invalid_json"


async def test_a_body_stands_in_memory_once() -> None:
    request = Request(b'"' + b"x" * 1000 + b'"')
    taken = await request.body.take(LIMIT)
    assert isinstance(taken, bytearray) and len(request.body._kept) == 0
    assert bodies._parsed(taken)[0] == "x" * 1000
    assert len(taken) == 0


async def test_a_body_that_nobody_asks_for_is_not_kept() -> None:
    body = BoundedBody(None, None)
    for _ in range(64):
        body.append(b"x" * 2**16)
    assert len(body._kept) == 0
    with pytest.raises(ClientFault) as caught:
        await body.take(2**30)
    assert caught.value.status == 413


async def test_too_large_is_said_before_the_end_arrives() -> None:
    body = BoundedBody(None, None)
    taking = asyncio.ensure_future(body.take(10))
    await asyncio.sleep(0)
    body.append(b"x" * 11)
    with pytest.raises(ClientFault) as caught:
        await taking
    assert caught.value.status == 413
    announced = BoundedBody(11, None)
    with pytest.raises(ClientFault):
        await announced.take(10)


@pytest.mark.parametrize(
    "pace",
    [
        ArrivalRate(grace_s=0.0, bytes_per_s=10**9, silent_s=1e6, look_s=0.01),
        ArrivalRate(1e6, 1, silent_s=0.0, look_s=0.01),
    ],
    ids=["on average", "in silence"],
)
async def test_a_body_that_comes_too_slowly_ends(pace: ArrivalRate) -> None:
    body = BoundedBody(None, None)
    body.append(b"{")
    with pytest.raises(ClientFault) as caught:
        await body.take(LIMIT, pace)
    assert caught.value.status == 408


async def test_a_body_may_take_its_time_while_it_comes() -> None:
    body = BoundedBody(None, None)
    taking = asyncio.ensure_future(body.take(LIMIT, ArrivalRate(grace_s=1e6, silent_s=1e6, look_s=0.0)))
    for _ in range(20):
        await asyncio.sleep(0)
        body.append(b"1")
    body.set_complete()
    assert await taking == b"1" * 20
