"""Keeps vault and pool in step: who is on file is in the pool, and what changes in one changes in the other.

In: imports, new tokens, edits by others in the folder. Out: events about who came, changed and went. A disk that
refuses never takes a credential out of the pool.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.bundle import ImportResult
from gcli2api_tui.credentials.formats import Found
from gcli2api_tui.credentials.kinds import Credential, OAuthTokens
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import (
    CredentialAdded,
    CredentialChanged,
    CredentialId,
    CredentialRemoved,
    LogLine,
    TokenRefreshed,
)
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.state.ports import Saved


@dataclass(slots=True)
class CredentialRegistry:
    """One for each runtime."""

    vault: Vault
    pool: Pool
    recorder: Recorder
    clock: Clock
    on_moved: Callable[[CredentialId], None] = lambda identity: None
    """Hears who came, changed or went."""
    _labels: dict[CredentialId, str] = field(default_factory=dict)
    _trouble: Message = NOTHING

    def start(self, saved: Saved) -> None:
        """Read the vault into the pool, with what was remembered of each."""
        credentials, refused = self.vault.load()
        for credential in credentials:
            self._join(credential)
        self.pool.restore(saved)
        for refusal in refused:
            self._log("warning", refusal.sentence)

    def rescan(self) -> None:
        """Follow what others did to the folder. While it cannot be read everybody stays, and that is told once."""
        changes = self.vault.rescan()
        for credential in changes.added:
            self._join(credential)
        for credential in changes.changed:
            self.pool.replace(credential)
            self._changed(credential.id, say("change.on_disk"))
        for identity in changes.removed:
            self._leave(identity)
        for refusal in changes.refused:
            self._log("warning", refusal.sentence)
        if changes.trouble != self._trouble:
            self._trouble = changes.trouble
            self._log("warning", changes.trouble or say("vault.works_again"))

    def take(self, found: Found) -> ImportResult:
        """Keep what an import found. Raises Problem when the disk refuses."""
        result = self.vault.take(found)
        for credential in result.added:
            self._join(credential)
        return result

    def signed_in(self, credential: Credential) -> ImportResult:
        """A fresh sign-in; one of an account that is known already brings that credential back to life."""
        for view in self.pool.view():
            known = view.credential
            if known.kind is credential.kind and known.label == credential.label:
                place = credential.settings.location or known.settings.location
                settings = replace(known.settings, location=place)
                self.keep(replace(known, secret=credential.secret, settings=settings))
                self.pool.clear_cooldown(known.id)
                self._changed(known.id, say("change.signed_in"))
                return ImportResult(duplicates=(known.label,))
        return self.take(Found(credentials=(credential,)))

    def keep(self, credential: Credential) -> None:
        """A change to a credential, into its file and the pool; the pool gets it even if the disk refuses."""
        try:
            self.pool.replace(self.vault.update(credential))
        except Problem as problem:
            self.pool.replace(credential)
            self._log("error", say("vault.not_written", label=credential.label, said=problem.message))

    def token_refreshed(self, identity: CredentialId, tokens: OAuthTokens) -> None:
        self.recorder.record(TokenRefreshed(self.clock.now(), identity, tokens.expires_at))
        if known := self.pool.credential(identity):
            self.keep(replace(known, secret=tokens))

    def project_found(self, identity: CredentialId, project: str) -> None:
        if known := self.pool.credential(identity):
            self.keep(replace(known, project=project))

    def tier_found(self, identity: CredentialId, tier: str) -> None:
        if (known := self.pool.credential(identity)) and known.tier != tier:
            self.keep(replace(known, tier=tier))

    def switch(self, credential: Credential, *, enabled: bool) -> None:
        """Into the file first: what a person decided must not end with the process. Raises Problem."""
        wanted = replace(credential, settings=replace(credential.settings, enabled=enabled))
        self.pool.replace(self.vault.update(wanted))
        self._changed(credential.id, say("change.enabled") if enabled else say("change.disabled"))

    def remove(self, identity: CredentialId) -> Credential:
        """Out of the pool, its file to trash/. Raises Problem."""
        removed = self.vault.remove(identity)
        self._leave(identity)
        return removed

    def restore(self, identity: CredentialId) -> Credential:
        """Back from trash/. Raises Problem."""
        restored = self.vault.restore(identity)
        self._join(restored)
        return restored

    def _join(self, credential: Credential) -> None:
        self.pool.add(credential)
        self._labels[credential.id] = credential.label
        self.recorder.record(CredentialAdded(self.clock.now(), credential.id, credential.label, credential.source))
        self.on_moved(credential.id)

    def _leave(self, identity: CredentialId) -> None:
        self.pool.retire(identity)
        self.recorder.record(CredentialRemoved(self.clock.now(), identity, self._labels.get(identity, identity)))
        self.on_moved(identity)

    def _changed(self, identity: CredentialId, change: Message) -> None:
        self.recorder.record(CredentialChanged(self.clock.now(), identity, self._labels.get(identity, ""), change))
        self.on_moved(identity)

    def _log(self, level: str, text: Message) -> None:
        self.recorder.record(LogLine(self.clock.now(), "error" if level == "error" else "warning", "vault", text))
