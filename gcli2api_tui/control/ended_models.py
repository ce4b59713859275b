"""What is known of the ends of models: Google's 404s, remembered for a day, and its dates, as files and answers tell.

In: Google's refusals and answers, and which models clients ask for. Out: where a model may still be asked for, who
answers in its place, and a line in the log before Google's day. Dates hide and warn; only a 404 refuses. One for each
runtime.
"""

import math
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import InitVar, field
from datetime import UTC, date, datetime
from typing import Literal, Protocol

from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.events.problems import ClientFault, Problem, UpstreamFault
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.gemini.catalogue import HoldsCatalogue, Model
from gcli2api_tui.gemini.model_retirement import Retirement, following
from gcli2api_tui.ledger.admin_rows import PLACES
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import NOTHING, Message, joined, quoted, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import EndRow

DAY_S = 86_400.0
REMEMBERED_S = DAY_S
"""A model that Google did not find is asked for again a day later."""
WARNED_DAYS = 30
DAILY_DAYS = 7
"""Of a model in use it is told once that it ends within a month, and each day of the last week."""
LONGEST = 600
"""Characters of Google's words."""
NOT_FOUND = "model_not_found"

Place = tuple[str, str]
"""(model, backend)"""


class Keep(Protocol):
    """The store."""

    def put_end(self, row: EndRow) -> None: ...

    def drop_ends(self, model: str | None) -> None: ...


@dataclass(slots=True)
class ModelEnds:
    """Implements `relay.ports.ModelEnds`. `present` are the backends that have a credential."""

    models: HoldsCatalogue
    present: Callable[[], Set[str]]
    clock: Clock
    recorder: Recorder
    successors: Callable[[], bool] = lambda: False
    """The setting."""
    on_moved: Callable[[], None] = lambda: None
    """Something was learnt that the lists of models show."""
    store: Keep | None = None
    saved: InitVar[Iterable[EndRow]] = ()
    dates: dict[Place, str] = field(default_factory=dict)
    """As Google's answers told them."""
    gone: dict[Place, EndRow] = field(default_factory=dict)
    """Google's 404s, those that count no more among them: most requests find none here, and ask no further."""
    _dated: dict[Place, EndRow] = field(default_factory=dict)
    _told: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Model in use → the day on which its end was told last, and how many days were left."""
    quiet: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Model in use → from when until when none of its ends has to be told, in this catalogue: most ask no further."""
    confirmed: dict[Place, str] = field(default_factory=dict)
    """Where answers told the day that this catalogue has: the same again is no news."""

    def __post_init__(self, saved: Iterable[EndRow]) -> None:
        for row in saved:
            self._put(row)

    def _put(self, row: EndRow) -> None:
        place = row.model, row.backend
        if row.kind == "date":
            self._dated[place], self.dates[place] = row, row.said
        else:
            self.gone[place] = row

    def _learn(self, row: EndRow) -> None:
        self._put(row)
        if self.store:
            self.store.put_end(row)

    def heard(self, row: EndRow) -> None:
        """Another instance was told by Google."""
        self._put(row)
        self.on_moved()

    # What the relay asks

    def left(self, model: str, backends: Collection[str]) -> tuple[str, ...]:
        """None at all where those that are left have no credential anyhow."""
        left = [one for one in backends if not self._is_gone(model, one)]
        return tuple(left) if len(left) == len(backends) or self.present() & {*left} else ()

    def remembered(self, model: str) -> Problem:
        found = (row.said for row in self.gone.values() if row.model == model)
        return _not_found(quoted(next(found)))

    def refused(self, model: str, backend: str, fault: UpstreamFault) -> bool:
        """On Google's day and after it, a 404 is about the model. Before it, it may be about who asks for it."""
        known = self.models.catalogue.models.get(model)
        if fault.status != 404 or known is None or not known.ended(backend, self._today()):
            return False
        self._learn(EndRow(model, backend, "404", str(fault.message)[:LONGEST], self.clock.now()))
        self._log("info", say("ends.gone", model=model, place=PLACES[backend], said=fault.message))
        return True

    def heir(self, model: str, problem: Problem) -> Model | None:
        return self._next(model) if self.successors() and _has_ended(problem) else None

    def explained(self, model: str, problem: Problem) -> Problem:
        known = self.models.catalogue.models.get(model)
        if not _has_ended(problem) or known is None or not known.successor:
            return problem
        heir = self._next(model)
        way_out = say(
            "ends.ask_successor" if heir and not self.successors() else "ends.successor_gone",
            next=heir.id if heir else known.successor,
        )
        return _not_found(problem.message, way_out)

    def _next(self, model: str) -> Model | None:
        """The first in Google's row that lives; where all have ended by their dates, the last that was not refused."""
        chain = [one for one in following(model, self.models.catalogue.models) if self._may_answer(one)]
        living = (one for one in chain if not one.over(self.present(), self._today()))
        return next(living, chain[-1] if chain else None)

    def _may_answer(self, model: Model) -> bool:
        return any(not self._is_gone(model.id, one) for one in model.backends.intersection(self.present()))

    def _is_gone(self, model: str, backend: str) -> bool:
        gone = self.gone.get((model, backend))
        return gone is not None and self._holds(gone)

    def _holds(self, row: EndRow) -> bool:
        """A clock that went back makes nothing last longer."""
        return row.kind == "date" or abs(self.clock.now() - row.at) < REMEMBERED_S

    def begin_anew(self) -> None:
        """There is another catalogue."""
        self.quiet.clear()
        self.confirmed.clear()

    # What answers tell

    def told(self, backend: str, retirement: Retirement) -> None:
        known = self.models.catalogue.models.get(retirement.model)
        if known is None or known.own:
            return
        if known.ends.get(backend) == retirement.day:
            self.confirmed[known.id, backend] = retirement.day
            return
        self._learn(EndRow(known.id, backend, "date", retirement.day, self.clock.now()))
        self._log("info", say("ends.told", model=known.id, place=PLACES[backend], day=retirement.day))
        self.on_moved()

    # What people see and may forget

    def known(self) -> tuple[EndRow, ...]:
        """What holds now, oldest first."""
        rows = (*self.gone.values(), *self._dated.values())
        return tuple(sorted(filter(self._holds, rows), key=lambda row: row.at))

    def forget(self, model: str | None) -> int:
        """How much is forgotten: of a model, or all. It is asked of Google again."""
        held = [row for row in self.known() if model in (None, row.model)]
        if self.store:
            self.store.drop_ends(model)
        self.heard_forgotten(model)
        return len(held)

    def heard_forgotten(self, model: str | None) -> None:
        """A person forgot it, here or at another instance."""
        for rows in (self.gone, self._dated, self.dates):
            for place in [place for place in rows if model in (None, place[0])]:
                del rows[place]
        self.on_moved()

    # What people are told

    def asked(self, model: str) -> None:
        if known := self.models.catalogue.models.get(model):
            self._warn(known)
            self.quiet[model] = self._quiet_span(known)

    def _warn(self, model: Model) -> None:
        """Before Google's day, at most once a day."""
        ends, today = model.last_day(self.present()), self._today()
        left = days_between(today, ends) if ends else 0
        told_on, told_left = self._told.get(model.id, ("", WARNED_DAYS + 1))
        if not 0 < left <= WARNED_DAYS or told_on == today or (left > DAILY_DAYS and told_left <= WARNED_DAYS):
            return
        self._told[model.id] = today, left
        follows = say("ends.follows", next=model.successor) if model.successor else NOTHING
        self._log("warning", joined(say("ends.soon", model=model.id, day=ends, n=left), follows))

    def _quiet_span(self, model: Model) -> tuple[float, float]:
        """The rest of the day on which it was told; else from its last end, in UTC, until its next one comes near."""
        now = self.clock.now()
        told_on, _ = self._told.get(model.id, ("", 0))
        if told_on == self._today():
            return now - now % DAY_S, now - now % DAY_S + DAY_S
        near_s = (DAILY_DAYS if told_on else WARNED_DAYS) * DAY_S
        days = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day in model.ends.values()]
        last = max((day for day in days if day <= now), default=-math.inf)
        return last, min((day for day in days if day > now), default=math.inf) - near_s

    def _today(self) -> str:
        return day_of(self.clock.now())

    def _log(self, level: Literal["info", "warning"], text: Message) -> None:
        self.recorder.record(LogLine(self.clock.now(), level, "models", text))


def days_between(day: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(day)).days


def _has_ended(problem: Problem) -> bool:
    """Nobody here has the model."""
    return isinstance(problem, ClientFault) and problem.code == NOT_FOUND


def _not_found(words: Message, way_out: Message = NOTHING) -> ClientFault:
    way_out = way_out or say("pool.choose_another_model")
    return ClientFault(words, param="model", status=404, code=NOT_FOUND, way_out=way_out)
