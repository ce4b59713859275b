"""Learns in the background what the pool's credentials can serve, and holds the catalogue that follows from it.

In: the pool's credentials, asked once when they come or change and again every few hours. Out: `catalogue`, replaced as
a whole. No request waits for it, and no failure here costs a credential anything: what is not learned stays as the
files say.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field

from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId, LogLine
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_choices import likely, listed, probes, suggested
from gcli2api_tui.gemini.model_discovery import DiscoveredModel, Lists, discovered, with_dates
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.ledger.snapshot import ModelsToName
from gcli2api_tui.messages.message import Message, in_a_row, say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.ports import ListsModels

EVERY_S = 4 * 3600.0
RETRY_S = 600.0
PAUSE_S = 1.0
"""Between two looks at the pool."""

AT_ONCE = 2
"""Most credentials asked at the same time: a thousand that were imported must not hold up who streams."""


Offers = tuple[DiscoveredModel, ...]


@dataclass(slots=True)
class ModelLists:
    """One for each runtime. `backends` are those that have a list to tell."""

    catalogue: Catalogue
    pool: Pool
    recorder: Recorder
    clock: Clock
    backends: Mapping[str, ListsModels] = field(default_factory=dict)
    dates: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(model, backend) → the day of its end there, as Google's answers told it."""
    followers: list[Callable[[], None]] = field(default_factory=list)
    """Called when there is another catalogue: whoever keeps what it made of the last one begins anew."""
    _written: Catalogue = field(init=False)
    """As the files say."""
    _told: dict[CredentialId, tuple[float, Offers]] = field(default_factory=dict)
    _offers: dict[Offers, Offers] = field(default_factory=dict)
    """Each list once, however many told it."""
    _ended: set[str] = field(default_factory=set)
    """Models of which it was told that they have ended."""
    _failing: set[CredentialId] = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._written = self.catalogue

    @property
    def written(self) -> Catalogue:
        """As the files say, which is what the next start knows."""
        return self._written

    def rewrite(self, change: Callable[[Catalogue], Catalogue]) -> None:
        """The person's own names are others from now on, in what the files say and in what was learnt."""
        self._written = change(self._written)
        self._replace(change(self.catalogue))

    def _replace(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        for begin_anew in self.followers:
            begin_anew()

    def forget(self, identity: CredentialId) -> None:
        """A credential came, changed or went: ask again soon."""
        self._told.pop(identity, None)
        self._moved.set()

    def backends_of(self, model: str) -> Collection[str]:
        """Which serve it; none of a name that is not known."""
        known = self.catalogue.models.get(model)
        return known.backends if known else ()

    async def keep_learning(self) -> None:
        """Until cancelled. What an import of hundreds brings one after the other is looked at together."""
        while True:
            self._moved.clear()
            await self.learn()
            await asyncio.sleep(PAUSE_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), RETRY_S if self._failing else EVERY_S)

    def named(self) -> ModelsToName:
        """The same, and of what is not served yet what probably will be."""
        served, probably = self.to_name(), likely(self._written, day_of(self.clock.now()))
        return ModelsToName(**{role: getattr(served, role) or name for role, name in probably.items()})

    def probes(self) -> list[str]:
        """Models to try a credential of Vertex AI with: those most likely to be there, and not only one."""
        return probes(self.catalogue, "vertex", day_of(self.clock.now()))

    def to_name(self) -> ModelsToName:
        """What to name to a person's clients, of all that the pool serves now."""
        there = listed(self.catalogue, self.pool.backends(), day=day_of(self.clock.now()))
        return ModelsToName(**suggested(self.catalogue, there))

    async def learn(self) -> None:
        """Ask who has not told, or long ago; then make the catalogue anew."""
        now = self.clock.now()
        asked = (one for one in self.pool.usable() if one.backend in self.backends)
        due = [one for one in asked if now - self._told.get(one.id, (-EVERY_S, ()))[0] >= EVERY_S]
        waiting = iter(due)
        await asyncio.gather(*(self._ask_all(waiting) for _ in range(min(AT_ONCE, len(due)))))
        self.renew()

    async def _ask_all(self, waiting: Iterator[Credential]) -> None:
        for credential in waiting:
            await self._ask(credential)

    async def _ask(self, credential: Credential) -> None:
        try:
            offered = tuple(await self.backends[credential.backend].offered(credential))
        except Problem as problem:
            self._failed(credential, problem)
            return
        self._told[credential.id] = (self.clock.now(), self._offers.setdefault(offered, offered))
        self._failing.discard(credential.id)

    def _failed(self, credential: Credential, problem: Problem) -> None:
        """Told once until it works again; what was learned before still counts.

        A sign-in that is dead is dead for requests too. Other refusals may be of this one method.
        """
        if isinstance(problem, UpstreamFault) and problem.kind is FaultKind.NEEDS_LOGIN:
            self.pool.mark(credential.id, problem)
        if credential.id not in self._failing:
            self._failing.add(credential.id)
            self._log(say("models.not_told", label=credential.label, said=problem.message))

    def renew(self) -> None:
        """The catalogue anew, of what is known now.

        Those that a person switched off or that wait for one count for nothing: they are not used either.
        """
        usable = self.pool.usable()
        there = {one.id for one in usable}
        self._failing &= there
        self._told = {identity: told for identity, told in self._told.items() if identity in there}
        kept = {id(offers) for _, offers in self._told.values()}
        self._offers = {offers: offers for offers in self._offers if id(offers) in kept}
        told = {name: self._lists(name, usable) for name in {one.backend for one in usable} & self.backends.keys()}
        day = day_of(self.clock.now())
        present = {one.backend for one in usable}
        written = with_dates(self._written, self.dates)
        before = self.catalogue
        self._replace(with_dates(discovered(written, told, present, day), self.dates))
        if new := self.catalogue.models.keys() - self._written.models.keys() - before.models.keys():
            self._log(say("models.new", names=", ".join(sorted(new))))
        if gone := self.catalogue.unlisted - before.unlisted:
            self._log(say("models.unlisted", names=", ".join(sorted(gone))))
        self._tell_ends(written, present, day)

    def _tell_ends(self, written: Catalogue, present: Collection[str], day: str) -> None:
        """Once for each date of Google's that has come: what is not listed for it, and what follows."""
        over = {name: model for name, model in written.models.items() if model.over(present, day)}
        if new := over.keys() - self._ended:
            ends = [_followed(name, over[name].successor) for name in sorted(new)]
            self._log(say("models.ended", names=in_a_row(*ends)))
        self._ended |= over.keys()

    def _lists(self, backend: str, usable: Sequence[Credential]) -> Lists:
        """Most credentials of a backend tell the same: each list is walked once."""
        there = [one.id for one in usable if one.backend == backend]
        lists = {id(told[1]): told[1] for identity in there if (told := self._told.get(identity))}
        offered = {offer.id: offer for told in lists.values() for offer in told}
        complete = all(identity in self._told for identity in there)
        return Lists(tuple(offered.values()), complete, self.backends[backend].describes_models)

    def _log(self, text: Message) -> None:
        self.recorder.record(LogLine(self.clock.now(), "info", "models", text))


def _followed(name: str, successor: str) -> Message:
    return say("models.follows", name=name, next=successor) if successor else say("models.no_successor", name=name)
