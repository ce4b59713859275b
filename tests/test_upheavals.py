"""Short forms of what `tests/upheavals.py` does to a cluster at length."""

import double_upheavals
import pytest
import rooms
import scene
import upheavals

pytestmark = [pytest.mark.slow, pytest.mark.tool("postgres", "ip", "unshare", "nsenter")]


@pytest.fixture(autouse=True, scope="module")
def _rooms() -> None:
    pytest.importorskip("psycopg", reason="psycopg is an extra")
    if why := rooms.possible():
        pytest.skip(why)


def test_three_instances_count_as_google_does_and_refresh_once_per_expiry() -> None:
    upheavals.counts(3, 1_200)


def test_a_rest_is_known_to_all_within_a_second() -> None:
    upheavals.rests(3, rounds=4)


def test_over_a_daily_limit_goes_a_batch_of_each_at_most() -> None:
    upheavals.overspend(3, limit=150)


def test_an_instance_that_is_killed_costs_no_client_anything() -> None:
    upheavals.killed()


def test_a_database_that_is_killed_costs_nobody_anything() -> None:
    upheavals.database_killed(away_s=0.5)


@pytest.mark.parametrize("one_way", [False, True], ids=["both ways", "answers only"])
def test_an_instance_that_is_cut_off_goes_on_and_catches_up(one_way: bool) -> None:
    upheavals.cut_off(6.0, one_way=one_way)


@pytest.mark.parametrize("restarts", [False, True], ids=["the line", "the line and PostgreSQL"])
def test_one_that_is_killed_while_it_is_cut_off_serves_again_at_once_and_counts_once(restarts: bool) -> None:
    double_upheavals.killed_while_cut_off(30.0, restarts=restarts)


def test_while_google_takes_long_for_a_token_the_old_one_serves_and_one_instance_asks() -> None:
    double_upheavals.early_refresh()


@pytest.mark.parametrize("restarts", [False, True], ids=["alone", "and PostgreSQL is restarted"])
def test_a_refresh_that_takes_longer_than_any_statement_is_one(restarts: bool) -> None:
    """Or one of each instance, where the locks went with the database."""
    double_upheavals.slow_refresh(restarts=restarts)


@pytest.mark.skipif(not scene.faketime(), reason="needs libfaketime")
def test_clocks_that_differ_make_no_difference() -> None:
    upheavals.clocks(150)


def test_an_upgrade_across_a_migration_cuts_no_stream_and_loses_no_count() -> None:
    upheavals.upgraded()
