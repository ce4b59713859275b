"""The shared tables while two versions of the program use them: what a step may do, and that an older one goes on."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from programs import until
from tomorrow import later_parts

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.messages.message import say
from gcli2api_tui.state.ports import BindingRow, CooldownRow, DayUsage, EndRow, OwnedRow
from gcli2api_tui.state.schema import NewerFile

NOW = 1_795_000_000.0
ONE = CredentialId("1" * 32)
ADDS = re.compile(
    r"CREATE (TABLE|INDEX) (?!.*\bUNIQUE\b)|ALTER TABLE \w+ ADD COLUMN (?!.*NOT NULL(?!.*DEFAULT)).*", re.S
)

schema = pytest.importorskip("gcli2api_tui.state.postgresql.schema", reason="psycopg is an extra")


@pytest.mark.parametrize("part", schema.PARTS)
def test_a_step_only_adds_or_ends_older_programs(part: str) -> None:
    """Those of a cluster that is being upgraded write and read beside the newer one."""
    changing = [
        number
        for number, step in enumerate(schema.PARTS[part], 1)
        if not all(ADDS.match(statement) for statement in step)
    ]
    assert max(changing, default=0) <= schema.OLDER_ONES_END[part] <= len(schema.PARTS[part])


@pytest.mark.parametrize(
    ("statement", "adds"),
    [
        ("ALTER TABLE usage ADD COLUMN later TEXT", True),
        ("ALTER TABLE usage ADD COLUMN later TEXT NOT NULL DEFAULT ''", True),
        ("ALTER TABLE usage ADD COLUMN later TEXT NOT NULL", False),
        ("ALTER TABLE usage DROP COLUMN quota", False),
        ("ALTER TABLE usage RENAME COLUMN quota TO most", False),
        ("CREATE UNIQUE INDEX one ON usage (model)", False),
        ("DROP TABLE usage", False),
    ],
)
def test_the_rule_knows_what_adds(statement: str, adds: bool) -> None:
    assert bool(ADDS.match(statement)) is adds


Open = Callable[[], Any]


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.fresh()


def address(url: str, name: str) -> Any:
    from gcli2api_tui.state.postgresql.connection import Address

    return Address(Secret(url), name, name)


@pytest.fixture
def open_it(tmp_path: Path, url: str) -> Iterator[Open]:
    from gcli2api_tui.state.postgresql.store import PostgresStore

    opened: list[PostgresStore] = []

    def made() -> PostgresStore:
        name = f"run{len(opened)}"
        opened.append(PostgresStore(address(url, name), tmp_path / name, Clock(now=lambda: NOW)))
        return opened[-1]

    yield made
    for store in opened:
        store.close()


def tell_everything(store: Any, row: Any) -> None:
    store.add_requests(ONE, "m", NOW, 1), store.set_limit(ONE, "m", NOW, 250, "429")
    store.set_cooldown(CooldownRow(ONE, "m", NOW + 9, "rate", say("google.key_refused")))
    store.put_binding(BindingRow("talk", ONE, NOW)), store.put_owned(OwnedRow("files/a", ONE, NOW + 9))
    store.put_signatures({"k": "s"}, NOW), store.put_lesson(Lesson("m", "penalties", "", "words", NOW))
    store.put_end(EndRow("m", "vertex", "404", "gone", NOW)), store.put_exchange(row(7)), store.put_response("r", "…")
    store.put_client_key(ClientKey(ClientKeyId("ada"), "ab" * 32, "9f3K", NOW, rpd=9))
    store.add_client_use(ClientUse(ClientKeyId("ada"), "2026-11-18", 1, 9))
    store.add_client_second(ClientSecond(ClientKeyId("ada"), int(NOW), 1))
    store.add_usage(DayUsage("2026-11-18", "m", ClientKeyId("ada"), "curl", ONE, 1, 0, 3, 0, 0, 5))
    store.flush().result(10)


@pytest.mark.tool("postgres")
def test_an_older_program_goes_on_beside_a_newer_one(
    open_it: Open, url: str, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table has one column more: it writes, reads, connects again, and even starts again."""
    old = open_it()
    old.load()
    tell_everything(old, row)
    with monkeypatch.context() as later:
        later.setattr(schema, "PARTS", dict(later_parts()))
        newer = open_it()
        newer.load()
        tell_everything(newer, row)
    tell_everything(old, row)
    with closing(address(url, "x").open()) as database, database:
        database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with suppress(StoreFault):
        tell_everything(old, row)
    until(lambda: not _fails(old), "the connection after")
    again, first = open_it().load(), newer.load()
    assert [one.requests for one in again.usage] == [4]
    assert again.client_keys[0].rpd == 9 and again.client_uses[0].requests == 4 and again.client_seconds
    assert again.cooldowns and again.bindings and again.owned and again.signatures and again.lessons and again.ends
    assert old.usage("day", "2026-11-01").result(5)[0].requests == 4
    assert old.hours(0).result(5)[0].requests == 4 and old.response("r").result(5) == "…"
    assert first.degraded == again.degraded


def _fails(store: Any) -> bool:
    try:
        store.flush().result(5)
    except StoreFault:
        return True
    return False


@pytest.mark.tool("postgres")
def test_a_program_from_before_a_step_that_takes_something_away_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = later_parts()
    with closing(address(url, "x").open()) as database, database:
        with monkeypatch.context() as later:
            later.setattr(schema, "PARTS", dict(parts))
            later.setattr(schema, "OLDER_ONES_END", {**schema.OLDER_ONES_END, "cluster": len(parts["cluster"])})
            schema.migrate(database)
        with pytest.raises(NewerFile, match="this program knows"):
            schema.migrate(database)


def test_a_key_without_newer_limits_can_be_read_by_an_older_program() -> None:
    from gcli2api_tui.state import client_keys

    write = client_keys.client_key(ClientKey(ClientKeyId("ada"), "ab" * 32, "9f3K", NOW, rpd=9))
    assert set(json.loads(write.values[1])) == {"name", "digest", "hint", "created_at", "rpd"}
    read = client_keys.key_of(write.values[1])
    assert read and (read.models, read.credentials, read.rpd) == ((), (), 9)
