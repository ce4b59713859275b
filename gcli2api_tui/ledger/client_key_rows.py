"""Client keys as people look at them: what each may do, and what it has used. No row holds a key.

In: nothing; records only. The panel, the web page, the admin API and `keys list` show the same ones.
"""

from typing import Literal

from gcli2api_tui.events.ids import ClientKeyId, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

ClientKeyState = Literal["on", "off", "expired"]


@dataclass(frozen=True, slots=True)
class ClientKeyRow:
    """One issued key. A limit is None where there is none."""

    name: ClientKeyId
    """Its only name: the ledger, usage and filters know it by the same one."""
    label: str
    """The same for the screen, which hides it where others look on."""
    hint: str
    """The key's last four characters, to tell which key somebody has."""
    state: ClientKeyState
    created_at: float
    expires_at: float | None = None
    models: tuple[str, ...] = ()
    """Ids or patterns (`*-flash*`); none means all."""
    credentials: tuple[CredentialId, ...] = ()
    """None means all."""
    credential_labels: tuple[str, ...] = ()
    rpm: int | None = None
    rpd: int | None = None
    tpd: int | None = None
    concurrent: int | None = None
    thinking: str = ""
    service_tier: str = ""
    requests_minute: int = 0
    """Of the last 60 s."""
    requests_today: int = 0
    tokens_today: int = 0
    """In, thoughts and out; with what running requests may still use."""
    in_flight: int = 0
    last_used_at: float | None = None
    day_ends_at: float = 0.0
    """When the counts of the day begin anew: Google's midnight."""


@dataclass(frozen=True, slots=True)
class NewClientKey:
    """A key that was made just now: the only time it is seen."""

    name: ClientKeyId
    key: Secret
    message: Message = NOTHING
    warned: bool = False
