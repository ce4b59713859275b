"""What several keys draw on: the longer rest holds, and a budget is found by each of its names."""

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.pool.credential_state import Budget, Cooldown
from gcli2api_tui.pool.members import Projects


def rest(until):
    return Cooldown(until, FaultKind.RATE, "Google said no.", 0)


def test_the_longer_of_two_rests_holds():
    mine = Budget(cooldowns={"a": rest(10.0), "b": rest(20.0)})
    mine.absorb(Budget(cooldowns={"a": rest(20.0), "b": rest(10.0), "c": rest(5.0)}))
    assert mine.cooldowns == {"a": rest(20.0), "b": rest(20.0), "c": rest(5.0)}


def test_who_leaves_takes_rests_and_guesses_along_as_its_own():
    shared = Budget("shop", cooldowns={"a": rest(10.0)}, guesses={"a": 3})
    own = shared.parted()
    assert (own.project, own.cooldowns, own.guesses) == ("", {"a": rest(10.0)}, {"a": 3})
    own.cooldowns.clear()
    own.guesses.clear()
    assert (shared.cooldowns, shared.guesses) == ({"a": rest(10.0)}, {"a": 3})


def test_two_names_that_turn_out_to_be_one_project_lead_to_one_budget():
    projects, other = Projects(), Budget()
    by_label, by_number = projects.join("shop", Budget()), projects.join("123", Budget())
    assert projects.join("123", by_label) is by_number
    assert projects.join("shop", other) is by_number
    assert projects.join("lab", Budget()) is not by_number
    assert by_number.project == "123"
