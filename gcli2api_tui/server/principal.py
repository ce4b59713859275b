"""Who asks, as the guard found out by the key that was sent. Routes read it; the client key goes on to the ledger.

Frozen. A kind that is not the client's has no client key, so what a person or `creds …` does counts for no client.
"""

from enum import StrEnum

from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY, ClientKeyId
from gcli2api_tui.quick_dataclass import dataclass


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
