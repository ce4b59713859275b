"""What the routes work with; built by control_wiring, one per runtime."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import field
from typing import Protocol

from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.verb_results import Answer, Login
from gcli2api_tui.credentials.export import Exported
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.pool.ports import Group
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.google_resources import GoogleResources
from gcli2api_tui.relay.ports import Relaying
from gcli2api_tui.server.changes_stream import ChangesStream
from gcli2api_tui.server.lockout import Lockout
from gcli2api_tui.server.response_store import KeptResponses
from gcli2api_tui.state.ports import Shelf


async def nothing_exported(_: Sequence[CredentialId] | None) -> Sequence[Exported]:
    return ()


class ShortLinks(Protocol):
    """What leads a phone to a sign-in. Each raises ClientFault where a code leads nowhere."""

    def follow(self, code: str) -> str:
        """Google's page, this once."""
        ...

    def check(self, code: str) -> None:
        """The link stays unused."""
        ...

    async def opened(self, code: str) -> None:
        """It was followed: other instances hear of it."""
        ...

    async def recall(self) -> None:
        """The sign-ins that began on other instances."""
        ...

    def begun(self, login: str) -> Login | None: ...


class KnownModels(Protocol):
    """Asked once in a request."""

    @property
    def catalogue(self) -> Catalogue:
        """As they are known now."""
        ...


Fetch = Callable[[str, str], Awaitable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the HTTP side."""

    relay: Relaying
    reader: Reader
    control: Control
    models: KnownModels
    model_ids: Callable[[Collection[str]], Sequence[str]]
    """Ids that /v1/models lists, of models that these backends serve."""
    live: LiveSettings
    clock: Clock
    recorder: Recorder
    client_keys: ClientKeys
    """Those that were issued beside the own one."""
    admin_token: Secret
    """The random token of this run (run.json); opens the admin API beside the panel key."""
    lockout: Lockout
    """Where every door counts its wrong keys."""
    finish_login: Callable[[str], Awaitable[Answer]]
    """Takes the query string that Google's redirect came with."""
    short_links: ShortLinks | None = None
    """None where nobody signs in."""
    fetcher: Fetch | None = None
    """(address, field it stood in) → (type, content); raises ClientFault. None where nothing may ever be fetched."""
    things: GoogleResources | None = None
    """Files, cached contents and interactions; None where nothing keeps them."""
    responses: KeptResponses = field(default_factory=KeptResponses)
    backends: Callable[[Group], Collection[str]] = lambda group: ()
    """Those that a group has credentials for."""
    changes: ChangesStream = field(init=False)
    """For whoever looks from another process."""
    page_control: Control | None = None
    """The same verbs for the web page, which the log then names; None: the admin API's."""
    export: Callable[[Sequence[CredentialId] | None], Awaitable[Sequence[Exported]]] = nothing_exported
    """Credentials with their secrets, of these ids or of all, for the web page's download alone: no verb gives them."""
    metrics: Metrics = field(default_factory=Metrics)
    shelf: Shelf | None = None
    """What instances on one database share of the page; None where there is one instance."""
    demo: bool = False
    """The answers say that no model gave them."""
    large_bodies: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One is read at a time: several threads that parse would keep the loop from its turn."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", ChangesStream(self.reader))

    @property
    def fetch_image(self) -> Fetch | None:
        """None where nothing may be fetched."""
        return self.fetcher if self.live.now.fetch_images == "on" else None
