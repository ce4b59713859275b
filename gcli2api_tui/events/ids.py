"""Who an event and a row are about, and what an answer used. Apart from the events (events/records.py), which the panel
never sees: each class of those costs its first frame a millisecond on a phone."""

from typing import NewType

from gcli2api_tui.quick_dataclass import dataclass

ExchangeId = NewType("ExchangeId", int)
"""Counts client requests from 1; goes on where state.db ended, so a number is never given twice."""

ELSEWHERE = 10**12
"""From here on a number is of another instance's exchange: each of them has a range of its own, of this many."""

AskId = NewType("AskId", int)
"""Counts the questions that a person asks in Play, in one run, from 1."""

ClientKeyId = NewType("ClientKeyId", str)
"""Which client key a request came with; its id, never the key."""

NO_CLIENT_KEY = ClientKeyId("")
THE_CLIENT_KEY = ClientKeyId("client")
"""The one of the setting `password`."""
OWN_KEYS = (NO_CLIENT_KEY, THE_CLIENT_KEY)
"""The person's own tools: they have no limits (clients/gate.py)."""

CredentialId = NewType("CredentialId", str)
"""32 hex digits, made once at import; part of the file name, safe to show."""

ANY = CredentialId("")
"""Whichever the pool picks."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one exchange as Google reported them (0 where it said nothing)."""

    prompt: int = 0
    cached: int = 0
    output: int = 0
    """Answer tokens without thoughts."""
    thoughts: int = 0
