"""What the doctor says of a database that instances share; he makes and changes nothing in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from gcli2api_tui import paths
from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_home import SharedHome
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.doctor.database import database
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.doctor.report import Finding, Level
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.state.postgresql.encryption import new_key

pytestmark = pytest.mark.tool("postgres")
Said = Callable[..., dict[str, Finding]]


@pytest.fixture
def home(postgres: PostgresServer, tmp_path: Path) -> Home:
    """As with both keys and the seal in the environment."""
    where = paths.find(str(tmp_path), {})
    where.create()
    chosen = Settings(state_url=Secret(postgres.fresh()), seal_key=Secret(new_key()))
    return Home(where, chosen, sources=dict.fromkeys(("password", "panel_password"), "PASSWORD"))


def said(home: Home, clock: Clock | None = None) -> dict[str, Finding]:
    return {one.said.key: one for one in database(home, clock or Clock())}


def wrong(found: dict[str, Finding]) -> list[str]:
    return [key for key, one in found.items() if one.level is not Level.OK]


def changed(home: Home, **values: str) -> Home:
    return replace(home, settings=replace(home.settings, **{name: Secret(text) for name, text in values.items()}))


def add_key(home: Home) -> None:
    made = Credential(CredentialId("1" * 32), Kind.API_KEY, "k", ApiKey(Secret("AIza-1")), created_at=1.0)
    SharedHome(home.settings, home.where, Clock()).vault().add((made,))


def test_a_home_of_its_own_hears_nothing_of_it(tmp_path: Path) -> None:
    assert said(Home(paths.find(str(tmp_path), {}), Settings())) == {}


def test_one_that_nobody_used_yet_is_well_and_stays_empty(home: Home) -> None:
    import psycopg

    found = said(home)
    assert wrong(found) == [] and "doctor.tables_none" in found and "doctor.listens" in found
    with psycopg.connect(home.settings.state_url.reveal()) as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


def test_one_in_use_is_well_where_the_seal_fits_and_told_where_it_does_not(home: Home) -> None:
    add_key(home)
    found = said(home)
    assert wrong(found) == [] and "doctor.sealed" in found and "doctor.tables" in found
    assert wrong(said(changed(home, seal_key=new_key()))) == ["doctor.sealed_not"]
    assert "cluster.no_seal" in wrong(said(changed(home, seal_key="")))


def test_keys_that_all_must_share_are_missed(home: Home) -> None:
    add_key(home)
    assert wrong(said(replace(home, sources={}))) == ["cluster.no_keys"]


@pytest.mark.parametrize("way", ["no such place", "a pooler"])
def test_where_listen_does_not_come_through_it_is_told(home: Home, postgres: PostgresServer, way: str) -> None:
    """What is notified in one database is not heard in another: as behind a pooler."""
    url = postgres.fresh() if way == "a pooler" else "postgresql://postgres@127.0.0.1:1/none"
    found = said(changed(home, state_listen_url=url))
    assert wrong(found) == ["doctor.listens_not"] and found["doctor.listens_not"].way_out.key == "doctor.listen_address"


def test_one_that_is_away_or_of_a_newer_program_is_wrong(home: Home) -> None:
    import psycopg

    assert wrong(said(changed(home, state_url="postgresql://postgres@127.0.0.1:1/none"))) == ["cluster.no_answer"]
    assert wrong(said(changed(home, state_url="mysql://db"))) == ["cluster.url"]
    add_key(home)
    with psycopg.connect(home.settings.state_url.reveal(), autocommit=True) as connection:
        connection.execute("UPDATE tables SET version = 999 WHERE part = 'cluster'")
    assert wrong(said(home)) == ["doctor.tables_newer"]


def test_a_clock_that_is_off_is_told(home: Home) -> None:
    late = Clock(now=lambda: Clock().now() - 30)
    assert wrong(said(home, late)) == ["doctor.database_clock_behind"]


def test_a_role_that_may_make_no_tables_is_told(home: Home) -> None:
    import psycopg

    url = home.settings.state_url.reveal()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    assert wrong(said(changed(home, state_url=url.replace("postgres@", "reader@")))) == ["doctor.tables_not_made"]
