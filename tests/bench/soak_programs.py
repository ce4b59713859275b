"""The programs of the soak, and Google for the kills: `soak_programs.py google PORT`, `… server HOME PORT REPORT`.

Google's accounts have no limits, so that only faults fail. The server is the real one on a clock that jumps at SIGUSR1;
at its end it writes into REPORT what its ledger heard: exchanges opened, ended, ended twice, and still open.
"""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measures import process, programs

from gcli2api_tui import start
from gcli2api_tui.bootstrap import open_vault, prepare
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind, OAuthTokens
from gcli2api_tui.events.records import (
    CredentialId,
    Event,
    ExchangeCancelled,
    ExchangeFailed,
    ExchangeFinished,
    ExchangeOpened,
)
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.pacific_time import next_pacific_midnight
from gcli2api_tui.simulator import app as simulator
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, World

PROGRAMS = str(Path(__file__))
KEYS = ("AIza-soak-key-0001", "AIza-soak-key-0002")
LABELS = ("first key", "second key")
EMAILS = ("ann@example.com", "ben@example.com", "cid@example.com", "dan@example.com")
ROTATING = EMAILS[1]
"""Its refresh token is new with each refresh, and the old one dies: what is not on disk then is lost."""

JUMPS_S = (3600.0, -1800.0, 7200.0, 0.0, 5400.0)
"""Places of the clock, one after another: tokens end early, or late and at Google's side only."""
BEFORE_MIDNIGHT_S = 16 * 3600.0
"""The clock begins so long before the day's end at Google: counts of a day must not end in the middle."""


def world(*, rotating: bool) -> World:
    made = World(seed=7)
    for key in KEYS:
        made.add_api_key(key, project=key, free=False)
    for email in EMAILS:
        made.add_account(email, project=_project(email), rpm=None, rpd=None, rotating=rotating and email == ROTATING)
    return made


def credentials() -> list[Credential]:
    """What the vault of the server begins with; labels are e-mails, and for keys LABELS."""
    keys = [
        Credential(CredentialId(f"{n:032x}"), Kind.API_KEY, LABELS[n], ApiKey(Secret(key)), source="soak")
        for n, key in enumerate(KEYS)
    ]
    return keys + [
        Credential(CredentialId(f"{n:032x}"), Kind.OAUTH, email, _tokens(email), _project(email), source="soak")
        for n, email in enumerate(EMAILS, len(KEYS))
    ]


def fill(home: Path) -> None:
    """Write them into a server's home."""
    open_vault(str(home), {}).add(credentials())


def _project(email: str) -> str:
    return f"soak-{email.partition('@')[0]}"


def _tokens(email: str) -> OAuthTokens:
    return OAuthTokens(Secret(f"1//sim-{email.partition('@')[0]}"), CLIENT_ID, Secret(CLIENT_SECRET))


@contextlib.contextmanager
def google(*, rotating: bool) -> Iterator[str]:
    """The stand-in as a process; its URL. `rotating`: one account's refresh tokens die with each refresh."""
    port = programs.free_port()
    words = ("google", str(port), *(["rotating"] if rotating else []))
    with process(sys.executable, PROGRAMS, *words):
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/sim/world"), "the simulator")
        yield url


# --- the programs ------------------------------------------------------------------------------------------------


async def serve_google(port: int, *, rotating: bool) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with simulator.serve(port, world=world(rotating=rotating)):
        await stop.wait()


class Ends:
    """Hears everything that the ledger hears."""

    def __init__(self) -> None:
        self.opened = self.ended = self.twice = 0
        self._open: set[int] = set()

    def hear(self, event: Event) -> None:
        if isinstance(event, ExchangeOpened):
            self.opened += 1
            self._open.add(event.exchange)
        elif isinstance(event, ExchangeFinished | ExchangeFailed | ExchangeCancelled):
            self.ended += 1
            self.twice += event.exchange not in self._open
            self._open.discard(event.exchange)

    def report(self) -> dict[str, int]:
        return {"opened": self.opened, "ended": self.ended, "twice": self.twice, "still_open": len(self._open)}


def serve(home: str, port: int, report: Path) -> None:
    ends, record = Ends(), Ledger.record

    def watched(ledger: Ledger, event: Event) -> None:
        ends.hear(event)
        record(ledger, event)

    Ledger.record = watched  # type: ignore[method-assign]
    setup = prepare({"home": home, "port": port, "password": "pwd"}, os.environ, jumping_clock())
    asyncio.run(start.run(setup, screen=False))
    report.write_text(json.dumps(ends.report()), encoding="utf-8")


def jumping_clock() -> Clock:
    began = time.time()
    places, now = itertools.cycle(JUMPS_S), [next_pacific_midnight(began) - BEFORE_MIDNIGHT_S - began]
    start = now[0]

    def jump(*_: object) -> None:
        now[0] = start + next(places)

    signal.signal(signal.SIGUSR1, jump)
    return Clock(now=lambda: time.time() + now[0])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["google", port, *words]:
            asyncio.run(serve_google(int(port), rotating="rotating" in words))
        case ["server", home, port, report]:
            serve(home, int(port), Path(report))
