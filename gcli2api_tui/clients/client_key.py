"""One client key: by what it is known, what it may do, and how a person's words change that.

Kept is the plain SHA-256 of the key, never the key. That is enough here: a key is 256 random bits, so nobody finds one
by trying, salted or not, and a slow hash, which guards words that people choose, would only cost every request.

Changes, in: fields and words, as the command line, the admin API and the panel give them (`rpm=30`, `models=a,b`,
`expires=2027-01-31`); `none` lifts a limit. Out: the key so changed. Raises ClientFault that names the field. Pure but
for the zone of this machine, and for what makes a new key.
"""

import fnmatch
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import THE_CLIENT_KEY, ClientKeyId, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import ClientKeyState
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

LONGEST_NAME = 40
RANDOM_BYTES = 32
MOST_A_MINUTE = 100_000
"""The highest limit, and as many moments are remembered."""

NONE = "none"
"""Lifts whatever it is."""
THINKING = ("off", "minimal", "low", "medium", "high", "max")
TIERS = ("flex", "priority")
MOST_OF = {"rpm": MOST_A_MINUTE, "rpd": 10**9, "tpd": 10**12, "concurrent": 100_000}
LONGEST_LIST = 100
LONGEST_MODEL = 100
DAY_S = 86_400.0

Wishes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClientKey:
    """As it is kept. Of limits None means none; of models and credentials, none means all."""

    name: ClientKeyId
    digest: str
    """SHA-256 of the key, in hex."""
    hint: str
    """Its last four characters."""
    created_at: float
    enabled: bool = True
    expires_at: float | None = None
    models: tuple[str, ...] = ()
    credentials: tuple[CredentialId, ...] = ()
    rpm: int | None = None
    rpd: int | None = None
    tpd: int | None = None
    concurrent: int | None = None
    thinking: str = ""
    """An effort, for requests that say nothing of thinking."""
    service_tier: str = ""
    """Google's word, for requests that name no tier."""
    revoked_at: float | None = None
    """It is kept so that whoever still sends it hears why it is refused."""

    def state(self, now: float) -> ClientKeyState:
        if not self.enabled:
            return "off"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "on"

    def serves(self, now: float) -> bool:
        return self.revoked_at is None and self.state(now) == "on"

    def may_use(self, model: str) -> bool:
        """Whether a model, by its id in the catalogue, is on the list."""
        return not self.models or any(fnmatch.fnmatchcase(model, pattern) for pattern in self.models)

    @property
    def group(self) -> frozenset[CredentialId] | None:
        """The credentials that may serve it; None for all."""
        return frozenset(self.credentials) or None

    @property
    def is_limited(self) -> bool:
        """A limit is counted over time, and must hold over a crash."""
        return self.rpm is not None or self.rpd is not None or self.tpd is not None


def new_secret() -> Secret:
    """256 random bits."""
    return Secret(f"sk-{secrets.token_urlsafe(RANDOM_BYTES)}")


def digest_of(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def is_name(name: str) -> bool:
    """1–40 printable characters without a slash, which parts addresses; the own key has a name already."""
    shown = name.isprintable() and "/" not in name
    return shown and 0 < len(name) <= LONGEST_NAME and folded(name) != THE_CLIENT_KEY


def folded(name: str) -> str:
    """Names that differ by capitals alone are one: people could not tell them apart."""
    return name.casefold()


def changed(key: ClientKey, wishes: Wishes, now: float) -> ClientKey:
    """Ids of credentials come as ids: who knows the pool has found them by then."""
    for field, words in wishes.items():
        if field not in FIELDS:
            raise ClientFault(say("clients.no_field", field=field[:40], fields=", ".join(FIELDS)), param=field[:40])
        key = FIELDS[field](key, words.strip(), now)
    return key


def listed(words: str) -> tuple[str, ...]:
    """`a, b` → each once."""
    return tuple(dict.fromkeys(one for part in words.split(",") if (one := part.strip())))


def _limit(field: str) -> Callable[[ClientKey, str, float], ClientKey]:
    def change(key: ClientKey, words: str, now: float) -> ClientKey:
        limit = None if words.lower() == NONE else _whole(field, words)
        match field:
            case "rpm":
                return replace(key, rpm=limit)
            case "rpd":
                return replace(key, rpd=limit)
            case "tpd":
                return replace(key, tpd=limit)
        return replace(key, concurrent=limit)

    return change


def _whole(field: str, words: str) -> int:
    digits = words.replace("_", "").replace(",", "")
    most = MOST_OF[field]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 15 or not 1 <= int(digits) <= most:
        raise _wrong(field, say("clients.whole", field=field, most=most))
    return int(digits)


def _enabled(key: ClientKey, words: str, now: float) -> ClientKey:
    if words.lower() not in ("on", "off"):
        raise _wrong("enabled", say("clients.on_off"))
    return replace(key, enabled=words.lower() == "on")


def _models(key: ClientKey, words: str, now: float) -> ClientKey:
    if words.lower() == NONE:
        return replace(key, models=())
    names = tuple(name.removeprefix("models/") for name in listed(words))
    fine = all(name.isprintable() and len(name) <= LONGEST_MODEL for name in names)
    if not names or len(names) > LONGEST_LIST or not fine:
        raise _wrong("models", say("clients.models"))
    return replace(key, models=names)


def _credentials(key: ClientKey, words: str, now: float) -> ClientKey:
    if words.lower() == NONE:
        return replace(key, credentials=())
    if not (ids := listed(words)):
        raise _wrong("credentials", say("clients.credentials"))
    return replace(key, credentials=tuple(CredentialId(one) for one in ids))


def _expires(key: ClientKey, words: str, now: float) -> ClientKey:
    if words.lower() == NONE:
        return replace(key, expires_at=None)
    at = _moment(words, now)
    if at <= now:
        raise _wrong("expires", say("clients.over", words=words[:40]))
    return replace(key, expires_at=at)


def _moment(words: str, now: float) -> float:
    """A day ends when it ends where this runs; `30d` is so many days from now."""
    if words[-1:] == "d" and words[:-1].isascii() and words[:-1].isdecimal() and len(words) <= 5:
        return now + int(words[:-1]) * DAY_S
    try:
        if len(words) == len("2027-01-31"):
            following = date.fromisoformat(words) + timedelta(days=1)
            return datetime(following.year, following.month, following.day).timestamp()  # noqa: DTZ001 - this zone's
        return datetime.fromisoformat(words).timestamp()
    except (ValueError, OverflowError, OSError):
        raise _wrong("expires", say("clients.expires", words=words[:40])) from None


def _thinking(key: ClientKey, words: str, now: float) -> ClientKey:
    word = words.lower()
    if word not in (NONE, *THINKING):
        raise _wrong("thinking", say("clients.one_of", field="thinking", names=", ".join((*THINKING, NONE))))
    return replace(key, thinking="" if word == NONE else word)


def _tier(key: ClientKey, words: str, now: float) -> ClientKey:
    word = words.lower()
    if word not in (NONE, "standard", *TIERS):
        names = ", ".join(("standard", *TIERS, NONE))
        raise _wrong("service_tier", say("clients.one_of", field="service_tier", names=names))
    return replace(key, service_tier=word if word in TIERS else "")


def _wrong(field: str, message: Message) -> ClientFault:
    return ClientFault(message, param=field)


FIELDS: Mapping[str, Callable[[ClientKey, str, float], ClientKey]] = {
    **{field: _limit(field) for field in MOST_OF},
    "models": _models,
    "credentials": _credentials,
    "expires": _expires,
    "enabled": _enabled,
    "thinking": _thinking,
    "service_tier": _tier,
}
"""All that can be set, by its name on the command line and in the API."""
