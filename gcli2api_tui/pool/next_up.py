"""Who is next for the models that are asked for most: looked up now and then, because it walks through the pool.

In: the pool, and which backends serve a model. Out: a row a model. A pool of hundreds is walked through once a second,
a larger one more seldom, so that a look stays cheap.
"""

from collections.abc import Callable, Collection

from gcli2api_tui.clock import Clock
from gcli2api_tui.ledger.credential_rows import NextUp
from gcli2api_tui.pool.model_uses import most_asked
from gcli2api_tui.pool.pool import Pool

MOST = 3
"""Models that a person is told of."""

A_SECOND = 500
"""Credentials that are walked through in a second."""


class NextUps:
    """One for each runtime."""

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
