"""What the pool remembers beyond a credential's stay: rows for the store, and what the store or a removal left.

In: tallies, cooldowns and marks as they change. Out: rows, and credential states that begin where they ended. Holds no
policy.
"""

from collections import OrderedDict

from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.records import LimitSource
from gcli2api_tui.messages.message import NOTHING
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.budget import FOREVER, Budget, Cooldown
from gcli2api_tui.pool.cooldown import LONGEST_HINT_S, PROBE_S
from gcli2api_tui.pool.credential_state import Mark, PooledCredential
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.state.ports import BindingRow, CooldownRow, Saved, Store, UsageRow

PUT_ASIDE = 200
"""States of removed credentials kept for an undo."""

SOURCES: dict[str, LimitSource] = {"google": "google", "429": "429"}


class Persistence:
    """Without a store it still remembers removals, until the process ends."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._usage: dict[CredentialId, list[UsageRow]] = {}
        self._cooldowns: dict[CredentialId, list[CooldownRow]] = {}
        self._aside: OrderedDict[CredentialId, PooledCredential] = OrderedDict()

    def keep_tally(self, identity: CredentialId, model: str, tally: Tally) -> None:
        if self._store:
            row = UsageRow(identity, model, tally.window_start, tally.requests, tally.limit, tally.limit_source)
            self._store.put_usage(row)

    def keep_cooldown(self, identity: CredentialId, model: str, rest: Cooldown) -> None:
        if self._store:
            self._store.put_cooldown(CooldownRow(identity, model, rest.until, rest.kind.value, rest.message))

    def keep_mark(self, identity: CredentialId, mark: Mark) -> None:
        if self._store:
            self._store.put_cooldown(CooldownRow(identity, "", mark.until, mark.kind.value, mark.message, mark.link))

    def drop_cooldown(self, identity: CredentialId, model: str) -> None:
        if self._store:
            self._store.put_cooldown(CooldownRow(identity, model, 0.0, "", NOTHING))

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
            self._usage.setdefault(usage.credential, []).append(usage)
        for cooldown in saved.cooldowns:
            self._cooldowns.setdefault(cooldown.credential, []).append(cooldown)

    def refresh(self, pooled: PooledCredential, now: float) -> None:
        """Give the credential what was read for it, once. Newest window of a model wins."""
        identity, read = pooled.credential.id, Budget()
        # A window of the future was left behind by a clock that went back: the one that took over from it counts.
        for usage in sorted(self._usage.pop(identity, ()), key=lambda row: (row.window_start <= now, row.window_start)):
            source = SOURCES.get(usage.limit_source, "")
            read.tallies[usage.model] = Tally(usage.window_start, usage.requests, usage.limit, source)
        for row in self._cooldowns.pop(identity, ()):
            _restore(pooled, read, row, now)
        for tally in read.tallies.values():
            quota.roll(tally, pooled.credential.kind, now)
        pooled.budget.absorb(read)


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
