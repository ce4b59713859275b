"""All that is known of models, as a person reads it: in the panel, by the command line, through the admin API.

In: a catalogue, the backends that have a credential, today, and what was learnt. Out: a row for each model, those that
lists show first; models that only a lesson names come last. Pure.
"""

from collections.abc import Collection, Iterable

from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.listing import listed
from gcli2api_tui.ledger.admin_rows import PLACES, LearntRow, ModelRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.state.ports import EndRow


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
