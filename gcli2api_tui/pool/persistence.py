"""What the pool remembers beyond the process: rows for the store, what the store left, and what other instances did.

In: tallies, cooldowns and marks as they change; rows of an earlier run, and of instances that share the store. Out:
rows, and credential states that begin where they ended, or as if what happened elsewhere had happened here; nobody is
told again. Holds no policy. Invariant: a request is counted once in each instance, under the window in which it was
served, whatever their clocks say.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace

from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialId, Event
from gcli2api_tui.ledger.credential_rows import LimitSource
from gcli2api_tui.messages.message import NOTHING, say
from gcli2api_tui.pacific_time import next_pacific_midnight
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.affinity import Conversations
from gcli2api_tui.pool.credential_state import (
    EVERY,
    FOREVER,
    LONGEST_HINT_S,
    PROBE_S,
    Budget,
    Cooldown,
    Mark,
    PooledCredential,
)
from gcli2api_tui.pool.members import Members
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, SharedStore, Store, UsageRow

PUT_ASIDE = 200
"""States of removed credentials kept for an undo."""

LONGEST_DAY_S = 25 * 3600.0
ONE_WINDOW_S = 600.0
"""Windows of one model that several instances began so close to each other are one."""
PACE_MOST = 500
"""Requests served elsewhere that count for the pace at once."""

SOURCES: dict[str, LimitSource] = {"google": "google", "429": "429"}


class Persistence:
    """Without a store it still remembers removals, until the process ends."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._ends_told = not isinstance(store, SharedStore)
        self._usage: dict[CredentialId, list[UsageRow]] = {}
        self._cooldowns: dict[CredentialId, list[CooldownRow]] = {}
        self._aside: OrderedDict[CredentialId, PooledCredential] = OrderedDict()

    def keep_requests(self, identity: CredentialId, model: str, tally: Tally) -> None:
        """Those that were counted since the last time."""
        untold, tally.untold = tally.untold, 0
        if self._store and untold:
            self._store.add_requests(identity, model, tally.window_start, untold)

    def keep_limit(self, identity: CredentialId, model: str, tally: Tally) -> None:
        if self._store and tally.limit is not None:
            self._store.set_limit(identity, model, tally.window_start, tally.limit, tally.limit_source)

    def keep_cooldown(self, identity: CredentialId, model: str, cooldown: Cooldown) -> None:
        if self._store:
            self._store.set_cooldown(
                CooldownRow(identity, model, cooldown.until, cooldown.kind.value, cooldown.message)
            )

    def keep_mark(self, identity: CredentialId, mark: Mark) -> None:
        if self._store:
            self._store.set_cooldown(CooldownRow(identity, "", mark.until, mark.kind.value, mark.message, mark.link))

    def drop_cooldown(self, identity: CredentialId, model: str, *, by_time: bool = False) -> None:
        """Of several instances each sees for itself that the time is over: such news would end a rest set since."""
        if self._store and (self._ends_told or not by_time):
            self._store.set_cooldown(CooldownRow(identity, model, 0.0, "", NOTHING))

    def keep_binding(self, row: BindingRow) -> None:
        if self._store:
            self._store.put_binding(row)

    def put_aside(self, pooled: PooledCredential) -> None:
        self._aside[pooled.credential.id] = pooled
        while len(self._aside) > PUT_ASIDE:
            self._aside.popitem(last=False)

    def recall(self, credential: Credential, now: float) -> PooledCredential:
        """A state for a credential that joins."""
        pooled = self._aside.pop(credential.id, None) or PooledCredential(credential)
        pooled.credential = credential
        self.refresh(pooled, now)
        return pooled

    def read(self, saved: Saved) -> None:
        for usage in saved.usage:
            rows = self._usage.setdefault(usage.credential, [])
            same = next((row for row in rows if _place(row) == _place(usage)), None)
            if same:
                rows.remove(same)
                usage = replace(usage, requests=same.requests + usage.requests)
            rows.append(usage)
        for cooldown in saved.cooldowns:
            self._cooldowns.setdefault(cooldown.credential, []).append(cooldown)

    def refresh(self, pooled: PooledCredential, now: float) -> None:
        """Give the credential what was read for it, once."""
        identity, read = pooled.credential.id, Budget()
        by_model: dict[str, list[UsageRow]] = {}
        for usage in self._usage.pop(identity, ()):
            by_model.setdefault(usage.model, []).append(usage)
        for model, rows in by_model.items():
            read.tallies[model] = _tally(rows, pooled.credential.kind, now)
        for row in self._cooldowns.pop(identity, ()):
            _restore(pooled, read, row, now)
        for tally in read.tallies.values():
            quota.roll(tally, pooled.credential.kind, now)
        pooled.budget.absorb(read)


def _place(row: UsageRow) -> tuple[str, float]:
    return row.model, row.window_start


def _tally(rows: list[UsageRow], kind: Kind, now: float) -> Tally:
    """The newest window of a model, and the limit that was learnt last.

    A window of the future was left behind by a clock that went back: the one that took over from it counts.
    """
    rows.sort(key=lambda row: (row.window_start <= now, row.window_start))
    newest = rows[-1]
    limited = next((row for row in reversed(rows) if row.limit is not None), newest)
    same = [row for row in rows if row is newest or _of_one_day(row, newest, kind, now)]
    start = min(row.window_start for row in same)
    return Tally(start, sum(row.requests for row in same), limited.limit, SOURCES.get(limited.limit_source, ""))


def _of_one_day(row: UsageRow, newest: UsageRow, kind: Kind, now: float) -> bool:
    """Keys that came to share a project go on counting in the window that began first."""
    if kind is not Kind.API_KEY or row.window_start < newest.window_start - LONGEST_DAY_S:
        return False
    ends = [next_pacific_midnight(one.window_start) for one in (row, newest)]
    return ends[0] == ends[1] and (row.window_start <= now) == (newest.window_start <= now)


def _restore(pooled: PooledCredential, budget: Budget, row: CooldownRow, now: float) -> None:
    if (kind := _kind(row.kind)) is None:
        return
    if not row.model:
        pooled.mark = Mark(kind, row.message, row.link, row.until)
    elif row.until > now:
        probe_at = now + PROBE_S if kind is FaultKind.DAILY else FOREVER
        until = min(row.until, now + LONGEST_HINT_S)  # no rest is longer, unless a clock was wrong
        budget.cooldowns[row.model] = Cooldown(until, kind, row.message, 0, probe_at, until - now)


class Replica:
    """What other instances did to the credentials that this one shares with them: memory follows. A part of Pool."""

    def __init__(
        self,
        record: Callable[[Event], None],
        members: Members,
        conversations: Conversations,
        persistence: Persistence,
    ) -> None:
        self._record = record
        self._members = members
        self._conversations = conversations
        self._persistence = persistence

    def requests(self, identity: CredentialId, model: str, window_start: float, count: int) -> None:
        """So many more were served elsewhere."""
        if (pooled := self._members.change(identity)) is None:
            self._persistence.read(Saved(usage=(UsageRow(identity, model, window_start, count),)))
            return
        now = self._members.now()
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
            tally = pooled.tally(model, self._members.now())
            tally.limit, tally.limit_source = limit, learnt

    def cooldown(self, row: CooldownRow) -> None:
        """A rest or a mark begins or ends; `until` 0 ends it."""
        if (pooled := self._members.change(row.credential)) is None:
            if row.until:
                self._persistence.read(Saved(cooldowns=(row,)))
        elif not row.model:
            self._mark(pooled, row)
        elif row.until:
            self._cool(pooled, row)
        elif pooled.cooldowns.pop(row.model, None):
            pooled.budget.guesses.pop(row.model, None)
            shown, credential = _shown(row.model), pooled.credential
            elsewhere = say("by.elsewhere")
            self._record(CooldownCleared(self._members.now(), credential.id, credential.label, shown, elsewhere))

    def _mark(self, pooled: PooledCredential, row: CooldownRow) -> None:
        if not row.until:
            pooled.mark = None
        elif kind := _kind(row.kind):
            pooled.mark, pooled.last_error = Mark(kind, row.message, row.link, row.until), row.message

    def _cool(self, pooled: PooledCredential, row: CooldownRow) -> None:
        now, kind = self._members.now(), _kind(row.kind)
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
    """None where another version wrote it."""
    try:
        return FaultKind(name)
    except ValueError:
        return None


def _shown(model: str) -> str:
    return "" if model == EVERY else model
