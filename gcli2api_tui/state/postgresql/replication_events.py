"""What other instances did, as records: read from what they told beside their writes.

In: the kind of a write with its values, in the order of its statement. Out: what the memory of this instance is to
follow. One that cannot be read (a newer program's) is left out: the tables have it. Pure.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.messages.message import NOTHING, from_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.client_keys import key_of
from gcli2api_tui.state.ports import BindingRow, CooldownRow, EndRow, OwnedRow


@dataclass(frozen=True, slots=True)
class RequestsAdded:
    """So many more in the quota window that began then."""

    credential: CredentialId
    model: str
    window_start: float
    count: int


@dataclass(frozen=True, slots=True)
class LimitLearnt:
    credential: CredentialId
    model: str
    limit: int
    source: str


@dataclass(frozen=True, slots=True)
class SignatureKept:
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class LessonsDropped:
    """None: all."""

    model: str | None


@dataclass(frozen=True, slots=True)
class EndsDropped:
    """None: all."""

    model: str | None


@dataclass(frozen=True, slots=True)
class CredentialsMoved:
    """Somebody imported, changed or removed some."""


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """For all; None: the default."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Wrong keys from this address are not looked at."""

    address: str
    until: float


@dataclass(frozen=True, slots=True)
class ValueMoved:
    """Of what instances share for a while."""

    kind: str
    name: str


News = (
    RequestsAdded | LimitLearnt | CooldownRow | BindingRow | OwnedRow | SignatureKept | Lesson | LessonsDropped
    | EndRow | EndsDropped | ClientKey | ClientUse | ClientSecond | CredentialsMoved
    | SettingChanged | LockedOut | ValueMoved
)  # fmt: skip

CREDENTIALS_MOVED = '[["credentials"]]'
"""As it is told."""


def _limit(values: list[Any]) -> News:
    credential, model, _, limit, source = values
    return LimitLearnt(credential, model, limit, source)


def _cooldown(values: list[Any]) -> News:
    credential, model, *rest = values
    if not rest:
        return CooldownRow(credential, model, 0.0, "", NOTHING)
    until, kind, message, link, said = rest
    return CooldownRow(credential, model, until, kind, from_json(message, json.loads(said)), link)


def _owned(values: list[Any]) -> News:
    return OwnedRow(values[0], *values[1:]) if len(values) > 1 else OwnedRow(values[0], CredentialId(""), 0.0)


def _client_key(values: list[Any]) -> News:
    if (key := key_of(values[1])) is None:
        raise ValueError
    return key


READ: Mapping[str, Callable[[list[Any]], News]] = {
    "requests": lambda values: RequestsAdded(*values),
    "limit": _limit,
    "cooldown": _cooldown,
    "binding": lambda values: BindingRow(*values),
    "owned": _owned,
    "signature": lambda values: SignatureKept(values[0], values[1]),
    "lesson": lambda values: Lesson(*values),
    "dropped lessons": lambda values: LessonsDropped(values[0]),
    "end": lambda values: EndRow(*values),
    "dropped ends": lambda values: EndsDropped(values[0]),
    "client key": _client_key,
    "client use": lambda values: ClientUse(ClientKeyId(values[0]), *values[1:]),
    "client second": lambda values: ClientSecond(ClientKeyId(values[0]), *values[1:]),
    "setting": lambda values: SettingChanged(*values),
    "lockout": lambda values: LockedOut(*values),
    "shelf": lambda values: ValueMoved(*values),
    "credentials": lambda values: CredentialsMoved(),
}
"""A write's kind, the first of its key → the reading of its values. What is not here is no news to anybody."""


def read_news(content: str) -> Iterator[News]:
    """In the order in which it happened."""
    with suppress(ValueError, TypeError):
        for kind, *values in json.loads(content):
            with suppress(ValueError, TypeError, KeyError, IndexError):
                yield READ[kind](values)
