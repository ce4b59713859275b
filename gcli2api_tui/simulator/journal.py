"""What the simulator received and what became of it: one `Entry` per request, newest last, bounded.

Tokens, keys and codes are kept as fingerprints only (`fp:` and eight hex digits), so that a journal may be printed. An
entry is opened before the answer and settled once: finished, cut, or cancelled when the client went away. Counts of
generations that began to be answered stay when their entries are gone.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal
from urllib.parse import parse_qsl

from gcli2api_tui.quick_dataclass import dataclass

Outcome = Literal["open", "finished", "cut", "cancelled"]

GENERATIONS = frozenset({"generateContent", "streamGenerateContent"})
SECRET_HEADERS = frozenset({"authorization", "x-goog-api-key"})
SECRET_FIELDS = frozenset(
    {"refresh_token", "access_token", "client_secret", "code", "code_verifier", "assertion", "key", "token"}
)


@dataclass(slots=True)
class Entry:
    """One request; `credential` is an e-mail or an API key's fingerprint, empty while nobody is known."""

    id: int
    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: object = None
    credential: str = ""
    model: str = ""
    rpc: str = ""
    fault: str = ""
    status: int = 0
    outcome: Outcome = "open"
    sent_events: int = field(default=0)


class Journal:
    def __init__(self, keep: int = 2000) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._next = 1
        self.answered: Counter[str] = Counter()
        """Credential → generations that got a 200, whatever became of them."""

    def open(self, at: float, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Entry:
        entry = Entry(self._next, at, method, path, redacted(query, SECRET_FIELDS), redacted(headers, SECRET_HEADERS))
        self._next += 1
        self._entries.append(entry)
        return entry

    def open_scope(self, at: float, scope: Mapping[str, Any]) -> Entry:
        """The entry of a request that arrives as an ASGI scope."""
        query = dict(parse_qsl(scope["query_string"].decode("latin1")))
        headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
        return self.open(at, scope["method"], scope["path"], query, headers)

    def began(self, entry: Entry, status: int) -> None:
        """The status is on its way."""
        entry.status = status
        if status == 200 and entry.rpc in GENERATIONS:
            self.answered[entry.credential] += 1

    def calls(
        self,
        rpc: str | None = None,
        *,
        path: str | None = None,
        model: str | None = None,
        credential: str | None = None,
    ) -> list[Entry]:
        """Entries that match all that is given; `path` is a part of the path, `credential` an e-mail or a key."""
        wanted = None if credential is None else {credential, fingerprint(credential)}
        return [
            entry
            for entry in self._entries
            if (rpc is None or entry.rpc == rpc)
            and (path is None or path in entry.path)
            and (model is None or entry.model == model)
            and (wanted is None or entry.credential in wanted)
        ]

    def clear(self) -> None:
        self._entries.clear()


def redacted(fields: Mapping[str, str], secret: frozenset[str]) -> dict[str, str]:
    return {name: fingerprint(value) if name.lower() in secret else value for name, value in fields.items()}


def fingerprint(secret: str) -> str:
    return "fp:" + hashlib.sha256(secret.encode()).hexdigest()[:8]
