"""opencode's `auth.json`: an object of providers, each with a sign-in or a key; only Google's key is ours.

In: an Entry. Out: for each provider an object to read as usual, or the refusal that names the service. Pure.
"""

from collections.abc import Iterator
from typing import Any

from gcli2api_tui.credentials import foreign
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.messages.message import say

_TYPES = {"api", "oauth", "wellknown"}
_GOOGLE = ("google", "gemini", "google-generative-ai")


def is_opencodes(entry: Entry) -> bool:
    """Whether every field is a provider's object."""
    values = entry.values.values()
    return bool(values) and all(isinstance(one, dict) and one.get("type") in _TYPES for one in values)


def providers(entry: Entry) -> Iterator[dict[str, Any] | ImportRefused]:
    """What each provider's object is here."""
    for name in entry.values:
        inner = entry.inner(name)
        if name.lower() not in _GOOGLE:
            yield foreign.sign_in_elsewhere(foreign.service(name), entry)
        elif inner.values["type"] == "api":
            yield {"api_key": inner.values.get("key"), "label": "opencode"}
        else:
            why = say("import.opencode")
            yield entry.refuse(name, why, say("import.sign_in_here"))
