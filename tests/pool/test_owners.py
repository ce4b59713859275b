"""Who owns the things that requests name: learnt, kept over a restart, forgotten in time."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault, NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.pool import affinity
from gcli2api_tui.pool.affinity import Owners
from gcli2api_tui.pool.ports import ANY
from gcli2api_tui.state.ports import OwnedRow
from gcli2api_tui.state.sqlite_store import SqliteStore

ANN, BOB = CredentialId("ann"), CredentialId("bob")


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def clock(now):
    return Clock(now=lambda: now[0])


def named(*names):
    return {"contents": [{"parts": [{"fileData": {"fileUri": f"https://g/v1beta/{name}"}} for name in names]}]}


def test_a_request_is_its_owners_until_google_forgets_the_thing(clock, now):
    rows = []
    known = Owners(clock, rows.append)
    known.learn("files/a", ANN, 1500.0)
    assert known.owner(named("files/a", "files/unknown")) == ANN
    assert known.owner(named("files/b")) == known.owner({"contents": [{"parts": [{"text": "files/a"}]}]}) == ANY
    now[0] = 1500.0
    assert known.owner(named("files/a")) == ANY
    assert rows == [OwnedRow("files/a", ANN, 1500.0), OwnedRow("files/a", ANN, 0.0)]


def test_of_two_owners_there_is_none(clock):
    known = Owners(clock, saved=[OwnedRow("files/a", ANN, 2000.0), OwnedRow("cachedContents/b", BOB, 2000.0)])
    with pytest.raises(ClientFault, match="files/a"):
        known.owner({**named("files/a"), "cachedContent": "cachedContents/b"})


def test_it_is_told_when_the_owner_cannot_serve(clock):
    known = Owners(clock, saved=[OwnedRow("files/a", ANN, 2000.0)])
    assert (known.owner(named("files/a")), known.owner(named("files/b"))) == (ANN, ANY)
    away = affinity.unreachable(NoCredential("It rests.", retry_after_s=7.0, daily=True))
    assert (away.retry_after_s, away.daily) == (7.0, True) and "It rests." in away.message


def test_the_number_is_bounded_and_the_first_to_end_goes_first(clock, monkeypatch):
    monkeypatch.setattr(affinity, "MOST_OWNED", 2)
    rows = [OwnedRow("files/a", ANN, 3000.0), OwnedRow("files/b", ANN, 2000.0), OwnedRow("files/c", ANN, 4000.0)]
    kept: dict[str, OwnedRow] = {}
    known, hears = Owners(clock, lambda row: kept.update({row.name: row})), Owners(clock, pytest.fail)
    for row in (*rows, OwnedRow("files/d", ANN, 1500.0)):
        known.learn(row.name, row.credential, row.until)
        hears.heard(row)
    assert [known.owner(named(f"files/{one}")) for one in "abcd"] == [ANN, ANY, ANN, ANY]
    assert {name for name, row in kept.items() if row.until} == {*known.owned} == {*hears.owned}


def test_the_same_news_is_written_once(clock):
    rows = []
    known = Owners(clock, rows.append)
    for _ in range(3):
        known.learn("files/a", ANN, 2000.0)
    known.forget("files/a")
    known.forget("files/a")
    assert len(rows) == 2


def test_a_restart_forgets_nothing_that_google_still_has(tmp_path, clock, now):
    for name, until in (("files/a", 2000.0), ("files/gone", 2000.0), ("files/old", 1001.0)):
        if name == "files/a":
            store = SqliteStore(tmp_path / "state.db", clock)
            known = Owners(clock, store.put_owned, store.load().owned)
        known.learn(name, ANN, until)
    known.forget("files/gone")
    store.close()
    now[0] = 1500.0
    again = SqliteStore(tmp_path / "state.db", clock)
    saved = again.load().owned
    again.close()
    assert saved == (OwnedRow("files/a", ANN, 2000.0),)
    assert Owners(clock, saved=saved).owner(named("files/a")) == ANN
