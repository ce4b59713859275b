"""How long a session lasts, how many there are, and what ends all of them."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.web import sessions as module
from gcli2api_tui.server.web.sessions import IDLE_S, MOST, PROVED_S, WHOLE_S, Sessions


class Moment:
    now = 1000.0
    key = Secret("panel")


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def sessions(moment):
    return Sessions(Clock(now=lambda: moment.now), lambda: moment.key)


def test_it_lasts_while_somebody_acts(moment, sessions):
    name, session = sessions.begin()
    for _ in range(5):
        moment.now += IDLE_S - 1
        assert sessions.find(name) is session
    moment.now += IDLE_S
    assert sessions.find(name) is None


def test_it_ends_at_last_however_busy_one_is(moment, sessions):
    name, _ = sessions.begin()
    while moment.now < 1000 + WHOLE_S - 60:
        assert sessions.find(name)
        moment.now += 60
    moment.now += 60
    assert sessions.find(name) is None


def test_a_script_that_only_looks_keeps_it_not_awake(moment, sessions):
    name, _ = sessions.begin()
    for _ in range(4):
        moment.now += IDLE_S / 4
        sessions.find(name, acts=False)
    assert sessions.find(name) is None


def test_another_panel_key_ends_all(moment, sessions):
    name, _ = sessions.begin()
    moment.key = Secret("another")
    assert sessions.find(name) is None
    moment.key = Secret("panel")
    assert sessions.find(name) is None, "it does not come back with the old key"


def test_a_clock_that_is_set_back_ends_them(moment, sessions):
    name, _ = sessions.begin()
    moment.now -= 1
    assert sessions.find(name) is None


def test_they_are_bounded_and_the_one_longest_unused_goes(sessions):
    first, _ = sessions.begin()
    second, _ = sessions.begin()
    for _ in range(MOST - 2):
        sessions.begin()
    sessions.find(first)
    sessions.begin()
    assert sessions.find(first) and sessions.find(second) is None


def test_what_stands_in_memory_is_no_cookie(sessions):
    name, _ = sessions.begin()
    assert name not in repr(vars(sessions)) and "panel" not in repr(vars(sessions)).replace("_panel_key", "")


def test_ids_and_tokens_are_all_different(sessions):
    made = [sessions.begin() for _ in range(MOST)]
    assert len({name for name, _ in made} | {session.token for _, session in made}) == 2 * MOST


def test_the_key_typed_once_more_opens_secrets_for_a_few_minutes(moment, sessions):
    _, session = sessions.begin()
    assert sessions.proved(session)
    moment.now += PROVED_S
    assert not sessions.proved(session)
    sessions.prove(session)
    assert sessions.proved(session)


def test_keys_are_compared_in_constant_time(sessions, monkeypatch):
    compared = []
    monkeypatch.setattr(module.hmac, "compare_digest", lambda one, other: compared.append((one, other)) or one == other)
    assert sessions.fits("panel") and not sessions.fits("p") and not sessions.fits("")
    assert len(compared) == 3
