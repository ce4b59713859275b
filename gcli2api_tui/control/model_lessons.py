"""What was learnt of models, from all who learn: seen and forgotten together.

In: the lessons of Google's refusals, the ends of models, the pool's memory of models that a credential may not have.
Out: rows for people; `forget`, after which Google is asked again; where no server runs, the same of its state.db.
"""

from collections.abc import Callable
from dataclasses import replace

from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.control.model_ends import ModelEnds
from gcli2api_tui.control.model_rows import model_rows
from gcli2api_tui.control.ports import Answer, Done, Refused
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.lessons import Lessons
from gcli2api_tui.state.ports import Store


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
