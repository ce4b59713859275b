"""Words in prompts and answers: found whatever their case, across reads, and without holding up the loop."""

import asyncio
import random

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.text_search import TextSearch
from gcli2api_tui.ledger.transcripts import TranscriptRing

ONE, TWO = ExchangeId(1), ExchangeId(2)


def ring_of(*texts: tuple[str, str]) -> TranscriptRing:
    """Exchanges from 1 on: (prompt, answer)."""
    ring = TranscriptRing(200, 100_000_000, Clock())
    for number, (prompt, answer) in enumerate(texts, 1):
        transcript = ring.open(ExchangeId(number))
        transcript.prompt((("user", prompt),))
        for at in range(0, len(answer), 3):
            transcript.add("answer", answer[at : at + 3])
    return ring


async def test_words_are_found_in_prompts_and_answers_whatever_their_case() -> None:
    search = TextSearch(ring_of(("Translate 天气", "The RAIN had stopped"), ("hello", "今天的雨停得早")))
    found = await search.holding(["rain had", "的雨停", "translate", "nowhere"])
    assert found == {
        "rain had": {ONE}, "的雨停": {TWO}, "translate": {ONE}, "nowhere": frozenset(),
    }  # fmt: skip


async def test_what_is_typed_on_or_comes_later_is_found_as_well() -> None:
    ring = ring_of(("a market", "xyz"), ("b marble", "xyz"))
    search = TextSearch(ring)
    assert (await search.holding(["mar"]))["mar"] == {ONE, TWO}
    assert (await search.holding(["mark"]))["mark"] == {ONE}
    late = ring.open(ExchangeId(3))
    late.add("answer", "a mark")
    assert (await search.holding(["mark"]))["mark"] == {ONE, ExchangeId(3)}
    assert (await search.holding(["market"]))["market"] == {ONE}
    late.add("answer", "et")
    assert (await search.holding(["market"]))["market"] == {ONE, ExchangeId(3)}


async def test_any_order_of_growth_and_typing_finds_what_is_there() -> None:
    """Against looking everywhere each time."""
    dice = random.Random(7)
    ring = ring_of(*[("ab", "")] * 5)
    search, texts = TextSearch(ring), {ExchangeId(number): "ab" for number in range(1, 6)}
    growing = {number: ring.open(number) for number in texts}
    texts = dict.fromkeys(texts, "")
    for _ in range(200):
        number, more = dice.choice([*texts]), "".join(dice.choices("abc", k=dice.randint(0, 2)))
        growing[number].add("answer", more)
        texts[number] += more
        word = "".join(dice.choices("abc", k=dice.randint(1, 4)))
        assert (await search.holding([word]))[word] == {one for one, text in texts.items() if word in text}


async def test_a_search_that_nobody_waits_for_ends_and_harms_no_other() -> None:
    search = TextSearch(ring_of(*[("needle", "x" * 3_000)] * 50))
    task = asyncio.ensure_future(search.holding(["needle"]))
    await asyncio.sleep(0)
    task.cancel()
    assert len((await search.holding(["needle"]))["needle"]) == 50


async def test_more_words_than_are_remembered_are_all_answered() -> None:
    search = TextSearch(ring_of(*[(f"word{number}", "x") for number in range(1, 61)]))
    found = await search.holding([f"word{number}" for number in range(1, 61)])
    assert found["word60"] == {ExchangeId(60)} and len(found) == 60 and ONE in found["word1"]
