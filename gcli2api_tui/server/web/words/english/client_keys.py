"""Client keys, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "keys.title": "Client keys",
    "keys.note": "A key each for people and programs, with limits of its own.",
    "keys.add": "Add a key",
    "keys.name": "Name",
    "keys.make": "Make the key",
    "keys.made": "The key of {name}",
    "keys.once": "It is shown this once.",
    "keys.change": "Change",
    "keys.save": "Save",
    "keys.revoke": "Revoke",
    "keys.sure": "It cannot be taken back",
    "keys.until": "for {span} more",
    "keys.rpm": "requests a minute",
    "keys.rpd": "requests a day",
    "keys.tpd": "tokens a day",
    "keys.concurrent": "at a time",
    "keys.models": "models (gemini-3*, …)",
    "keys.credentials": "credentials",
    "keys.thinking": "thinking (off … max)",
    "keys.service_tier": "service tier (flex, priority)",
    "keys.expires": "expires (2027-01-31, 30d, none)",
    "keys.state.on": "on",
    "keys.state.off": "off",
    "keys.state.expired": "expired",
}
