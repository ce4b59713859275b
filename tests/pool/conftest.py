from dataclasses import dataclass, field

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind, OAuthTokens
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.pool.pool import Pool


@dataclass
class World:
    now: float = 1_795_000_000.0
    events: list = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, monotonic=lambda: self.now)

    def key(self, name: str, **settings) -> Credential:
        identity = CredentialId(name.ljust(32, "0"))
        return Credential(identity, Kind.API_KEY, name, ApiKey(Secret(name)), settings=CredentialSettings(**settings))

    def oauth(self, name: str) -> Credential:
        tokens = OAuthTokens(Secret(name), "client", Secret("pair"))
        return Credential(CredentialId(name.ljust(32, "0")), Kind.OAUTH, name, tokens)

    def pool(self, *credentials: Credential, strategy: str = "quota-aware", store=None) -> Pool:
        pool = Pool(self.clock, self.events.append, store, strategy, seed=1)
        for credential in credentials:
            pool.add(credential)
        return pool


@pytest.fixture
def world() -> World:
    return World()
