"""Usage for readers: asked of the store no more often than it can have changed; what cannot be read is said."""

from typing import Any

import pytest

from gcli2api_tui.control.usage_reader import FRESH_S, GOOD_S
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.ledger.admin_rows import UsageCell
from gcli2api_tui.messages.message import quoted


@pytest.fixture
def world(world_of_home: Any) -> Any:
    return world_of_home


def happen(world: Any) -> None:
    world.ledger.record(LogLine(world.now, "info", "test", quoted("something")))


async def test_asked_again_it_tells_what_it_told(world: Any) -> None:

    first = await world.control.usage("client", 1)
    happen(world)
    assert await world.control.usage("client", 1) is first
    world.now += FRESH_S
    assert await world.control.usage("client", 1) is not first
    assert len(world.store.asked) == 2


async def test_while_nothing_happens_it_holds_for_a_minute(world: Any) -> None:

    await world.control.usage("client", 1)
    world.now += GOOD_S - 1
    await world.control.usage("client", 1)
    assert len(world.store.asked) == 1
    world.now += 1
    await world.control.usage("client", 1)
    assert len(world.store.asked) == 2


async def test_each_question_has_its_own_answer(world: Any) -> None:

    days = {(await world.control.usage("day", days)).first_day for days in (1, 7)}
    assert (await world.control.usage("model", 1)).by == "model"
    assert len(days) == 2 and len(world.store.asked) == 3


async def test_names_of_variants_cost_what_their_model_does(world: Any) -> None:

    prices = '[[price]]\nmodel = "some-model"\ninput = 2\noutput = 1\n'
    (world.home / "prices.toml").write_text(prices, "utf-8")
    world.store.cells = [UsageCell("codex", "fake/some-model-search", "2026-11-01", 1, 0, 500_000, *[0] * 7)]
    (line,) = (await world.control.usage("program", 30)).lines
    assert line.notional_usd == 1.0


async def test_a_broken_list_of_prices_is_said_and_the_shipped_one_used(world: Any) -> None:

    (world.home / "prices.toml").write_text("[[price]", "utf-8")
    world.store.cells = [UsageCell("m", "gemini-2.5-pro", "2026-11-01", 1, 0, 1_000_000, *[0] * 7)]
    told = await world.control.usage("model", 30)
    assert told.lines[0].notional_usd == 1.25
    assert "prices.toml is not valid TOML" in told.trouble and "came with the program" in told.trouble


async def test_a_store_that_cannot_be_read_is_said(world: Any) -> None:

    world.store.fault = StoreFault(quoted("disk I/O error"))
    told = await world.control.usage("model", 30)
    assert told.lines == () and told.trouble == "What was used cannot be read: disk I/O error."
