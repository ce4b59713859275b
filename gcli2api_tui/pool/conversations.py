"""Which credential each conversation was on: Google's implicit cache helps only where the same one is asked again.

In: what the relay calls an affinity. Out: the credential of the last request, for an hour after it. Bounded; kept as
hashes, so that nothing a client sent is on disk; written at most every five minutes for one conversation.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.state.ports import BindingRow

MOST = 5_000
TTL_S = 3600.0
WRITE_EVERY_S = 300.0


def name_of(affinity: str, model: str) -> str:
    """A cache belongs to one model."""
    return hashlib.sha256(f"{model}\n{affinity}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Conversations:
    """Conversation → credential, least recently used out first."""

    def __init__(self, keep: Callable[[BindingRow], None]) -> None:
        self._keep = keep
        self._bound: OrderedDict[str, tuple[CredentialId, float]] = OrderedDict()
        self._written: dict[str, BindingRow] = {}

    def of(self, name: str, now: float) -> CredentialId | None:
        bound = self._bound.get(name)
        return bound[0] if bound and abs(now - bound[1]) < TTL_S else None

    def bind(self, name: str, credential: CredentialId, now: float) -> None:
        self._bound[name] = (credential, now)
        self._bound.move_to_end(name)
        if len(self._bound) > MOST:
            oldest, _ = self._bound.popitem(last=False)
            self._written.pop(oldest, None)
        last = self._written.get(name)
        if last is None or last.credential != credential or abs(now - last.at) >= WRITE_EVERY_S:
            self._written[name] = BindingRow(name, credential, now)
            self._keep(self._written[name])

    def heard(self, row: BindingRow) -> None:
        """Another instance has bound it; of two at once the later one holds everywhere."""
        bound = self._bound.get(row.conversation)
        if bound is None or row.at >= bound[1]:
            self.read((row,))

    def read(self, rows: Iterable[BindingRow]) -> None:
        """What was kept, oldest first."""
        for row in list(rows)[-MOST:]:
            self._bound[row.conversation] = (row.credential, row.at)
            self._written[row.conversation] = row
