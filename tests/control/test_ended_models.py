"""What is told of the ends of models, when, and how often; what is learnt of them."""

from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ended_models import ModelEnds
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_discovery import with_dates
from gcli2api_tui.gemini.model_retirement import Retirement
from gcli2api_tui.messages.message import say

DAY_S = 86_400.0
MAY_1 = 1_809_129_600.0
"""2027-05-01."""
API = "gemini-api"


class Bench:
    """`old` ends on the API on May 31; `new` follows it."""

    def __init__(self, *, successors: bool = False) -> None:
        self.now, self.moved = MAY_1 - 60 * DAY_S, 0
        self.said: list[LogLine] = []
        self.here = {API}
        old = Model("old", frozenset({API, "vertex"}), ends={API: "2027-05-31"}, successor="new")
        new = Model("new", frozenset({API}))
        self.written = Catalogue({"old": old, "new": new, "own": Model("own", frozenset({API}), own=True)})
        self.ends = ModelEnds(
            self,
            lambda: self.here,
            Clock(now=lambda: self.now),
            self,  # type: ignore[arg-type]
            lambda: successors,
            self._moved,
        )

    @property
    def catalogue(self) -> Catalogue:
        return with_dates(self.written, self.ends.dates)

    def record(self, event: Any) -> None:
        self.said.append(event)

    def _moved(self) -> None:
        self.moved += 1

    def asked_on(self, day: int, model: str = "old") -> list[str]:
        """What the log says of a request on a day of May."""
        before, self.now = len(self.said), MAY_1 + (day - 1) * DAY_S + 3600
        self.ends.asked(model)
        self.ends.asked(model)
        return [line.text for line in self.said[before:]]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def gone() -> UpstreamFault:
    return UpstreamFault(FaultKind.MODEL, say("google.empty"), status=404)


def test_a_model_in_use_is_warned_of_once_in_its_last_month_and_daily_in_its_last_week(bench: Bench) -> None:
    told = [day for day in range(-10, 36) if bench.asked_on(day)]
    assert told == [1, 24, 25, 26, 27, 28, 29, 30]
    assert {line.level for line in bench.said} == {"warning"}


def test_while_a_model_is_quiet_asking_for_it_tells_nothing(bench: Bench) -> None:
    told = 0
    for hour in range(24 * 40):
        bench.now = MAY_1 - 5 * DAY_S + hour * 3600
        begins, over = bench.ends.quiet.get("old", (0.0, 0.0))
        before, quiet = len(bench.said), begins <= bench.now < over
        bench.ends.asked("old")
        assert not quiet or len(bench.said) == before
        told += len(bench.said) - before
    assert told == 8
    bench.ends.begin_anew()
    assert not bench.ends.quiet


def test_a_date_that_an_answer_confirms_need_not_be_told_again_in_this_catalogue(bench: Bench) -> None:
    bench.ends.told(API, Retirement("old", "2027-05-31"))
    bench.ends.told(API, Retirement("new", "2027-06-30"))
    bench.ends.told(API, Retirement("own", "2027-06-30"))
    assert bench.ends.confirmed == {("old", API): "2027-05-31"}
    bench.ends.begin_anew()
    assert not bench.ends.confirmed


def test_the_line_says_the_day_how_long_and_what_follows(bench: Bench) -> None:
    (line,) = bench.asked_on(26)
    assert "old" in line and "2027-05-31" in line and "5 days" in line and "new follows it" in line
    (last,) = bench.asked_on(30)
    assert "tomorrow" in last


def test_one_that_was_not_asked_for_in_time_is_told_of_when_it_is(bench: Bench) -> None:
    assert bench.asked_on(15) and not bench.asked_on(16)


def test_a_backend_that_comes_within_the_month_is_warned_of_the_same_day(bench: Bench) -> None:
    bench.here = {"vertex"}
    assert bench.asked_on(15) == []
    bench.here = {API}
    assert bench.asked_on(15)


def test_a_date_that_moves_into_the_month_is_warned_of(bench: Bench) -> None:
    bench.written = Catalogue({"old": Model("old", frozenset({API}), ends={API: "2027-12-31"})})
    assert bench.asked_on(15) == []
    bench.ends.told(API, Retirement("old", "2027-05-31"))
    assert "2027-05-31" in bench.asked_on(15)[-1]


def test_what_ends_where_no_credential_is_ends_for_nobody(bench: Bench) -> None:
    bench.here = {"vertex"}
    assert bench.asked_on(30) == []


@pytest.mark.parametrize("model", ["new", "nobody knows it"])
def test_what_has_no_date_is_not_spoken_of(bench: Bench, model: str) -> None:
    assert bench.asked_on(30, model) == []


def test_a_date_in_an_answer_is_learnt_said_once_and_wins_over_the_file(bench: Bench) -> None:
    for _ in range(3):
        bench.ends.told(API, Retirement("old", "2027-06-30"))
    assert len(bench.said) == bench.moved == 1
    assert "old" in bench.said[0].text and "2027-06-30" in bench.said[0].text
    assert bench.asked_on(30) == [] or "2027-06-30" in bench.said[-1].text


def test_a_date_that_is_known_or_of_nobodys_or_a_persons_model_teaches_nothing(bench: Bench) -> None:
    for model, day in (("old", "2027-05-31"), ("nobody", "2027-06-30"), ("own", "2027-06-30")):
        bench.ends.told(API, Retirement(model, day))
    assert bench.said == [] and bench.ends.dates == {}


def test_only_a_404_on_googles_day_or_later_is_about_the_model(bench: Bench) -> None:
    bench.now = MAY_1 + 29 * DAY_S
    assert not bench.ends.refused("old", API, gone())
    bench.now = MAY_1 + 30 * DAY_S
    forbidden = UpstreamFault(FaultKind.MODEL, say("google.empty"), status=403)
    assert not bench.ends.refused("old", API, forbidden)
    assert not bench.ends.refused("old", "vertex", gone()) and not bench.ends.refused("new", API, gone())
    assert bench.ends.refused("old", API, gone())


def test_where_it_may_be_asked_for(bench: Bench) -> None:
    bench.now = MAY_1 + 30 * DAY_S
    both = (API, "vertex")
    assert bench.ends.left("old", both) == both
    bench.ends.refused("old", API, gone())
    assert bench.ends.left("old", both) == (), "nobody here has a credential for the other"
    bench.here = {API, "vertex"}
    assert bench.ends.left("old", both) == ("vertex",)
    bench.now -= 2 * DAY_S
    assert bench.ends.left("old", both) == both, "a clock that went back does not keep it away"


def test_other_refusals_are_what_they_are() -> None:
    bench = Bench(successors=True)
    for problem in (NoCredential(say("pool.limits_are_0")), ClientFault(say("google.empty"), status=404), gone()):
        assert bench.ends.heir("old", problem) is None
        assert bench.ends.explained("old", problem) is problem


def test_who_answers_in_its_place() -> None:
    bench = Bench(successors=True)
    nobody_has_it = ClientFault(say("google.empty"), status=404, code="model_not_found")
    heir = bench.ends.heir("old", nobody_has_it)
    assert heir and heir.id == "new"
    assert bench.ends.heir("new", nobody_has_it) is None
    bench.here = {"vertex"}
    assert bench.ends.heir("old", nobody_has_it) is None, "nobody here serves the next one"
    said = bench.ends.explained("old", nobody_has_it).sentence
    assert "new" in said and "successors" not in said
