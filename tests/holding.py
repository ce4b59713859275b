"""An owner of credentials made of one dict, for tests of those who ask one."""

from dataclasses import dataclass, field, replace

from gcli2api_tui.credentials.credential import Credential, OAuthTokens
from gcli2api_tui.credentials.ports import Held
from gcli2api_tui.events.records import CredentialId


@dataclass
class Holding:
    """Keeps whom it is told to, and whoever got new tokens."""

    held: dict[CredentialId, Held] = field(default_factory=dict)
    kept: list[OAuthTokens] = field(default_factory=list)

    def put(self, credential: Credential) -> None:
        """As a new sign-in or a changed file does."""
        before = self.held.get(credential.id)
        self.held[credential.id] = Held(credential, before.version + 1 if before else 1)

    def current(self, identity: CredentialId) -> Held | None:
        return self.held.get(identity)

    def renewed(self, read: Held, tokens: OAuthTokens) -> OAuthTokens:
        now = self.held.get(read.credential.id)
        if now and now.version != read.version:
            assert isinstance(now.credential.secret, OAuthTokens)
            return now.credential.secret
        self.put(replace(read.credential, secret=tokens))
        self.kept.append(tokens)
        return tokens
