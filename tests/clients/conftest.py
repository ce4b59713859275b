"""One `serve` in front of one `simulate`, for all real clients."""

from collections.abc import Iterator
from dataclasses import dataclass

import programs
import pytest

KEY = "pwd"


@dataclass(frozen=True)
class Served:
    """Where the server is, and the stand-in behind it."""

    url: str
    google: str
    key: str = KEY

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def order(self, kind: str, **options: object) -> None:
        """Line up a fault at the stand-in, for the next request."""
        programs.fetch(f"{self.google}/sim/faults", {"kind": kind, **options})


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("clients") / "home"
    # Waits are not held: what clients make of a 429 is looked at here.
    with programs.simulator_within() as google, programs.server_with_key(home, google, GCLI2API_HOLD_S="0") as url:
        yield Served(url, google)
