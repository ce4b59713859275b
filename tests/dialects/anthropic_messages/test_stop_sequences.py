from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.dialects.anthropic_messages.stop_sequences import Stops

TEXT = st.text(alphabet="ab", max_size=12)


def test_without_sequences_nothing_is_held_back():
    assert Stops(()).feed("words") == "words"


def test_only_what_could_begin_one_is_held_back():
    stops = Stops(["END"])
    assert [stops.feed(piece) for piece in ("one E", "N", "O ", "E")] == ["one ", "", "ENO ", ""]
    assert (stops.flush(), stops.flush(), stops.found) == ("E", "", "")


def test_after_one_nothing_comes():
    stops = Stops(["b"])
    assert [stops.feed(piece) for piece in ("abc", "d")] == ["a", ""]
    assert (stops.flush(), stops.found) == ("", "b")


@given(text=TEXT, sequences=st.lists(st.text(alphabet="ab", min_size=1, max_size=4), min_size=1, max_size=3))
def test_letter_by_letter_is_the_same_as_at_once(text, sequences):
    slow, fast = Stops(sequences), Stops(sequences)
    by_letter = "".join(map(slow.feed, text))
    at_once = fast.feed(text)
    assert (by_letter + slow.flush(), slow.found) == (at_once + fast.flush(), fast.found)
    assert fast.found or not any(one in text for one in sequences)
