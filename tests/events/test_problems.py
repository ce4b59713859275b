"""Every error carries a sentence, and knows where it belongs."""

import pytest

from gcli2api_tui.events import problems
from gcli2api_tui.events.problems import FaultKind, ImportRefused, NoCredential, Problem, UpstreamFault


def test_the_way_out_follows_the_message() -> None:
    assert Problem("The port is taken.", "Choose another.").sentence == "The port is taken. Choose another."
    assert Problem("The port is taken.").sentence == "The port is taken."


@pytest.mark.parametrize(
    ("field", "expected"),
    [("", "a.json: It is no JSON. Save it again."), ("token", "a.json, field token: It is no JSON. Save it again.")],
)
def test_a_refused_import_names_the_place(field: str, expected: str) -> None:
    assert ImportRefused("It is no JSON.", file="a.json", field=field, way_out="Save it again.").sentence == expected


def test_all_errors_of_ours_are_in_one_tree() -> None:
    ours = [kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(ours) > 5
    assert all(issubclass(kind, Problem) for kind in ours)


def test_an_unknown_wait_is_not_a_wait_of_nothing() -> None:
    assert NoCredential("All need a login.").retry_after_s is None
    assert UpstreamFault(FaultKind.RATE, "Slow down.").hint_s is None
