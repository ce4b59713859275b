"""What one request of a client may do, from the moment it is let in until it is over.

In: who asks, found out before. Out: the credentials that may serve it and what it gets where it says nothing itself.
Invariant: it is closed exactly once, however often that is called; whoever runs it hears that its key was taken away,
also if that happened before they listened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gcli2api_tui.events.records import CredentialId


@dataclass(slots=True, eq=False)
class Admission:
    """`group` None: any credential may serve it."""

    group: frozenset[CredentialId] | None = None
    thinking: str = ""
    service_tier: str = ""
    keeps: bool = False
    """What it has reserved stays counted: nobody tells what its answer used."""
    on_close: Callable[["Admission"], None] = field(default=lambda admission: None)
    stopped: bool = False
    _closed: bool = False
    _on_stop: Callable[[], None] = field(default=lambda: None)

    def when_stopped(self, end: Callable[[], None]) -> None:
        """How the request is ended from here on."""
        self._on_stop = end
        if self.stopped:
            end()

    def stop(self) -> None:
        """Its key serves nobody any more."""
        self.stopped = True
        self._on_stop()

    def close(self) -> None:
        """The request is over: its place is free."""
        if not self._closed:
            self._closed = True
            self.on_close(self)
