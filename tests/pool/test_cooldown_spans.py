"""How long a rest lasts: the hint, the reset it is capped at, and the guess where there is neither."""

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.pool import cooldowns

NOW = 1_795_000_000.0
RATE, DAILY, MODEL = FaultKind.RATE, FaultKind.DAILY, FaultKind.MODEL


def fault(kind: FaultKind, hint_s: float | None = None) -> UpstreamFault:
    return UpstreamFault(kind, "Google said no.", hint_s=hint_s)


def idle_s(kind: FaultKind, hint_s: float | None = None, failures: int = 0, reset_in: float | None = None) -> float:
    resets_at = None if reset_in is None else NOW + reset_in
    return cooldowns.rests_until(fault(kind, hint_s), failures, NOW, resets_at, lambda: 1.0) - NOW


@pytest.mark.parametrize("kind", [RATE, DAILY])
def test_a_hint_is_obeyed(kind: FaultKind) -> None:
    assert idle_s(kind, 37.0, failures=9) == 37.0
    assert idle_s(kind, 0.5, failures=9) == 0.5


@pytest.mark.parametrize("kind", [RATE, DAILY])
def test_a_hint_ends_at_the_known_reset(kind: FaultKind) -> None:
    assert idle_s(kind, 500_000.0, reset_in=600.0) == 600.0


def test_without_a_known_reset_a_hint_is_a_day_at_most() -> None:
    assert idle_s(DAILY, 7 * 86_400.0) == cooldowns.LONGEST_HINT_S


def test_a_reset_that_has_passed_caps_nothing() -> None:
    assert idle_s(RATE, 40.0, reset_in=-5.0) == 40.0


def test_a_day_without_a_hint_lasts_until_its_reset() -> None:
    assert idle_s(DAILY, reset_in=5_000.0) == 5_000.0


def test_a_day_whose_end_nobody_knows_rests_for_half_an_hour_and_a_rate_never_until_the_days_end() -> None:
    assert idle_s(DAILY) == cooldowns.LONGEST_GUESS_S
    assert idle_s(RATE, reset_in=5_000.0) == 1.0


@pytest.mark.parametrize("nothing", [None, 0.0, -3.0])
def test_without_a_hint_worth_the_name_the_guess_doubles(nothing: float | None) -> None:
    assert [idle_s(RATE, nothing, failures) for failures in range(5)] == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_a_guess_is_half_an_hour_at_most_however_often_it_failed() -> None:
    assert cooldowns.guess_s(11, lambda: 1.0) == cooldowns.LONGEST_GUESS_S
    assert cooldowns.guess_s(100_000, lambda: 1.0) == cooldowns.LONGEST_GUESS_S


def test_jitter_takes_at_most_half_so_that_a_guess_never_becomes_nothing() -> None:
    assert [cooldowns.guess_s(3, lambda part=part: part) for part in (0.0, 0.5, 1.0)] == [4.0, 6.0, 8.0]


def test_a_guess_too_ends_at_the_known_reset() -> None:
    assert idle_s(RATE, failures=8, reset_in=10.0) == 10.0


def test_a_model_that_is_not_included_rests_a_day_whatever_else_is_said() -> None:
    assert idle_s(MODEL, 5.0, reset_in=60.0) == cooldowns.MODEL_S


@pytest.mark.parametrize(
    ("kind", "hint_s", "reset_known", "guessed"),
    [
        (RATE, None, False, True),
        (RATE, None, True, True),
        (RATE, 0.0, True, True),
        (RATE, 5.0, False, False),
        (RATE, 0.5, False, False),
        (DAILY, None, False, True),
        (DAILY, None, True, False),
        (DAILY, 5.0, False, False),
        (MODEL, None, False, False),
    ],
)
def test_what_counts_as_guessed(kind: FaultKind, hint_s: float | None, reset_known: bool, guessed: bool) -> None:
    assert cooldowns.is_guessed(fault(kind, hint_s), NOW + 60 if reset_known else None) is guessed


@pytest.mark.parametrize(("hint_s", "crowded_s"), [(None, 5.0), (9.0, 9.0), (3_600.0, cooldowns.CROWDED_S)])
def test_a_crowded_model_is_less_wanted_for_a_moment(hint_s: float | None, crowded_s: float) -> None:
    assert cooldowns.crowded_s(fault(FaultKind.CAPACITY, hint_s)) == crowded_s


def test_every_kind_of_fault_has_one_fate_at_most() -> None:
    assert not cooldowns.PERSON & cooldowns.COOLING
    blameless = {FaultKind.CLIENT, FaultKind.CAPACITY, FaultKind.SERVER, FaultKind.PROTOCOL, FaultKind.NETWORK}
    assert not (blameless | {FaultKind.TIMEOUT}) & (cooldowns.PERSON | cooldowns.COOLING)
