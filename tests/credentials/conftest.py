from dataclasses import dataclass, field

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.secret import Secret


@dataclass(frozen=True)
class Client:
    client_id: str = "default-client"
    client_secret: Secret = field(default_factory=lambda: Secret("default-pair"))


@pytest.fixture(scope="session")
def client() -> Client:
    return Client()


@pytest.fixture
def open_vault(tmp_path, client):
    clock = Clock(now=lambda: 1000.0, monotonic=lambda: 0.0)
    return lambda: Vault(tmp_path / "credentials", tmp_path / "trash", clock, client)
