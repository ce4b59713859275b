"""What other instances did to the credentials that this one shares with them: memory follows, and nobody is told again.

In: counts, limits, rests, conversations, places in use. Out: the pool's state as if it had happened here. Invariant: a
request is counted once in each instance, under the window in which it was served, whatever their clocks say.
"""

from collections.abc import Callable, Mapping

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialId, Event
from gcli2api_tui.ledger.credential_rows import LimitSource
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.budget import EVERY, FOREVER, Cooldown
from gcli2api_tui.pool.conversations import Conversations
from gcli2api_tui.pool.cooldown import LONGEST_HINT_S, PROBE_S
from gcli2api_tui.pool.credential_state import Mark, PooledCredential
from gcli2api_tui.pool.members import Members
from gcli2api_tui.pool.persistence import SOURCES, Persistence
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, UsageRow

ONE_WINDOW_S = 600.0
"""Windows of one model that several instances began so close to each other are one."""
PACE_MOST = 500


class Replica:
    """A part of Pool."""

    def __init__(
        self,
        record: Callable[[Event], None],
        members: Members,
        conversations: Conversations,
        persistence: Persistence,
    ) -> None:
        self._clock = members.clock
        self._record = record
        self._members = members
        self._conversations = conversations
        self._persistence = persistence

    def requests(self, identity: CredentialId, model: str, window_start: float, count: int) -> None:
        """So many more were served elsewhere."""
        if (pooled := self._members.change(identity)) is None:
            self._persistence.read(Saved(usage=(UsageRow(identity, model, window_start, count),)))
            return
        now = self._clock.now()
        tally, start = pooled.tally(model, now), min(window_start, now)
        if tally.window_start and start < tally.window_start - ONE_WINDOW_S:
            return  # of a window that is over here
        if not tally.window_start or start < tally.window_start:
            tally.window_start, tally.closes_at = start, None
        tally.requests += count
        for _ in range(min(count, PACE_MOST)):
            pooled.budget.served(model, now)

    def limit(self, identity: CredentialId, model: str, limit: int, source: str) -> None:
        """How much a day holds, as another was told."""
        learnt: LimitSource = SOURCES.get(source, "")
        if (pooled := self._members.change(identity)) and learnt:
            tally = pooled.tally(model, self._clock.now())
            tally.limit, tally.limit_source = limit, learnt

    def cooldown(self, row: CooldownRow) -> None:
        """A rest or a mark begins or ends; `until` 0 ends it."""
        if (pooled := self._members.change(row.credential)) is None:
            if row.until:
                self._persistence.read(Saved(cooldowns=(row,)))
        elif not row.model:
            self._mark(pooled, row)
        elif row.until:
            self._rest(pooled, row)
        elif pooled.cooldowns.pop(row.model, None):
            pooled.budget.guesses.pop(row.model, None)
            shown, credential = _shown(row.model), pooled.credential
            elsewhere = say("by.elsewhere")
            self._record(CooldownCleared(self._clock.now(), credential.id, credential.label, shown, elsewhere))

    def _mark(self, pooled: PooledCredential, row: CooldownRow) -> None:
        if not row.until:
            pooled.mark = None
        elif kind := _kind(row.kind):
            pooled.mark, pooled.last_error = Mark(kind, row.message, row.link, row.until), row.message

    def _rest(self, pooled: PooledCredential, row: CooldownRow) -> None:
        now, kind = self._clock.now(), _kind(row.kind)
        if kind is None or row.until <= now:
            return
        until = min(row.until, now + LONGEST_HINT_S)
        probe_at = now + PROBE_S if kind is FaultKind.DAILY else FOREVER
        newest = max(one.last_lease for one in self._members.all())
        pooled.cooldowns[row.model] = Cooldown(until, kind, row.message, newest, probe_at, until - now)
        pooled.last_error = row.message
        credential = pooled.credential
        self._record(CooldownSet(now, credential.id, credential.label, _shown(row.model), until, row.message))

    def binding(self, row: BindingRow) -> None:
        self._conversations.heard(row)

    def in_flight(self, elsewhere: Mapping[CredentialId, int]) -> None:
        """On all other instances together."""
        for identity, pooled in self._members.items():
            if pooled.elsewhere != elsewhere.get(identity, 0):
                pooled.elsewhere = elsewhere.get(identity, 0)
                self._members.changed(pooled)

    def flights(self) -> dict[CredentialId, int]:
        """Of this instance."""
        return {identity: one.in_flight for identity, one in self._members.items() if one.in_flight}


def _kind(name: str) -> FaultKind | None:
    try:
        return FaultKind(name)
    except ValueError:
        return None  # a newer program's


def _shown(model: str) -> str:
    return "" if model == EVERY else model
