"""The grammar: what each token means, what is a slip, and that nothing a person types is refused without a reason; and
what filters mean for rows: each against a row that it takes and one that it leaves out.
"""

import random
from dataclasses import replace

import pytest

from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_filter import IS, NAMES, Atom, Filter, Sight, Term, matches, matching, parse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop


def terms(text: str) -> tuple[tuple[Term, ...], ...]:
    return parse(text).alternatives


def one(name: str, text: str, *, negated: bool = False) -> Term:
    return Term((Atom(name, text),), negated)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("   ", ()),
        ("Alice", ((one("", "alice"),),)),
        ("m:Flash cred:a", ((one("m", "flash"), one("cred", "a")),)),
        ("-ua:cursor", ((one("ua", "cursor", negated=True),),)),
        ('"two words" x', ((one("", "two words"), one("", "x")),)),
        ('path:"a b"', ((one("path", "a b"),),)),
        ('-"two words', ((one("", "two words", negated=True),),)),
        ("a | b c", ((one("", "a"),), (one("", "b"), one("", "c")))),
        ("a| b", ((one("", "a"),), (one("", "b"),))),
        ("st:429|5xx", ((Term((Atom("st", "429"), Atom("st", "5xx"))),),)),
        ("is:live|m:pro", ((Term((Atom("is", "live"), Atom("m", "pro"))),),)),
        ("m：pro　st：429", ((one("m", "pro"), one("st", "429")),)),
        ("http://x.y/z", ((one("", "http://x.y/z"),),)),
        ("-", ((one("", "-"),),)),
        ("a | | b", ((one("", "a"),), (one("", "b"),))),
        ("| a |", ((one("", "a"),),)),
    ],
)
def test_what_is_typed_becomes_terms(text: str, expected: object) -> None:
    assert terms(text) == expected and parse(text).wrong is None


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("ttft:>2s", ">", 2.0), ("dur:<=500ms", "<=", 0.5), ("dur:1.5m", ">=", 90.0), ("last:10m", "<=", 600.0),
        ("out:>1k", ">", 1_000.0), ("tps:<20", "<", 20.0), ("id:1042", "=", 1042.0), ("in:2m", ">=", 2_000_000.0),
        ("ttft:＞2s", ">", 2.0),
    ],
)  # fmt: skip
def test_amounts_have_signs_and_units(text: str, sign: str, number: float) -> None:
    ((term,),) = terms(text)
    (atom,) = term.atoms
    assert (atom.sign, atom.number) == (sign, pytest.approx(number))


@pytest.mark.parametrize(
    ("text", "token", "key"),
    [
        ("model:pro x", "model:pro", "filter.no_name"), ("is:alive", "is:alive", "filter.no_is"),
        ("st:abc", "st:abc", "filter.no_st"), ("ttft:>2x", "ttft:>2x", "filter.no_span"),
        ("out:many", "out:many", "filter.no_count"), ("x -is:nope", "is:nope", "filter.no_is"),
        ("st:429|zzz", "zzz", "filter.no_st"), ("ttft:5k", "ttft:5k", "filter.no_span"),
    ],
)  # fmt: skip
def test_a_slip_is_named_and_filters_nothing(text: str, token: str, key: str) -> None:
    read = parse(text)
    assert read.wrong is not None and (read.wrong.token, read.wrong.sentence.key) == (token, key)
    assert token in read.wrong.sentence
    rest = " ".join(part for part in text.split() if token not in part)
    assert read.alternatives == parse(rest).alternatives


@pytest.mark.parametrize("whole", ["is:retried", "st:err", "st:429", "ttft:>2s", "m:pro", "is:live|cut", "-is:demo"])
def test_while_it_is_typed_nothing_is_a_mistake(whole: str) -> None:
    for end in range(whole.index(":") + 1, len(whole) + 1):
        assert parse(whole[:end]).wrong is None, whole[:end]


def test_nothing_that_can_be_typed_is_refused() -> None:
    """Seeded noise of the grammar's own signs: a value comes out, equal each time, and wrong tokens have a reason."""
    dice = random.Random(12)
    signs, values = '"|-: <>=：', ["429", "5xx", "2s", "1k", "雨", "a b", "x:", "\n"]
    pieces = [*(f"{name}:" for name in NAMES), *IS, *signs, *values]
    for _ in range(3_000):
        text = "".join(dice.choices(pieces, k=dice.randint(0, 8)))
        read = parse(text)
        assert isinstance(read, Filter) and read == parse(" " + text)
        assert all(alternative and all(term.atoms for term in alternative) for alternative in read.alternatives)
        assert all(atom.text for alternative in read.alternatives for term in alternative for atom in term.atoms)
        assert read.wrong is None or read.wrong.token in text.translate(str.maketrans("：", ":"))


def test_words_are_those_that_texts_are_searched_for() -> None:
    assert parse('a -b "c d" m:pro a | e').words == ("a", "b", "c d", "e")
    assert parse("last:5m").moves and not parse("st:200").moves


def test_of_the_names_there_are_the_nearest_to_a_slip_stands_first() -> None:
    """A phone shows no more than the first."""
    for text, first in (("is:lvie", "is: takes live "), ("cerd:bob", "There are: cred: ")):
        wrong = parse(text).wrong
        assert wrong is not None and first in str(wrong.sentence), wrong


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
