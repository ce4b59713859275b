"""The owner of what refusals taught: what holds, for how long, and who is told."""

from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.gemini.abilities import Abilities, Lesson
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.relay.model_lessons import LONGEST_S, MOST, Lessons, Told

SAID = quoted("m takes no penalties: left out")
PENALTIES = Lesson("m", "penalties", words="Penalty is not enabled")


class Owner:
    """Lessons with a clock that a test moves, and lists of what was told."""

    def __init__(self, say: Any, *saved: Lesson) -> None:
        self.now = 1_000_000.0
        self.known = Abilities("m", thinking="level", levels=("MINIMAL", "LOW"))
        self.kept: list[Lesson] = []
        self.dropped: list[str | None] = []
        self.logged: list[Any] = []
        told = Told(self.logged.append, self.kept.append, self.dropped.append)
        self.lessons = Lessons(Clock(now=lambda: self.now), say.known_models(lambda model: self.known), told, saved)

    def penalties(self, model: str = "m") -> bool:
        return self.lessons.abilities(model).penalties


@pytest.fixture
def owner(say: Any) -> Owner:
    return Owner(say)


def test_a_lesson_holds_for_its_model_is_kept_and_logged_once(owner: Owner) -> None:
    assert owner.penalties()
    owner.lessons.learn(PENALTIES, SAID)
    assert not owner.penalties() and owner.penalties("other")
    owner.now += 5
    owner.lessons.learn(PENALTIES, SAID)
    assert [one.at for one in owner.kept] == [1_000_000.0, 1_000_005.0]
    (line,) = owner.logged
    assert SAID in line.text and PENALTIES.words in line.text


def test_it_holds_for_googles_own_protocol_too_and_nothing_else_does(owner: Owner) -> None:
    owner.known = Abilities("m", thinking="level", levels=("LOW",), prefill=False, signatures=True)
    owner.lessons.learn(PENALTIES, SAID)
    owner.lessons.learn(Lesson("m", "thinking_level", "MINIMAL"), SAID)
    written = owner.lessons.abilities("m", as_written=True)
    assert (written.penalties, written.prefill, written.signatures) == (False, True, True)
    assert written.levels == ("LOW", "MEDIUM", "HIGH", "XHIGH")


def test_what_was_saved_holds_at_once_and_each_ends_by_itself(say: Any) -> None:
    older = Lesson("m", "seed", at=1_000_000.0 - LONGEST_S + 10)
    newer = Lesson("m", "penalties", at=1_000_000.0 - LONGEST_S + 20)
    owner = Owner(say, newer, older)
    assert owner.lessons.all() == (older, newer) and not owner.penalties()
    owner.now += 10
    assert owner.lessons.all() == (newer,) and owner.lessons.abilities("m").seed and not owner.penalties()
    owner.now += 10
    assert owner.penalties() and owner.lessons.all() == ()


def test_a_person_forgets_a_model_or_all(owner: Owner) -> None:
    for model in ("m", "n"):
        owner.lessons.learn(Lesson(model, "penalties"), SAID)
        owner.lessons.learn(Lesson(model, "seed"), SAID)
    assert owner.lessons.forget("m") == 2
    assert owner.penalties("m") and not owner.penalties("n")
    assert owner.lessons.forget() == 2 and owner.penalties("n")
    assert owner.dropped == ["m", None] and owner.lessons.forget("nobody") == 0
    owner.lessons.learn(PENALTIES, SAID)
    assert len(owner.logged) == 5, "what was forgotten is news again"


def test_the_number_is_bounded_and_the_oldest_go_first(owner: Owner) -> None:
    for number in range(MOST + 3):
        owner.lessons.learn(Lesson(f"m{number}", "penalties"), SAID)
    left = owner.lessons.all()
    assert len(left) == MOST and (left[0].model, left[-1].model) == ("m3", f"m{MOST + 2}")


def test_abilities_are_put_together_once_and_anew_when_something_changes(owner: Owner) -> None:
    first = owner.lessons.abilities("m")
    assert owner.lessons.abilities("m") is first
    owner.known = Abilities("m", seed=False)
    assert owner.lessons.abilities("m") == owner.known
    owner.lessons.learn(PENALTIES, SAID)
    assert not owner.penalties()
    assert owner.lessons.abilities("m") is owner.lessons.abilities("m")
