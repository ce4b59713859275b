import sqlite3

import pytest

from gcli2api_tui.state.retention import DAY_S, MAKE_ROOM, Bounds, prune
from gcli2api_tui.state.schema import migrate

NOW = 1_795_000_000.0
BOUNDS = Bounds(exchanges=10, signatures=5, usage=20)


@pytest.fixture
def connection():
    found = sqlite3.connect(":memory:")
    migrate(found)
    yield found
    found.close()


def numbers(connection, sql):
    return [number for (number,) in connection.execute(sql)]


def put_usage(connection, *windows):
    connection.executemany("INSERT INTO usage VALUES ('c', 'm', ?, 1, NULL, '')", [(window,) for window in windows])


def test_the_newest_exchanges_stay(connection):
    connection.executemany("INSERT INTO exchange VALUES (?, 0, '')", [(number,) for number in range(1, 31)])
    prune(connection, BOUNDS, NOW)
    assert numbers(connection, "SELECT id FROM exchange ORDER BY id") == list(range(21, 31))


def test_old_windows_go_and_those_without_a_start_stay(connection):
    put_usage(connection, 0.0, NOW - 31 * DAY_S, NOW - 29 * DAY_S, NOW)
    prune(connection, BOUNDS, NOW)
    assert numbers(connection, "SELECT window_start FROM usage") == [0.0, NOW - 29 * DAY_S, NOW]


@pytest.mark.parametrize("wrong", [NOW + 3650 * DAY_S, 0.0])
def test_a_wrong_clock_empties_no_counts(connection, wrong):
    put_usage(connection, NOW - DAY_S, NOW)
    prune(connection, BOUNDS, wrong)
    assert numbers(connection, "SELECT window_start FROM usage") == [NOW - DAY_S, NOW]


def test_one_window_from_a_wrong_clock_empties_no_counts(connection):
    put_usage(connection, NOW - DAY_S, NOW + 3650 * DAY_S)
    prune(connection, BOUNDS, NOW)
    assert len(numbers(connection, "SELECT window_start FROM usage")) == 2


def test_counts_are_bounded_in_number_too(connection):
    put_usage(connection, *(NOW + number for number in range(40)))
    prune(connection, BOUNDS, NOW)
    assert numbers(connection, "SELECT window_start FROM usage") == [NOW + number for number in range(20, 40)]


def test_ended_cooldowns_go_a_day_later(connection):
    ends = [NOW - 2 * DAY_S, NOW - 1, NOW + 9, float("inf")]
    rows = [("c", str(end), end) for end in ends]
    connection.executemany("INSERT INTO cooldown VALUES (?, ?, ?, 'rate', '', '', '')", rows)
    prune(connection, BOUNDS, NOW)
    assert sorted(numbers(connection, "SELECT until FROM cooldown")) == ends[1:]


def test_signatures_are_bounded_by_age_and_number(connection):
    rows = [(str(age), NOW - age * DAY_S / 2) for age in range(20)]
    connection.executemany("INSERT INTO signature VALUES (?, '', ?)", rows)
    prune(connection, BOUNDS, NOW)
    assert set(numbers(connection, "SELECT key FROM signature")) == {"0", "1", "2", "3", "4"}


def test_room_is_made_from_the_oldest_tenth(connection):
    connection.execute(MAKE_ROOM)
    connection.executemany("INSERT INTO exchange VALUES (?, 0, '')", [(number,) for number in range(101, 201)])
    connection.execute(MAKE_ROOM)
    assert numbers(connection, "SELECT min(id) FROM exchange") == [111]
    for _ in range(200):
        connection.execute(MAKE_ROOM)
    assert numbers(connection, "SELECT count(*) FROM exchange") == [0]


def put_days(connection, *days):
    rows = [(day, f"m{number}", number) for number, day in enumerate(days)]
    connection.executemany("INSERT INTO usage_by_day VALUES (?, ?, '', '', '', ?, 0, 0, 0, 0, 0, 0, 0, 0, 0)", rows)


def days_left(connection):
    return [day for (day,) in connection.execute("SELECT day FROM usage_by_day ORDER BY day, requests")]


def test_days_that_are_long_past_go(connection):
    put_days(connection, "2025-10-01", "2025-11-18", "2026-11-17")
    prune(connection, BOUNDS, NOW)
    assert days_left(connection) == ["2025-11-18", "2026-11-17"]


@pytest.mark.parametrize("wrong", [NOW + 3650 * DAY_S, 0.0])
def test_a_wrong_clock_empties_no_days(connection, wrong):
    put_days(connection, "2026-11-16", "2026-11-17")
    prune(connection, BOUNDS, wrong)
    assert days_left(connection) == ["2026-11-16", "2026-11-17"]


def test_days_are_bounded_in_rows_too_and_the_busiest_of_the_newest_stay(connection):
    put_days(connection, *["2026-11-16"] * 3, *["2026-11-17"] * 4)
    prune(connection, Bounds(day_rows=5), NOW)
    assert days_left(connection) == ["2026-11-16"] + ["2026-11-17"] * 4
    assert numbers(connection, "SELECT requests FROM usage_by_day WHERE day = '2026-11-16'") == [2]


def test_hours_go_with_the_days(connection):
    now = int(NOW // 3600)
    hours = [now - 24 * 400 - 1, now - 24 * 400, now]
    connection.executemany("INSERT INTO usage_by_hour VALUES (?, 1, 0, 0)", [(hour,) for hour in hours])
    prune(connection, BOUNDS, NOW)
    assert numbers(connection, "SELECT hour FROM usage_by_hour") == hours[1:]
