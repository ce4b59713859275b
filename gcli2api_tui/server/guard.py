"""Who may ask: the key, compared in constant time; from which site is in cross_origin.py.

In: the request's headers as they are, its query and path. Out: a Principal, or a ClientFault. An empty key in the
settings opens nothing; a client's key is looked for in all four places where clients put one. Which key opens what is
said here. A principal that is not the client's has no client key, so what a person does counts for no client.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Literal

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import why_shut
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.control.question import CREDENTIAL_HEADER
from gcli2api_tui.events.ids import OWN_KEYS
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY, ClientKeyId
from gcli2api_tui.events.secret import OTHERS, Secret, owner
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.cross_origin import ReadHeaders


class Who(StrEnum):
    """What kind of asker it is."""

    PERSON = "person"
    """Has the panel key."""
    CLIENT = "client"
    """Has a client key."""
    PROCESS = "process"
    """Another process of this user: it has read the run file."""
    WATCHER = "watcher"
    """Has the metrics key."""
    NOBODY = "nobody"
    """Sent no key that fits, and is let through open doors only."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One request's asker."""

    who: Who
    client_key: ClientKeyId = NO_CLIENT_KEY


PERSON = Principal(Who.PERSON)
CLIENT = Principal(Who.CLIENT, THE_CLIENT_KEY)
PROCESS = Principal(Who.PROCESS)
WATCHER = Principal(Who.WATCHER)
NOBODY = Principal(Who.NOBODY)

Door = Literal["open", "client", "panel", "metrics", "page"]


_WAY_OUT: Mapping[Door, Message] = {
    "client": say("guard.client_key"),
    "panel": say("guard.panel_key"),
    "metrics": say("guard.metrics_key"),
}

_OPEN = frozenset({"/", "/healthz", "/readyz"})
_METRICS = "/metrics"
_OTHER_DOORS: Mapping[str, Door] = {"admin": "panel", "auth": "page", "a": "page"}
"""By the first part of a path. The page has sessions in place of a key, and its own gate (web/gate.py)."""
_NONE = Secret("")
LONG_KEY = 12
"""A shorter one has no end that could be told without the rest."""
_OTHERS = tuple(begin for begin in OTHERS if begin != "sk-")
"""Ours begin with sk-, as many do."""


Accepted = tuple[tuple[bytes, Principal], ...]
"""Keys as they are compared, and whose they are. An empty one is none."""


class Keys:
    """The keys of this run: what tools send, what the panel's web page sends, what the run file holds.

    The one of `metrics` opens /metrics and nothing else.
    """

    def __init__(self, client: Secret, panel: Secret, process: Secret, metrics: Secret = _NONE) -> None:
        self.panel = _accepted((panel, PERSON))
        owners = _accepted((panel, PERSON), (process, PROCESS))
        self._by_door: Mapping[Door, Accepted] = {
            "client": _accepted((client, CLIENT)),
            "panel": owners,
            "metrics": (*owners, *_accepted((metrics, WATCHER))),
        }

    def of(self, door: Door) -> Accepted:
        """Those that a door takes."""
        return self._by_door[door]


def _accepted(*keys: tuple[Secret, Principal]) -> Accepted:
    return tuple((key.reveal().encode(errors="surrogateescape"), whose) for key, whose in keys if key)


def door_of(path: str) -> Door:
    """Which key a path wants: none, the one of people's tools, or the one of the admin API; or it is of the page."""
    if path in _OPEN:
        return "open"
    if path == _METRICS:
        return "metrics"
    # Slashes are counted as one by whoever routes; a path that slips past the panel's door must not exist.
    return _OTHER_DOORS.get(path.lstrip("/").split("/", 1)[0], "client")


def who_asks(door: Door, headers: ReadHeaders, query_key: str, keys: Keys, issued: ClientKeys) -> Principal:
    """Whose key was sent. Raises ClientFault 401 where the door wants one and none of those sent fits.

    This user's own processes ask as clients too, whatever the clients' key is: `ask`, `resend`, a chosen credential.
    """
    if door in ("open", "page"):
        return NOBODY
    # No ?key= for the panel: addresses end up in histories, logs and Referer headers.
    sent = _sent(headers, query_key if door == "client" else "")
    if (found := _owner(sent, keys.of(door))) is not None:
        return found
    if door == "client" and _owner(_sent(headers, ""), keys.of("panel")) == PROCESS:
        return PROCESS
    if door == "client" and (known := next(filter(None, map(issued.sent, sent)), None)):
        if not known.serves(issued.now):
            raise ShutKey(known, issued.now)
        return Principal(Who.CLIENT, known.name)
    raise WrongKey(sent=bool(sent), way_out=_WAY_OUT[door], snag=_snag(sent, keys))


def began(client: ClientKeyId, issued: ClientKeys) -> Principal | None:
    """Who goes on with what was begun with a key; nobody where that serves no more."""
    if client in OWN_KEYS or issued.serves(client):
        return Principal(Who.CLIENT, client)
    return None


def check_choice(headers: ReadHeaders, principal: Principal) -> None:
    """Only this user's own processes choose whose quota is used. Raises ClientFault 403."""
    if CREDENTIAL_HEADER in headers and principal != PROCESS:
        raise ClientFault(
            say("guard.choice"),
            status=403,
            code="credential_not_chosen",
            way_out=say("guard.no_choice", name=CREDENTIAL_HEADER),
        )


class ShutKey(ClientFault):
    """A client key that is off, expired or revoked: who sends it guesses none."""

    def __init__(self, key: ClientKey, now: float) -> None:
        said = why_shut(key.name, key, now)
        super().__init__(said, status=401, code="invalid_api_key", way_out=say("clients.ask_owner"))


class WrongKey(ClientFault):
    """No key, or none that fits. `sent`: who sends none guesses none. `snag` says it to whoever owns the server."""

    def __init__(self, *, sent: bool, way_out: Message, snag: Message) -> None:
        message = say("guard.wrong_key") if sent else say("guard.no_key")
        super().__init__(message, status=401, code="invalid_api_key", way_out=way_out)
        self.sent, self.snag = sent, snag


def _snag(sent: Sequence[bytes], keys: Keys) -> Message:
    """Which key it was, as far as that may be told: whose, and the end of one that is long enough to have an end."""
    if not sent:
        return say("caller.no_key")
    if _owner(sent, keys.panel):
        return say("caller.panel_key")
    key = sent[0].decode("utf-8", "replace")
    if len(key) < LONG_KEY:
        return say("caller.wrong_key")
    whose = owner(key) if not key.startswith("sk-") or key.startswith(_OTHERS) else ""
    return say("caller.others_key", whose=whose, end=key[-4:]) if whose else say("caller.wrong_key_end", end=key[-4:])


def _owner(sent: Iterable[bytes], accepted: Accepted) -> Principal | None:
    """Every pair is compared, so that the time tells nothing about which one fits."""
    found: Principal | None = None
    for key in sent:
        for known, whose in accepted:
            if hmac.compare_digest(key, known) and found is None:
                found = whose
    return found


def refuse_upgrade(headers: ReadHeaders) -> None:
    """Clients that try WebSocket first go on over HTTP at once when they are told. Raises ClientFault 426."""
    if headers.get("upgrade", "").strip().lower() == "websocket":
        raise ClientFault(say("guard.websocket"), status=426, way_out=say("guard.over_http"))


def _sent(headers: ReadHeaders, query_key: str) -> list[bytes]:
    """The bytes sent as keys. Header values come decoded as Latin-1, whatever they were."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    values = [bearer.strip()] if scheme.lower() == "bearer" else []
    values += [headers.get("x-api-key", "").strip(), headers.get("x-goog-api-key", "").strip()]
    sent = [value.encode("latin-1", "replace") for value in values if value]
    if query_key:
        sent.append(query_key.encode("utf-8", "replace"))
    return sent
