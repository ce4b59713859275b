"""What the dashboard and the wall read of running answers costs little, however long they are and however many."""

import pytest

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page, Passage
from gcli2api_tui.tui.paint.cells import Wrapped
from gcli2api_tui.tui.widgets import dashboard_views
from gcli2api_tui.tui.widgets.dashboard_views import KEPT, Tails

ONE = ExchangeId(1)


class Growing:
    """One answer."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def read(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        passages = (Passage("answer", self.text[from_offset:]),) if len(self.text) > from_offset else ()
        return Page(exchange, len(self.text), passages, len(self.text), complete=True)


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters were wrapped each time."""
    sizes: list[int] = []

    class Counted(Wrapped):
        def feed(self, text: str) -> None:
            sizes.append(len(text))
            super().feed(text)

    monkeypatch.setattr(dashboard_views, "Wrapped", Counted)
    return sizes


def test_one_line_of_an_answer_wraps_nothing(fed: list[int]) -> None:
    """Twenty answers of which each had one line were wrapped two cells wide: 15 ms of each frame."""
    growing = Growing()
    tails = Tails(growing.read)
    for number in range(20):
        growing.text += f"word {number} "
        assert tails.lines(ONE, 40, 1)[0].endswith(f"word {number}")
    assert not fed


def test_of_an_answer_that_grows_only_what_is_new_is_wrapped(fed: list[int]) -> None:
    growing = Growing("An answer. " * 50)
    tails = Tails(growing.read)
    tails.lines(ONE, 40, 3)
    fed.clear()
    growing.text += "more words"
    assert tails.lines(ONE, 40, 3)[-1].endswith("more words")
    assert fed == [len("more words")]


def test_an_answer_of_a_megabyte_is_wrapped_from_near_its_end(fed: list[int]) -> None:
    growing = Growing("words " * 200_000 + "the end")
    assert Tails(growing.read).lines(ONE, 40, 3)[-1].endswith("the end")
    assert sum(fed) <= 2 * KEPT


def test_of_an_answer_faster_than_it_is_looked_at_only_what_is_seen_is_wrapped(fed: list[int]) -> None:
    """Eleven tiles of three lines were a fifth of a frame: ten times as much was wrapped as stood there."""
    growing = Growing()
    tails = Tails(growing.read)
    for number in range(20):
        growing.text += "word " * 1000 + f"no. {number}"
        assert tails.lines(ONE, 40, 3)[-1].endswith(f"no. {number}")
    assert sum(fed) < 20 * 1000


def test_a_tile_shows_the_same_lines_while_it_grows_and_more_when_it_gets_taller() -> None:
    growing = Growing()
    tails = Tails(growing.read)
    whole = Wrapped(40)
    for number in range(400):
        text = f"word {number} " + "\n" * (number % 9 == 0)
        growing.text += text
        whole.feed(text)
        expected = whole.lines
        while not expected[-1].strip():
            expected.pop()
        assert tails.lines(ONE, 40, 5) == expected[-5:]
    assert tails.lines(ONE, 40, 30) == expected[-30:]
    assert tails.lines(ONE, 40, 5) == expected[-5:]


def test_however_many_blank_lines_an_answer_ends_in_its_tile_is_full() -> None:
    growing = Growing("\n".join(f"line {number}" for number in range(9)))
    tails = Tails(growing.read)
    for piece in ("\n", "\n \n\n", " ", "\n" * 3 * KEPT):
        growing.text += piece
        assert tails.lines(ONE, 40, 3) == ["line 6", "line 7", "line 8"]
    growing.text += "more"
    assert tails.lines(ONE, 40, 3) == ["", "", "more"]


def test_an_answer_takes_the_place_of_the_thoughts_before_it() -> None:
    passages = [Passage("thought", "so it must be"), Passage("answer", "Yes.")]
    tails = Tails(lambda exchange, offset: Page(exchange, 1, tuple(passages[offset:]), 2, complete=True))
    assert tails.lines(ONE, 40, 3) == ["Yes."]
