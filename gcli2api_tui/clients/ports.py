"""What must outlive the process about client keys, told as changes. `Saved` brings it back; `flush` makes it sure."""

from concurrent.futures import Future
from typing import Protocol

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ClientUse:
    """What a key used on one day of Google's (Pacific): read as a sum, told as what is added, or taken back."""

    name: ClientKeyId
    day: str
    """YYYY-MM-DD"""
    requests: int
    tokens: int
    """With those that running requests have reserved."""


@dataclass(frozen=True, slots=True)
class ClientSecond:
    """Requests of a key in one second: what a limit a minute needs to know after a restart."""

    name: ClientKeyId
    second: int
    """Since the epoch."""
    requests: int


class ClientKeyStore(Protocol):
    """A part of state.ports.Store."""

    def put_client_key(self, key: ClientKey) -> None: ...

    def add_client_use(self, use: ClientUse) -> None: ...

    def add_client_second(self, second: ClientSecond) -> None: ...

    def flush(self) -> "Future[None]":
        """Done when everything told before is on the disk; fails with StoreFault where the disk refuses."""
        ...
