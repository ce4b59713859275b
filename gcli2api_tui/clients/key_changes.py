"""What a person wants of a client key, in words, as a changed ClientKey. Pure but for the zone of this machine.

In: fields and words, as the command line, the admin API and the panel give them (`rpm=30`, `models=a,b`,
`expires=2027-01-31`); `none` lifts a limit. Out: the key so changed. Raises ClientFault that names the field.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.client_key import MOST_A_MINUTE
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, say

NONE = "none"
"""Lifts whatever it is."""
THINKING = ("off", "minimal", "low", "medium", "high", "max")
TIERS = ("flex", "priority")
MOST = {"rpm": MOST_A_MINUTE, "rpd": 10**9, "tpd": 10**12, "concurrent": 100_000}
LONGEST_LIST = 100
LONGEST_MODEL = 100
DAY_S = 86_400.0

Wishes = Mapping[str, str]


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
    most = MOST[field]
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
    **{field: _limit(field) for field in MOST},
    "models": _models,
    "credentials": _credentials,
    "expires": _expires,
    "enabled": _enabled,
    "thinking": _thinking,
    "service_tier": _tier,
}
"""All that can be set, by its name on the command line and in the API."""
