"""Changes since a revision: whoever follows them, with cuts and slowness, ends up with the server's own snapshot."""

import json
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.change_feed import Feed, Followed, as_line, ranges
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot, Totals
from gcli2api_tui.messages.message import Message, quoted, say

WHY = say("why.only_one", used=say("why.used", used=3))


def exchange(number: int, tokens: int = 0) -> ExchangeRow:
    hop = Hop(CredentialId("a"), "anna", 1.0, reason=WHY)
    return ExchangeRow(
        ExchangeId(number), float(number), "openai-chat", "/v1/chat/completions", "m", True, "curl", "127.0.0.1",
        ExchangeState.STREAMING, (hop,), usage=Usage(output=tokens),
    )  # fmt: skip


def credential(name: str, used: int = 0) -> CredentialRow:
    return CredentialRow(
        CredentialId(name), f"{name}@x", "oauth", "p", "login", f"{name}.json", 1.0, CredentialState.READY,
        WHY, 0, used, 1500, "assumed", None,
    )  # fmt: skip


def log(number: int) -> LogRow:
    return LogRow(number, float(number), "info", "pool", WHY)


def followed(feed: Feed, follower: Followed, cut_after: int = 1_000_000) -> None:
    """What a line carries that is cut after so many slices; a torn follower begins where it had got to."""
    since = follower.revision if feed.knows(follower.run, follower.revision) else 0
    for number, changes in enumerate(feed.since(since)):
        if number >= cut_after:
            return
        follower.take(json.loads(json.dumps(as_line(changes))))


def same(one: Snapshot, other: Snapshot) -> bool:
    return replace(one, revision=0, at=0.0) == replace(other, revision=0, at=0.0)


SNAPSHOTS = st.builds(
    lambda numbers, tokens, names, lines, requests, degraded: Snapshot(
        1,
        2.0,
        exchanges=tuple(exchange(number, tokens) for number in sorted(numbers)),
        credentials=tuple(credential(name, tokens) for name in names),
        log=tuple(log(number) for number in range(lines, lines + 12)),
        totals=Totals(requests=requests),
        degraded=degraded,
    ),
    st.sets(st.integers(1, 40), max_size=14),
    st.integers(0, 3),
    st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8),
    st.integers(1, 30),
    st.integers(0, 2),
    st.sampled_from([WHY, quoted(""), quoted("disk full")]),
)


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcli2api_tui.ledger.change_feed.FIRST_SLICE", 3)
    monkeypatch.setattr("gcli2api_tui.ledger.change_feed.SLICE", 4)


@pytest.mark.usefixtures("small_slices")
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(SNAPSHOTS, st.integers(0, 6)), min_size=1, max_size=6))
def test_whoever_follows_ends_with_the_snapshot_whatever_was_cut(moments: list[tuple[Snapshot, int]]) -> None:
    feed, follower = Feed("run"), Followed()
    for snapshot, cut_after in moments:
        feed.take(snapshot)
        followed(feed, follower, cut_after)
    followed(feed, follower)
    assert same(follower.snapshot, moments[-1][0])
    assert isinstance(follower.snapshot.degraded, Message)


def test_only_what_changed_is_told() -> None:
    feed = Feed("run")
    first = Snapshot(1, 1.0, exchanges=(exchange(1), exchange(2)), credentials=(credential("a"),), log=(log(1),))
    feed.take(first)
    before = feed.revision
    feed.take(first)
    assert feed.revision == before and list(feed.since(before)) == []
    feed.take(replace(first, exchanges=(exchange(1), exchange(2, 5))))
    (told,) = feed.since(before)
    line = as_line(told)
    assert set(line) == {"run", "at", "revision", "exchanges"}
    assert [row["id"] for row in line["exchanges"]] == [2]


def test_a_row_that_goes_takes_its_place_with_it() -> None:
    feed, follower = Feed("run"), Followed()
    feed.take(Snapshot(1, 1.0, exchanges=(exchange(1), exchange(2))))
    followed(feed, follower)
    before = feed.revision
    feed.take(Snapshot(2, 2.0, exchanges=(exchange(2),)))
    (told,) = feed.since(before)
    assert told.exchanges is None and told.exchange_numbers == ((2, 2),)
    followed(feed, follower)
    assert [row.id for row in follower.snapshot.exchanges] == [2]


def test_the_first_slice_is_what_a_screen_shows_and_none_is_large() -> None:
    feed = Feed("run")
    feed.take(Snapshot(1, 1.0, exchanges=tuple(map(exchange, range(1, 501))), log=tuple(map(log, range(1, 2001)))))
    slices = list(feed.since(0))
    assert slices[0].fresh and slices[0].exchanges and slices[0].exchanges[0].id == 500
    assert all(len(one.exchanges or ()) + len(one.log or ()) <= 80 for one in slices)
    assert [one.revision for one in slices[:-1]] == [None] * (len(slices) - 1) and slices[-1].revision == feed.revision


def test_another_run_or_a_revision_of_nowhere_begins_anew() -> None:
    feed, follower = Feed("run"), Followed()
    feed.take(Snapshot(1, 1.0, exchanges=(exchange(7),)))
    followed(feed, follower)
    other = Feed("another")
    other.take(Snapshot(1, 1.0, exchanges=(exchange(1),)))
    assert not other.knows(follower.run, follower.revision) and not feed.knows("run", feed.revision + 1)
    followed(other, follower)
    assert [row.id for row in follower.snapshot.exchanges] == [1] and follower.run == "another"


def test_numbers_as_ranges() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == ((1, 3), (7, 7), (9, 10)) and ranges([]) == ()
