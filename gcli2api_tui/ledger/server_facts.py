"""What the screen and the admin API read of the server itself, beside what it does: a frozen row of `records`."""

from dataclasses import replace

from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ModelsToName:
    """Models for examples and settings of clients, of those that the pool serves now; "" where there is none."""

    best: str = ""
    fast: str = ""
    cheap: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How prompt the server itself was in the last minute or two, in milliseconds; None where nothing was seen."""

    loop_lag_p50_ms: float | None = None
    loop_lag_p99_ms: float | None = None
    """How late the loop took its marks."""
    chunk_transit_p50_ms: float | None = None
    chunk_transit_p99_ms: float | None = None
    """From a read of Google's to its way out, of clients that keep up."""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One of those that share a database."""

    name: str
    address: str
    version: str
    started_at: float
    per_minute: float
    """Requests."""
    lag_s: float
    """How long the database takes to answer it."""
    own: bool
    in_flight: int = 0
    """Answers that run there."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What does not change while the server runs, or rarely."""

    url: str = ""
    """`http://127.0.0.1:7861`"""
    version: str = ""
    started_at: float = 0.0
    demo: bool = False
    strategy: str = ""
    home: str = ""
    client_key_hint: str = ""
    """The key itself where it is the public `pwd`, otherwise where it is kept."""
    warnings: tuple[Message, ...] = ()
    aliases: tuple[str, ...] = ()
    """The person's own names for models, `name=model` each."""
    models: ModelsToName = ModelsToName()
    screen: tuple[tuple[str, str], ...] = ()
    """What the settings want of the screen: (name, value) of those that show and alert."""
    settings_version: int = 0
    """Moves when a setting was changed."""
    url_elsewhere: str = ""
    """By which another device reaches it now; empty where only this machine does."""
    instances: tuple[InstanceRow, ...] = ()
    """Of a shared database, this one among them; none where there is no such database."""

    def now(self, models: ModelsToName, url_elsewhere: str) -> "ServerFacts":
        """The same, but for what moves by itself."""
        return replace(self, models=models, url_elsewhere=url_elsewhere)

    @property
    def url_for_others(self) -> str:
        """What a phone is shown."""
        return self.url_elsewhere or self.url
