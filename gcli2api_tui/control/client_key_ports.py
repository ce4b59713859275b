"""Client keys as a person looks at them and acts on them: a part of `Reader` and of `Control`.

In: a key's name, and wishes in words (`{"rpm": "30", "models": "*-flash*", "enabled": "off"}`; `none` lifts).
Out: rows without keys; a new key, this once; what came of a verb.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from gcli2api_tui.control.answer import Answer, Refused

if TYPE_CHECKING:
    from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey


class ClientKeyReader(Protocol):
    """Under Reader."""

    def client_keys(self) -> "tuple[ClientKeyRow, ...]":
        """Those that are not revoked, by name, with what they have used; for whoever looks at them."""
        ...


class ClientKeyControl(Protocol):
    """Under Control."""

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> "NewClientKey | Refused":
        """A new key for somebody's tools; it is seen in this answer and never again."""
        ...

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        """All of the wishes, or none. Switched off, what runs with it ends."""
        ...

    async def revoke_client_key(self, name: str) -> Answer:
        """It serves nobody any more, and what runs with it ends."""
        ...
