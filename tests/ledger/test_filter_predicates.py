"""What filters mean for rows: each against a row that it takes and one that it leaves out."""

from dataclasses import replace

import pytest

from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_filter import parse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.filter_predicates import Sight, matches, matching

NOW = 1_000.0
PLAIN = ExchangeRow(
    ExchangeId(7), NOW - 60, "openai-chat", "/v1/chat/completions", "gemini-2.5-pro", True, "Cursor 1.2", "10.0.0.5",
    ExchangeState.DONE, (Hop(CredentialId("a"), "alice@x", NOW - 60, NOW - 40, 200),), first_byte_at=NOW - 59,
    ended_at=NOW - 40, status=200, usage=Usage(2_000, 0, 190, 0), finish="stop", client_key=ClientKeyId("laptop"),
)  # fmt: skip
RESCUED = replace(
    PLAIN, id=ExchangeId(8),
    hops=(Hop(CredentialId("c"), "carol@x", NOW - 60, NOW - 59, 429, "rate: slow down"), *PLAIN.hops),
)  # fmt: skip
FAILED = replace(PLAIN, id=ExchangeId(9), state=ExchangeState.FAILED, status=503, error="The model is overloaded.")
CUT = replace(PLAIN, id=ExchangeId(10), finish="length")
BROKE = replace(FAILED, id=ExchangeId(11), status=200)
WAITS = replace(
    PLAIN, id=ExchangeId(12), state=ExchangeState.SENT, first_byte_at=None, ended_at=None, status=0, opened_at=NOW - 9,
    usage=Usage(), fake=True, stream=False,
)  # fmt: skip
ROWS = (PLAIN, RESCUED, FAILED, CUT, BROKE, WAITS)
SIGHT = Sight(NOW, holding={"雨": frozenset({ExchangeId(8)})}, said=lambda text: text.replace("overloaded", "过载"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("st:200", {7, 8, 10, 11, 9, 12}), ("st:4xx", {8}), ("st:503", {9}), ("st:err", {9, 11}),
        ("-st:429", {7, 9, 10, 11, 12}),
        ("m:PRO cred:carol", {8}), ("ua:cursor", {7, 8, 9, 10, 11, 12}), ("ip:10.0", {7, 8, 9, 10, 11, 12}),
        ("path:embeddings", set()), ("key:lap", {7, 8, 9, 10, 11, 12}),
        ("is:live", {12}), ("is:err", {9, 11}), ("is:retried", {8}), ("is:hidden", {8}), ("is:cut", {10, 11}),
        ("is:slow", {12}), ("is:stream", {7, 8, 9, 10, 11}), ("is:fake", {12}), ("is:demo", set()),
        ("ttft:>2s", {12}), ("ttft:<2s", {7, 8, 9, 10, 11}), ("dur:>15s -is:err", {7, 8, 10}), ("last:30s", {12}),
        ("out:>1k", set()), ("out:190", {7, 8, 9, 10, 11}), ("tps:<20 -is:err", {7, 8, 10}), ("id:8", {8}),
        ("id:>10", {11, 12}), ("in:2k|is:live", {7, 8, 9, 10, 11, 12}),
        ("overloaded", {9, 11}), ("过载", {9, 11}), ("雨", {8}), ("-雨 -is:err", {7, 10, 12}), ("alice carol", {8}),
        ("id:7 | is:fake", {7, 12}), ("nope:1", {7, 8, 9, 10, 11, 12}), ("id:", {7, 8, 9, 10, 11, 12}),
    ],
)  # fmt: skip
def test_a_filter_takes_its_rows(text: str, ids: set[int]) -> None:
    assert {row.id for row in matching(ROWS, parse(text), SIGHT)} == ids


def test_of_the_demo_everything_is_demo() -> None:
    assert matches(PLAIN, parse("is:demo"), replace(SIGHT, demo=True))


@pytest.mark.parametrize("text", ["st:4xx", "is:cut", "ttft:>2s", "雨", "m:pro", "tps:<20", "id:8"])
def test_not_is_what_is_left(text: str) -> None:
    taken, left = matching(ROWS, parse(text), SIGHT), matching(ROWS, parse(f"-{text}"), SIGHT)
    assert sorted(row.id for row in taken + left) == [row.id for row in ROWS]
