"""The rows that people look at, kept from one look to the next: a look costs little, however large the pool is.

In: the pool. Out: its rows, oldest first. A look makes those anew whose credential was used or changed, and of the
others, where only time or a shared quota moves something, AT_ONCE in turn, none of them twice in a second. `ahead`
makes them one by one, for who looks while streams run; `renew` makes all anew, for one who looks once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, NextUp
from gcli2api_tui.messages.message import Message
from gcli2api_tui.pool.credential_state import Budget, Mark, PooledCredential
from gcli2api_tui.pool.credential_view import most_asked, view_of
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass

MOST = 3
"""Models that a person is told of."""
A_SECOND = 500
"""Credentials that are walked through in a second."""
AT_ONCE = 50
"""Rows made in turn at each look, and places in the rotation that are shown: one further on says nothing to anybody."""

STANDS_S = 1.0
"""How long a row may stand of which nothing but time was heard: a panel looks ten times a second."""
Counts = tuple[tuple[int, float | None, int | None], ...]
Traits = tuple[Credential, str, bool, Budget, tuple[float, ...], Counts, Mark | None, Message, float | None, int, int]
"""What changes with each use, of those too that share a budget, and with all that people and Google do to one."""


@dataclass(frozen=True, slots=True)
class _Made:
    traits: Traits
    row: CredentialRow
    at: float

    def stands(self, now: float) -> bool:
        """Whether nothing but time was heard of it for so short a while, and nothing that it counts down to is over."""
        ends = (self.row.resets_at, *[cooldown.until for cooldown in self.row.cooldowns])
        over = any(self.at < end <= now for end in ends if end is not None)
        return abs(now - self.at) < STANDS_S and not over


class Rows:
    """One for each runtime. `file_of` names a credential's file, `backends_of` what serves a model."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        file_of: Callable[[CredentialId], str],
        backends_of: Callable[[str], Collection[str]] = lambda model: (),
    ) -> None:
        self.next_ups = NextUps(pool, clock, backends_of)
        self._pool = pool
        self._clock = clock
        self._file_of = file_of
        self._made: dict[CredentialId, _Made] = {}
        """The one made last stands last."""

    def look(self) -> tuple[CredentialRow, ...]:
        return tuple(self._looking())

    def ahead(self) -> Iterator[None]:
        """In steps: the next look finds made what it would make."""
        for _ in self._looking():
            yield

    def _looking(self) -> Iterator[CredentialRow]:
        now, members = self._clock.now(), self._pool.members()
        sharing = Counter(id(one.budget) for one in members)
        places = {one.credential.id: place for place, one in enumerate(self._pool.turns(AT_ONCE), 1)}
        for identity in self._made.keys() - {one.credential.id for one in members}:
            del self._made[identity]
        due = {identity for identity, made in islice(self._made.items(), AT_ONCE) if not made.stands(now)}
        for one in members:
            yield self._row(one, places.get(one.credential.id, 0), now, due, shared=sharing[id(one.budget)] > 1)

    async def renew(self) -> tuple[CredentialRow, ...]:
        """Others get their turn in between."""
        now, members = self._clock.now(), self._pool.members()
        sharing = Counter(id(one.budget) for one in members)
        for number, one in enumerate(members, 1):
            self._row(one, 0, now, {one.credential.id}, shared=sharing[id(one.budget)] > 1)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return self.look()

    def forget(self, identity: CredentialId) -> None:
        """Something became known of it that does not show in its traits."""
        self._made.pop(identity, None)

    def _row(
        self, pooled: PooledCredential, place: int, now: float, due: set[CredentialId], *, shared: bool
    ) -> CredentialRow:
        identity = pooled.credential.id
        file = self._file_of(identity)
        traits = _traits(pooled, file, shared=shared)
        made = self._made.get(identity)
        if made is None or made.traits != traits or identity in due:
            self._made.pop(identity, None)
            self._made[identity] = made = _Made(traits, view_of(pooled, place, now, shared=shared).row(file), now)
        elif made.row.next_in_rotation != place:
            self._made[identity] = made = replace(made, row=replace(made.row, next_in_rotation=place))
        return made.row


def _traits(pooled: PooledCredential, file: str, *, shared: bool) -> Traits:
    return (
        pooled.credential,
        file,
        shared,
        pooled.budget,
        tuple([cooldown.until for cooldown in pooled.budget.cooldowns.values()]),
        tuple([(tally.requests, tally.remaining, tally.limit) for tally in pooled.tallies.values()]),
        pooled.mark,
        pooled.last_error,
        pooled.last_ok_at,
        pooled.last_lease,
        pooled.in_flight,
    )


class NextUps:
    """Who is next for the models that are asked for most: looked up once a second, in a large pool more seldom.

    It walks through the pool, and a look must stay cheap.
    """

    def __init__(self, pool: Pool, clock: Clock, backends_of: Callable[[str], Collection[str]]) -> None:
        self._pool = pool
        self._clock = clock
        self._backends_of = backends_of
        self._looked_at = float("-inf")
        self._rows: tuple[NextUp, ...] = ()

    def look(self) -> tuple[NextUp, ...]:
        now = self._clock.monotonic()
        if now >= self._looked_at:
            members = self._pool.members()
            self._looked_at = now + max(1.0, len(members) / A_SECOND)
            self._rows = tuple(self._next(model) for model in most_asked(members, MOST))
        return self._rows

    def _next(self, model: str) -> NextUp:
        chosen = self._pool.next_for(model, self._backends_of(model))
        return NextUp(model, chosen.label if chosen else "")
