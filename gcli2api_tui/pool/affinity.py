"""To which credential a request should go, or must: its conversation's, for Google's cache, or its things' owner.

Conversations: Google's implicit cache helps only where the same credential is asked again. In: what the client says, or
how its request begins. Out: the credential of the last request, for an hour after it. Kept as hashes, so that nothing a
client sent is on disk; written at most every five minutes for one conversation.

Owners: files, cached contents and interactions are given to nobody but who made them. In: names as Google gave them,
who made them, until when they are kept. Out: the one credential that a request may be served by. Both are bounded; what
is kept on disk comes back at the start.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault, NoCredential
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.owned_resources import KEPT_S, things_named
from gcli2api_tui.gemini.turns import GO_ON
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import ANY, BEGINS
from gcli2api_tui.state.ports import BindingRow, OwnedRow

MOST_CONVERSATIONS = 5_000
TTL_S = 3600.0
WRITE_EVERY_S = 300.0
ENOUGH = 2_000
"""Characters of each text: what makes conversations differ comes early, and hashing a book costs time."""
MOST_OWNED = 20_000
"""The one that ends first goes first."""

Keep = Callable[[OwnedRow], None]
"""Store.put_owned."""


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
        self._put(name, credential, now)
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
        for row in list(rows)[-MOST_CONVERSATIONS:]:
            self._put(row.conversation, row.credential, row.at)
            self._written[row.conversation] = row

    def _put(self, name: str, credential: CredentialId, at: float) -> None:
        self._bound[name] = (credential, at)
        self._bound.move_to_end(name)
        if len(self._bound) > MOST_CONVERSATIONS:
            oldest, _ = self._bound.popitem(last=False)
            self._written.pop(oldest, None)


def conversation_of(request: Mapping[str, object]) -> str:
    """By how it began; "" for none. Total: a body of strange types belongs to no conversation.

    The next request of a conversation has the same system instruction and first message; one that has no more than
    these begins it, and the name says so. A token for the next hop of a long answer is more: the hop is to go where
    the first one was.
    """
    contents = request.get("contents")
    if not isinstance(contents, list) or not contents:
        return ""
    first = _text(contents[0])
    if not first or contents[0] == GO_ON:
        return ""  # it does not begin there
    words = f"{_text(request.get('systemInstruction'))}\n{first}"
    name = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    goes_on = len(contents) > 1 or request.get("continuationToken")
    return name if goes_on else f"{BEGINS}{name}"


def _text(content: object) -> str:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list):
        return ""
    if len(parts) == 1 and isinstance(parts[0], dict) and isinstance(only := parts[0].get("text"), str):
        return only[:ENOUGH]
    texts: list[str] = []
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else None
        if isinstance(text, str):
            texts.append(text)
    return "\n".join(texts)[:ENOUGH]


def name_of(affinity: str, model: str) -> str:
    """A cache belongs to one model."""
    return hashlib.sha256(f"{model}\n{affinity}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Owners:
    """One per server."""

    def __init__(self, clock: Clock | None = None, keep: Keep | None = None, saved: Iterable[OwnedRow] = ()) -> None:
        self._clock = clock or Clock()
        self._keep = keep
        self.owned = {row.name: row for row in saved}
        """By name. To be asked whether there is any."""

    def owner(self, request: Mapping[str, object]) -> CredentialId:
        """ANY where nothing is named that is known. Raises ClientFault where it names things of two credentials."""
        names = [name for name in things_named(request) if self._alive(name)]
        found = {self.owned[name].credential for name in names}
        if len(found) > 1:
            listed = ", ".join(names[:4])
            raise ClientFault(say("things.of_two", names=listed), way_out=say("things.make_together"))
        return found.pop() if found else ANY

    def learn(self, name: str, credential: CredentialId, until: float) -> None:
        """It was made, or seen, there."""
        row = OwnedRow(name, credential, until)
        if self.owned.get(name) == row:
            return
        if self._keep:
            self._keep(row)
        self.owned[name] = row
        if len(self.owned) > MOST_OWNED:
            self.forget(self._first_to_end())

    def found(self, request: Mapping[str, object], credential: CredentialId) -> None:
        """Who served it, where others were refused for what it names, has it."""
        for name in things_named(request):
            if not self._alive(name):
                self.learn(name, credential, self._clock.now() + KEPT_S[name.partition("/")[0]])

    def forget(self, name: str) -> None:
        """It is gone."""
        if (row := self.owned.pop(name, None)) and self._keep:
            self._keep(OwnedRow(row.name, row.credential, 0.0))

    def heard(self, row: OwnedRow) -> None:
        """Another instance made it, or saw it go."""
        if not row.until:
            self.owned.pop(row.name, None)
            return
        self.owned[row.name] = row
        if len(self.owned) > MOST_OWNED:
            del self.owned[self._first_to_end()]

    def _first_to_end(self) -> str:
        return min(self.owned.values(), key=lambda one: one.until).name

    def _alive(self, name: str) -> bool:
        row = self.owned.get(name)
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
