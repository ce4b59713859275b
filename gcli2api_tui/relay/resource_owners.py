"""Whose the things are that requests name: files, cached contents, interactions. Google gives them to nobody else.

In: names as Google gave them, who made them, and until when they are kept. Out: the one credential that a request may
be served by. Bounded in number, the one that ends first goes first; what is kept on disk comes back at the start.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault, NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.owned_resources import KEPT_S, things_named
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import ANY
from gcli2api_tui.state.ports import OwnedRow

MOST = 20_000

Keep = Callable[[OwnedRow], None]
"""Store.put_owned."""


class Owners:
    """One per server."""

    def __init__(self, clock: Clock | None = None, keep: Keep | None = None, saved: Iterable[OwnedRow] = ()) -> None:
        self._clock = clock or Clock()
        self._keep = keep
        self._owned = {row.name: row for row in saved}

    def owner(self, request: Mapping[str, object]) -> CredentialId:
        """ANY where nothing is named that is known. Raises ClientFault where it names things of two credentials."""
        if not self._owned:
            return ANY
        names = [name for name in things_named(request) if self._alive(name)]
        found = {self._owned[name].credential for name in names}
        if len(found) > 1:
            listed = ", ".join(names[:4])
            raise ClientFault(say("things.of_two", names=listed), way_out=say("things.make_together"))
        return found.pop() if found else ANY

    def learn(self, name: str, credential: CredentialId, until: float) -> None:
        """It was made, or seen, there."""
        row = OwnedRow(name, credential, until)
        if self._owned.get(name) == row:
            return
        self._owned[name] = row
        if len(self._owned) > MOST:
            self.forget(min(self._owned.values(), key=lambda one: one.until).name)
        if self._keep:
            self._keep(row)

    def found(self, request: Mapping[str, object], credential: CredentialId) -> None:
        """Who served it, where others were refused for what it names, has it."""
        for name in things_named(request):
            if not self._alive(name):
                self.learn(name, credential, self._clock.now() + KEPT_S[name.partition("/")[0]])

    def forget(self, name: str) -> None:
        """It is gone."""
        if (row := self._owned.pop(name, None)) and self._keep:
            self._keep(OwnedRow(row.name, row.credential, 0.0))

    def heard(self, row: OwnedRow) -> None:
        """Another instance made it, or saw it go."""
        if row.until:
            self._owned[row.name] = row
        else:
            self._owned.pop(row.name, None)

    def _alive(self, name: str) -> bool:
        row = self._owned.get(name)
        if row is None or row.until > self._clock.now():
            return row is not None
        self.forget(name)
        return False


def unreachable(problem: NoCredential) -> NoCredential:
    """Where the owner of what is named cannot serve: it is to make the thing again, or to wait."""
    return NoCredential(
        say("things.owner_away", said=problem.message),
        retry_after_s=problem.retry_after_s,
        daily=problem.daily,
        way_out=say("things.make_again"),
    )
