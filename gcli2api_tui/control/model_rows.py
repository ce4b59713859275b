"""All that is known of models, as a person reads it: in the panel, by the command line, through the admin API.

In: a catalogue, the backends that have a credential, today, and what was learnt by all who learn: of Google's refusals,
of the ends of models, of models that a credential may not have. Out: a row for each model, those that lists show first;
`forget`, after which Google is asked again. Metrics and traces call an unknown model `other`: clients may send any
text, and nobody makes rows without end.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.control.ended_models import ModelEnds
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.events.problems import ClientFault, FaultKind
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.catalogue import Catalogue, HoldsCatalogue, Model
from gcli2api_tui.gemini.model_choices import listed
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.ledger.admin_rows import PLACES, LearntRow, ModelRow
from gcli2api_tui.ledger.metrics import OTHER
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.state.ports import EndRow, Store


def model_rows(
    catalogue: Catalogue, backends: Collection[str], day: str, lessons: Iterable[Lesson], ends: Iterable[EndRow]
) -> tuple[ModelRow, ...]:
    """`day` is today, as YYYY-MM-DD."""
    learnt: dict[str, list[LearntRow]] = {}
    for lesson in lessons:
        learnt.setdefault(lesson.model, []).append(LearntRow(lesson.sentence, lesson.words, lesson.at))
    for row in ends:
        learnt.setdefault(row.model, []).append(_of_end(row))
    shown = frozenset(listed(catalogue, backends, day=day))
    known = sorted(catalogue.models.values(), key=lambda model: model.id not in shown)
    rows = [_row(model, backends, model.id in shown, learnt.pop(model.id, ())) for model in known]
    others = (ModelRow(name, listed=False, learnt=_in_order(found)) for name, found in learnt.items())
    return (*rows, *others)


def _row(model: Model, backends: Collection[str], shown: bool, learnt: Iterable[LearntRow]) -> ModelRow:
    return ModelRow(
        model.id,
        model.role,
        tuple(sorted(model.backends)),
        shown,
        tuple(sorted(model.ends.items())),
        model.last_day(backends),
        model.successor,
        _in_order(learnt),
    )


def _of_end(row: EndRow) -> LearntRow:
    place = PLACES.get(row.backend, row.backend)
    if row.kind == "date":
        return LearntRow(say("ends.told", model=row.model, day=row.said, place=place), "", row.at)
    return LearntRow(say("ends.refused", model=row.model, place=place), row.said, row.at)


def _in_order(learnt: Iterable[LearntRow]) -> tuple[LearntRow, ...]:
    return tuple(sorted(learnt, key=lambda one: one.at))


@dataclass(frozen=True, slots=True)
class Learnt:
    """One for each runtime."""

    catalogue: Callable[[], Catalogue]
    pool: Pool
    lessons: Lessons
    ends: ModelEnds
    clock: Clock

    def rows(self) -> tuple[ModelRow, ...]:
        today = day_of(self.clock.now())
        return model_rows(self.catalogue(), self.pool.backends(), today, self.lessons.all(), self.ends.known())

    def forget(self, model: str | None) -> Answer:
        """Of a model, or of all."""
        return _told(model, self.lessons.forget(model) + self.ends.forget(model) + self.pool.forget_model(model))


def forget_saved(store: Store, model: str | None) -> Answer:
    """What the store keeps of it; nobody else may hold the store."""
    saved = store.load()
    refused = [row for row in saved.cooldowns if row.kind == FaultKind.MODEL and model in (None, row.model)]
    for row in refused:
        store.set_cooldown(replace(row, until=0))
    store.drop_lessons(model)
    store.drop_ends(model)
    learnt = [row.model for row in saved.lessons] + [row.model for row in saved.ends]
    return _told(model, len(refused) + sum(model in (None, one) for one in learnt))


def _told(model: str | None, forgotten: int) -> Answer:
    if model is None:
        return Done(say("learnt.forgotten", n=forgotten) if forgotten else say("learnt.nothing"))
    if not forgotten:
        return Refused(say("learnt.nothing_of", model=model), say("learnt.see"))
    return Done(say("learnt.forgotten_of", model=model, n=forgotten))


KEPT = 256


class ModelLabels(dict[str, str]):
    """By the name that a client wrote; to be cleared when there is another catalogue."""

    def __init__(self, models: HoldsCatalogue) -> None:
        super().__init__()
        self._models = models

    def __missing__(self, name: str) -> str:
        if len(self) >= KEPT:
            self.clear()
        label = self[name] = _label(name, self._models.catalogue)
        return label


def _label(name: str, catalogue: Catalogue) -> str:
    try:
        model = resolve(name, catalogue).model.id
    except ClientFault:
        return OTHER
    return model if model in catalogue.models else OTHER
