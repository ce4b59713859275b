"""Client keys, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "keys.title": "Client keys",
    "keys.note": "A key each for people and programs, with limits of its own.",
    "keys.add": "Add a key",
    "keys.name": "Name",
    "keys.make": "Make the key",
    "keys.made": "The key of {name}",
    "keys.change": "Change",
    "keys.save": "Save",
    "keys.revoke": "Revoke",
    "keys.sure": "It cannot be taken back",
    "keys.rpm": "requests a minute",
    "keys.rpd": "requests a day",
    "keys.tpd": "tokens a day",
    "keys.concurrent": "at a time",
    "keys.models": "models",
    "keys.credentials": "credentials",
    "keys.thinking": "thinking",
    "keys.service_tier": "service tier",
    "keys.expires": "expires",
    "keys.state.on": "on",
    "keys.state.off": "off",
    "keys.state.expired": "expired",
    "keys.form.models": "*-flash*, *-lite*",
    "keys.form.credentials": "labels, with commas between",
    "keys.form.thinking": "off, minimal, low, medium, high or max",
    "keys.form.service_tier": "flex or priority",
    "keys.form.expires": "2027-01-31 or 30d; none: never",
    "keys.until": "until {day}",
}
