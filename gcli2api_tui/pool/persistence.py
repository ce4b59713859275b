"""What the pool remembers beyond a credential's stay: rows for the store, and what the store or a removal left.

In: tallies, cooldowns and marks as they change. Out: rows, and credential states that begin where they ended. Holds no
policy.
"""

from collections import OrderedDict
from dataclasses import replace

from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import LimitSource
from gcli2api_tui.messages.message import NOTHING
from gcli2api_tui.pacific import next_pacific_midnight
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.budget import FOREVER, Budget, Cooldown
from gcli2api_tui.pool.cooldown import LONGEST_HINT_S, PROBE_S
from gcli2api_tui.pool.credential_state import Mark, PooledCredential
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, SharedStore, Store, UsageRow

PUT_ASIDE = 200
"""States of removed credentials kept for an undo."""

LONGEST_DAY_S = 25 * 3600.0

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

    def keep_cooldown(self, identity: CredentialId, model: str, rest: Cooldown) -> None:
        if self._store:
            self._store.set_cooldown(CooldownRow(identity, model, rest.until, rest.kind.value, rest.message))

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
    try:
        kind = FaultKind(row.kind)
    except ValueError:
        return  # written by another version
    if not row.model:
        pooled.mark = Mark(kind, row.message, row.link, row.until)
    elif row.until > now:
        probe_at = now + PROBE_S if kind is FaultKind.DAILY else FOREVER
        until = min(row.until, now + LONGEST_HINT_S)  # no rest is longer, unless a clock was wrong
        budget.cooldowns[row.model] = Cooldown(until, kind, row.message, 0, probe_at, until - now)
