"""Several instances, one truth: what others did goes to the parts that remember it, on the loop and in order.

In: news from the store's thread, and the signs of life of the others. Out: memory that follows within a second, without
a round trip for any request; and this instance's own sign of life.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import Gate
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import instance_name
from gcli2api_tui.control.ended_models import ModelEnds
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.ledger.snapshot import InstanceRow
from gcli2api_tui.pool.affinity import Owners
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.relay.signature_memory import Signatures
from gcli2api_tui.state.ports import BindingRow, CooldownRow, EndRow, OwnedRow, Saved
from gcli2api_tui.state.postgresql import replication_events as told
from gcli2api_tui.state.postgresql.initial_state import come_since
from gcli2api_tui.state.postgresql.signs_of_life import Instance, Life
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.control.local_control import LocalControl
    from gcli2api_tui.relay_wiring import Core
    from gcli2api_tui.server.services import Services
    from gcli2api_tui.state.postgresql.store import PostgresStore

T = TypeVar("T")

RATE_S = 10.0
"""Requests per minute are those of so long."""


@dataclass(slots=True)
class Replication:
    """One for each runtime of several."""

    clock: Clock
    pool: Pool
    gate: Gate
    lessons: Lessons
    ends: ModelEnds
    owners: Owners
    signatures: Signatures
    setting: Callable[[str, str | None], None]
    """All go by it from now on."""
    locked_out: Callable[[str, float], None]
    """Who guesses keys, and until when wrong ones from there are not looked at."""
    moved: Callable[[str, str], None]
    """A session of the page, say, was changed or ended elsewhere."""
    rescan: Callable[[], Awaitable[None]]
    """The credentials' registry looks at what others did to them."""
    served: Callable[[], int]
    """Requests so far."""
    life: Life
    tell: Callable[[tuple[InstanceRow, ...]], None]
    """Who lives, this one among them, whenever that has changed."""
    rows: tuple[InstanceRow, ...] = ()
    _known: Saved = Saved()
    """What memory began with."""
    _rescan_due: bool = False
    _counted: list[tuple[float, int]] = field(default_factory=list)

    def begin(self, store: "PostgresStore", saved: Saved) -> None:
        """On the loop. `saved`: what the store had at the start."""
        self._known = saved
        self._set(saved)
        loop = asyncio.get_running_loop()

        def on_loop(work: Callable[[T], None], found: T) -> None:
            with suppress(RuntimeError):  # the program has ended
                loop.call_soon_threadsafe(work, found)

        store.follow(
            hear=lambda news: on_loop(self.hear, news),
            meet=lambda found: on_loop(self.meet, found),
            late=lambda saved: on_loop(self.late, saved),
            life=lambda: self.life,
        )

    def hear(self, news: Sequence[told.News]) -> None:
        for one in news:
            self._follow(one)

    def meet(self, found: tuple[Instance, ...]) -> None:
        """Once a second."""
        rows = tuple(map(_row, found))
        if rows != self.rows:
            self.rows = rows
            self.tell(rows)
        elsewhere: Counter[CredentialId] = Counter()
        clients: Counter[ClientKeyId] = Counter()
        for one in found:
            if not one.own:
                elsewhere.update(one.life.in_flight)
                clients.update(one.life.clients)
        self.pool.replica.in_flight(elsewhere)
        self.gate.in_flight(clients)
        flights = self.pool.replica.flights(), self.gate.flights()
        self.life = replace(self.life, per_minute=self._per_minute(), in_flight=flights[0], clients=flights[1])

    def late(self, saved: Saved) -> None:
        """The database answered after the start: only what has come since it was last known is added."""
        saved, over = come_since(self._known, saved)
        self._set(saved)
        self.hear(over)
        self.pool.restore(saved)
        self.hear((*saved.lessons, *saved.ends, *saved.owned, *saved.client_keys))
        self.hear((*saved.client_uses, *saved.client_seconds))
        self.hear([told.SignatureKept(key, signature) for key, signature in saved.signatures.items()])
        self.hear([told.CredentialsMoved()])

    def _set(self, saved: Saved) -> None:
        for name, text in saved.settings:
            self.setting(name, text)
        for address, until in saved.lockouts:
            self.locked_out(address, until)

    def _per_minute(self) -> float:
        now, count = self.clock.monotonic(), self.served()
        self._counted = [one for one in self._counted if now - one[0] <= RATE_S] + [(now, count)]
        since, before = self._counted[0]
        return (count - before) * 60.0 / max(RATE_S, now - since)

    def _follow(self, one: told.News) -> None:
        match one:
            case told.RequestsAdded():
                self.pool.replica.requests(one.credential, one.model, one.window_start, one.count)
            case told.LimitLearnt():
                self.pool.replica.limit(one.credential, one.model, one.limit, one.source)
            case CooldownRow():
                self.pool.replica.cooldown(one)
            case BindingRow():
                self.pool.replica.binding(one)
            case told.SignatureKept():
                self.signatures.heard(one.key, one.signature)
            case OwnedRow():
                self.owners.heard(one)
            case ClientUse() | ClientSecond():
                self.gate.heard(one)
            case ClientKey():
                self.gate.keys.heard(one)
            case told.CredentialsMoved():
                self._rescan_soon()
            case _:
                self._learn(one)

    def _learn(self, one: told.News) -> None:
        match one:
            case Lesson():
                self.lessons.heard(one)
            case told.LessonsDropped():
                self.lessons.heard_forgotten(one.model)
            case EndRow():
                self.ends.heard(one)
            case told.EndsDropped():
                self.ends.heard_forgotten(one.model)
            case told.SettingChanged():
                self.setting(one.name, one.text)
            case told.LockedOut():
                self.locked_out(one.address, one.until)
            case told.ValueMoved():
                self.moved(one.kind, one.name)

    def _rescan_soon(self) -> None:
        """Once for many that move together."""
        if not self._rescan_due:
            self._rescan_due = True
            spawn("credentials-elsewhere", self._rescan())

    async def _rescan(self) -> None:
        self._rescan_due = False
        await self.rescan()


def _row(one: Instance) -> InstanceRow:
    """Rounded: what nobody sees moves no screen."""
    life = one.life
    figures = round(life.per_minute), round(life.lag_s, 2), one.own, sum(life.in_flight.values())
    return InstanceRow(life.name, life.address, life.version, life.started_at, *figures)


def following(setup: Bootstrap, core: "Core", control: "LocalControl", services: "Services") -> Callable[[], None]:
    """What begins to follow the other instances."""
    from gcli2api_tui.state.postgresql.store import PostgresStore

    assert isinstance(core.store, PostgresStore)
    facts, ledger = control.facts, core.ledger
    life = Life(instance_name(facts.url), facts.url, facts.version, facts.started_at)
    parts = core.pool, core.gate, core.lessons, core.ends, core.owners, core.signatures, control.changes.heard
    shelf = services.shelf
    door = services.lockout.heard, shelf.forget if shelf else (lambda kind, name: None)

    def tell(rows: tuple[InstanceRow, ...]) -> None:
        control.facts = replace(control.facts, instances=rows)
        ledger.note_change()

    rescan = core.registry.rescan
    replication = Replication(setup.clock, *parts, *door, rescan, lambda: ledger.begun, life, tell)
    return partial(replication.begin, core.store, core.saved)
