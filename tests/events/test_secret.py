"""A secret must not be seen by accident, in any of the ways Python has to show a value."""

import dataclasses
import json
import traceback

import pytest

from gcli2api_tui.events.secret import MASK, Secret

PLANTED = "AIza-planted-0123456789"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    key: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(PLANTED)),
        repr(Secret(PLANTED)),
        f"{Secret(PLANTED)}",
        "%s %r" % (Secret(PLANTED), Secret(PLANTED)),  # noqa: UP031 - how log lines are put together
        repr(Holder(Secret(PLANTED))),
        repr(dataclasses.asdict(Holder(Secret(PLANTED)))),
        repr([Secret(PLANTED)]),
    ],
)
def test_it_is_masked_wherever_it_is_shown(shown: str) -> None:
    assert PLANTED not in shown
    assert MASK in shown


def test_json_refuses_it_rather_than_writing_it() -> None:
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(PLANTED)})


def test_a_traceback_with_it_as_argument_hides_it() -> None:
    error = ValueError("bad key", Secret(PLANTED))
    assert PLANTED not in "".join(traceback.format_exception(error))


def test_it_is_equal_by_value_and_never_to_a_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"


def test_an_empty_one_is_false() -> None:
    assert not Secret("")
    assert Secret("x")


def test_a_fingerprint_tells_duplicates_without_the_text() -> None:
    assert Secret(PLANTED).fingerprint() == Secret(PLANTED).fingerprint() != Secret("other").fingerprint()
    assert Secret(PLANTED).fingerprint() not in PLANTED
    assert len(Secret(PLANTED).fingerprint()) == 16
