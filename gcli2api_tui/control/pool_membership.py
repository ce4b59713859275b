"""Who is on file is in the pool: what the registry says of a credential, told to the pool and to the log.

In: what the registry says, in the step in which it is so. Out: a pool that never keeps another version of a credential
than the registry.
"""

from collections.abc import Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.records import (
    CredentialAdded,
    CredentialChanged,
    CredentialId,
    CredentialRemoved,
    LogLine,
    TokenRefreshed,
)
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(slots=True)
class Membership:
    """One for each runtime."""

    pool: Pool
    recorder: Recorder
    clock: Clock
    on_moved: Callable[[CredentialId], None] = lambda identity: None
    """Hears who came, changed or went."""

    def joined(self, credential: Credential) -> None:
        self.pool.add(credential)
        self.recorder.record(CredentialAdded(self.clock.now(), credential.id, credential.label, credential.source))
        self.on_moved(credential.id)

    def changed(self, credential: Credential, change: Message) -> None:
        self.pool.replace(credential)
        if change:
            self.recorder.record(CredentialChanged(self.clock.now(), credential.id, credential.label, change))
            self.on_moved(credential.id)

    def refreshed(self, credential: Credential, expires_at: float) -> None:
        self.recorder.record(TokenRefreshed(self.clock.now(), credential.id, expires_at))

    def signed_in(self, credential: Credential) -> None:
        self.pool.clear_cooldown(credential.id)
        self.changed(credential, say("change.signed_in"))

    def left(self, credential: Credential) -> None:
        self.pool.retire(credential.id)
        self.recorder.record(CredentialRemoved(self.clock.now(), credential.id, credential.label))
        self.on_moved(credential.id)

    def said(self, level: str, text: Message) -> None:
        self.recorder.record(LogLine(self.clock.now(), "error" if level == "error" else "warning", "vault", text))
