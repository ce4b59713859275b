"""What Google's refusals taught about its models: the one owner, asked for a model's abilities before every request.

In: lessons, each learnt when a repaired request was answered, and those saved at the last stop. Out: a model's
Abilities with what was learnt of it. Invariants: a lesson holds for LONGEST_S, then Google may be asked again; at most
MOST are held, the oldest go first; abilities are put together once for a model and not for every request.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import Event, LogLine
from gcli2api_tui.gemini.abilities import Abilities, Lesson, open_to, taught
from gcli2api_tui.gemini.catalogue import HoldsCatalogue, Model, abilities_of
from gcli2api_tui.gemini.repairs import Repair
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

LONGEST_S = 14 * 86_400.0
MOST = 500
_MOST_REMEMBERED = 1_000
"""Names that pass unknown are the client's."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of a change; each is called at once and must not wait."""

    record: Callable[[Event], None] = lambda event: None
    """The ledger's: a log line, once for each lesson."""
    keep: Callable[[Lesson], None] = lambda lesson: None
    """Store it: put, or replace the one of the same key."""
    drop: Callable[[str | None], None] = lambda model: None
    """Delete what is stored of a model, or all."""


class Lessons:
    """One per server. `models`: what is known of them by name, files and lists."""

    def __init__(
        self, clock: Clock, models: HoldsCatalogue, told: Told | None = None, saved: Iterable[Lesson] = ()
    ) -> None:
        self._clock = clock
        self._models = models
        self._told = told or Told()
        self._lessons: dict[tuple[str, str, str], Lesson] = {}
        self._abilities: dict[tuple[str, bool], tuple[Model | None, Abilities]] = {}
        """With the model as the catalogue had it then; None for one that passes unknown."""
        self._next_end = float("inf")
        for lesson in sorted(saved, key=lambda one: one.at):
            self._put(lesson)

    def abilities(self, model: str, *, as_written: bool = False) -> Abilities:
        """What the model takes. `as_written`: only what Google itself has refused is missing from it."""
        if self._clock.now() >= self._next_end:
            self._expire()
        known = self._models.catalogue.models.get(model)
        remembered = self._abilities.get((model, as_written))
        if remembered and remembered[0] is known:
            return remembered[1]
        base = abilities_of(model, self._models.catalogue)
        lessons = (one for one in self._lessons.values() if one.model == model)
        found = taught(open_to(base) if as_written else base, lessons)
        if len(self._abilities) >= _MOST_REMEMBERED:
            self._abilities.clear()
        self._abilities[model, as_written] = known, found
        return found

    def all(self) -> tuple[Lesson, ...]:
        """The newest last."""
        self._expire()
        return tuple(self._lessons.values())

    def proved(self, repairs: Iterable[Repair]) -> None:
        """Google has taken a request that was repaired so."""
        for repair in repairs:
            if repair.lesson:
                self.learn(repair.lesson, repair.said)

    def learn(self, lesson: Lesson, said: Message) -> None:
        """`said`: what was changed in the request that taught it; `at` is set here."""
        new = lesson.key not in self._lessons
        lesson = replace(lesson, at=self._clock.now())
        self._put(lesson)
        self._told.keep(lesson)
        if new:
            words = say("log.learnt", said=said, words=lesson.words)
            self._told.record(LogLine(lesson.at, "info", "google", words))

    def forget(self, model: str | None = None) -> int:
        """How many lessons are gone: a model's, or all. What was refused is asked of Google again."""
        gone = [key for key in self._lessons if model in (None, key[0])]
        for key in gone:
            del self._lessons[key]
        self._abilities.clear()
        self._told.drop(model)
        return len(gone)

    def heard(self, lesson: Lesson) -> None:
        """Another instance has learnt it."""
        self._put(lesson)

    def heard_forgotten(self, model: str | None) -> None:
        """A person made another instance forget it."""
        self._lessons = {key: one for key, one in self._lessons.items() if model not in (None, key[0])}
        self._changed()

    def _put(self, lesson: Lesson) -> None:
        self._lessons.pop(lesson.key, None)
        self._lessons[lesson.key] = lesson
        while len(self._lessons) > MOST:
            del self._lessons[next(iter(self._lessons))]
        self._changed()

    def _expire(self) -> None:
        now = self._clock.now()
        if now < self._next_end:
            return
        self._lessons = {key: one for key, one in self._lessons.items() if now - one.at < LONGEST_S}
        self._changed()

    def _changed(self) -> None:
        self._abilities.clear()
        self._next_end = min((one.at for one in self._lessons.values()), default=float("inf")) + LONGEST_S
