"""Whoever waits for news of the ledger is woken once there are some, from whatever thread they come."""

import asyncio
import threading

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import StateDegraded
from gcli2api_tui.ledger.ledger import Ledger


def ledger() -> Ledger:
    return Ledger(Clock(), keep_bodies=1, keep_bodies_bytes=1000)


async def test_it_returns_at_once_where_there_are_news() -> None:
    news = ledger()
    await asyncio.wait_for(news.moved(news.revision - 1), 5)


async def test_it_waits_for_the_next_event_from_any_thread() -> None:
    news = ledger()
    waiting = [asyncio.ensure_future(news.moved(news.revision)) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    threading.Thread(target=lambda: news.record(StateDegraded(0.0, "full"))).start()
    await asyncio.wait_for(asyncio.gather(*waiting), 5)


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    news = ledger()
    task = asyncio.ensure_future(news.moved(news.revision))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert news._waiting == []
    news.record(StateDegraded(0.0, "full"))
