"""One credential: whether it may be asked now, and until when not."""

import pytest

from gcli2api_tui.events.problems import FaultKind, NoCredential
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.credential_state import EVERY, FOREVER, STATE_OF_MARK, Cooldown, PooledCredential
from gcli2api_tui.pool.credential_view import resting
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.pool.quota import Tally

NOW = 1_795_000_000.0
GEMINI = ("gemini-api",)


@pytest.fixture
def stand(world):
    return lambda **settings: PooledCredential(world.key("a", **settings))


def cooldown(seconds: float, kind: FaultKind = FaultKind.RATE, probe_in: float = FOREVER) -> Cooldown:
    return Cooldown(NOW + seconds, kind, "Google said no.", 0, NOW + probe_in)


def serve(pool, model="m"):
    lease = pool.lease(model, GEMINI, ALL)
    pool.succeeded(lease)
    pool.release(lease)


def test_no_more_run_at_once_than_max_in_flight(world) -> None:
    pool = world.pool(world.key("a", max_in_flight=2))
    first, _ = pool.lease("m", GEMINI, ALL), pool.lease("other", GEMINI, ALL)
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert (caught.value.retry_after_s, caught.value.daily) == (1.0, False)
    pool.release(first)
    assert pool.lease("m", GEMINI, ALL)


def test_a_full_one_leaves_the_request_to_the_next(world) -> None:
    pool = world.pool(world.key("a", max_in_flight=1), world.key("b", max_in_flight=1))
    assert {pool.lease("m", GEMINI, ALL).credential.label for _ in range(2)} == {"a", "b"}


def test_max_in_flight_0_serves_nothing_and_does_not_end_the_program(stand) -> None:
    assert stand(max_in_flight=0).full()
    assert not stand().full()


def test_the_persons_daily_limit_counts_over_all_models_and_ends_at_the_reset(world) -> None:
    pool = world.pool(world.key("a", daily_limit=2))
    serve(pool, "m")
    serve(pool, "other")
    view = pool.view()[0]
    assert (view.state, view.why) == (CredentialState.COOLING, "The daily limit you set is reached.")
    assert view.next_in_rotation == 0
    with pytest.raises(NoCredential) as caught:
        pool.lease("third", GEMINI, ALL)
    assert caught.value.daily
    assert caught.value.retry_after_s == pytest.approx(view.resets_at - world.now)
    world.now = view.resets_at
    assert pool.lease("third", GEMINI, ALL)


def test_a_daily_limit_of_0_never_serves_and_says_why(world) -> None:
    pool = world.pool(world.key("a", daily_limit=0))
    with pytest.raises(NoCredential, match="limits you set are 0") as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s is None


def test_only_the_chosen_models_are_served(world) -> None:
    pool = world.pool(world.key("a", models=("m", "n")))
    assert pool.lease("n", GEMINI, ALL)
    with pytest.raises(NoCredential, match="not allowed to serve other") as caught:
        pool.lease("other", GEMINI, ALL)
    assert caught.value.retry_after_s is None


def test_a_rest_holds_for_its_model_and_until_its_end(stand) -> None:
    pooled = stand()
    pooled.cooldowns["m"] = cooldown(30)
    assert pooled.free_at("m", NOW) == NOW + 30
    assert pooled.free_at("n", NOW) == 0.0
    assert pooled.free_at("m", NOW + 30) == 0.0


def test_a_spent_day_and_a_rest_wait_for_the_later_of_the_two(stand) -> None:
    pooled = stand(daily_limit=1)
    pooled.tallies["m"] = Tally(NOW, 1, told_reset_at=NOW + 60)
    pooled.cooldowns["m"] = cooldown(90)
    assert pooled.free_at("m", NOW) == NOW + 90
    assert pooled.free_at("n", NOW) == NOW + 60


@pytest.mark.parametrize(("later", "due"), [(0.0, False), (19.0, False), (20.0, True), (99.0, True), (100.0, False)])
def test_a_probe_is_due_within_the_rest_only(stand, later: float, due: bool) -> None:
    pooled = stand()
    pooled.cooldowns["m"] = cooldown(100, FaultKind.DAILY, probe_in=20)
    assert pooled.probe_due("m", NOW + later) is due


def test_no_probe_goes_over_the_persons_own_limit(stand) -> None:
    pooled = stand(daily_limit=1)
    pooled.tallies["n"] = Tally(NOW, 1)
    pooled.cooldowns["m"] = cooldown(100, FaultKind.DAILY, probe_in=0)
    assert not pooled.probe_due("m", NOW)


def test_a_share_takes_the_worse_of_count_and_googles_figure(stand) -> None:
    pooled = stand(daily_limit=100)
    pooled.budget.tallies = {"m": Tally(NOW, 30, remaining=0.9), "n": Tally(NOW, 10, remaining=0.2)}
    assert pooled.share() == pytest.approx(0.8)
    pooled.tallies["n"].remaining = 0.95
    assert pooled.share() == pytest.approx(0.4)


def test_the_reset_is_the_first_window_that_counts_something(stand) -> None:
    pooled = stand()
    pooled.budget.tallies = {"m": Tally(NOW, 1, told_reset_at=NOW + 900), "n": Tally(NOW, 1, told_reset_at=NOW + 300)}
    assert pooled.resets_at(NOW) == NOW + 300
    pooled.budget.tallies = {"m": Tally()}
    assert pooled.resets_at(NOW) is None


def test_a_rest_of_the_whole_account_holds_for_every_model(stand) -> None:
    pooled = stand()
    pooled.cooldowns[EVERY], pooled.cooldowns["m"] = cooldown(30, FaultKind.DAILY), cooldown(50)
    assert (pooled.free_at("m", NOW), pooled.free_at("n", NOW)) == (NOW + 50, NOW + 30)
    assert [one.model for one in resting(pooled, NOW)] == ["", "m"]


def test_what_is_left_is_the_worst_of_what_is_known_about_the_model(stand) -> None:
    pooled = stand(daily_limit=100)
    pooled.tallies["m"] = Tally(NOW, 10, limit=20, limit_source="429", remaining=0.9)
    pooled.tallies["n"] = Tally(NOW, 20, remaining=0.1)
    assert pooled.left("m") == pytest.approx(0.5)
    assert pooled.left("n") == pytest.approx(0.1)
    assert pooled.left("o") == pytest.approx(0.7)
    pooled.tallies["n"].requests = 80
    assert pooled.left("m") == pytest.approx(0.1)


def test_an_unknown_limit_leaves_less_and_less_but_never_nothing(stand) -> None:
    pooled = stand()
    pooled.tallies["m"] = Tally(NOW, 150)
    assert pooled.left("m") == pytest.approx(0.9)
    pooled.tallies["m"].requests = 90_000
    assert pooled.left("m") == 0.25


def test_every_mark_the_pool_sets_has_a_word() -> None:
    from gcli2api_tui.pool.cooldowns import PERSON

    assert set(STATE_OF_MARK) == PERSON
