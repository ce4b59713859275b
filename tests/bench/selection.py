"""How far a pool gets before a client sees a 429: 20 credentials, quotas from 25 to 400 a day, by strategy.

`python tests/bench/selection.py [--requests 2000]`. Deterministic: the pool is real, Google is a table of counts, and
time moves by hand. A request tries up to four credentials, which shows what an order is worth by itself, and then as
many as there are, as the relay does. Then what a lease costs with many credentials: that one is timed, and only its
growth means anything elsewhere.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL, Lease
from gcli2api_tui.pool.selection import ORDERS
from gcli2api_tui.state.ports import Saved, UsageRow

QUOTAS = (25,) * 8 + (50,) * 6 + (200,) * 4 + (400,) * 2
"""Requests a day: free keys beside paid ones."""

MODEL = "gemini-2.5-pro"
BACKENDS = ("gemini-api",)
NOW = 1_795_000_000.0


@dataclass
class HttpError:
    """`served` before the first 429 that a client saw; `hidden` 429s that another credential made good."""

    served: int = 0
    hidden: int = 0
    quota: int = 0


@dataclass
class Trial:
    """One pool and its Google. `known`: the limits were learnt yesterday; `at_once` requests run at a time."""

    strategy: str
    quotas: Sequence[int]
    known: bool
    at_once: int = 8
    attempts: int = 4
    now: float = NOW
    left: dict[str, int] = field(default_factory=dict)
    running: list[Lease] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool = Pool(Clock(now=lambda: self.now), lambda event: None, None, self.strategy, seed=1)
        for credential in keys(len(self.quotas)):
            self.pool.add(credential)
        self.left = dict(zip((one.id for one in keys(len(self.quotas))), self.quotas, strict=True))
        if self.known:
            rows = (UsageRow(CredentialId(name), MODEL, 0.0, 0, limit, "429") for name, limit in self.left.items())
            self.pool.restore(Saved(usage=tuple(rows)))

    def run(self, requests: int) -> HttpError:
        """Until a client sees a 429, or all were served."""
        outcome = HttpError(quota=sum(self.quotas))
        while outcome.served < requests and self._request(outcome):
            outcome.served += 1
            self.now += 1.0
            if len(self.running) >= self.at_once:
                self.pool.release(self.running.pop(0))
        return outcome

    def _request(self, outcome: HttpError) -> bool:
        tried: list[CredentialId] = []
        for _ in range(self.attempts):
            try:
                lease = self.pool.lease(MODEL, BACKENDS, ALL, tried=tried)
            except NoCredential:
                return False
            if self.left[lease.credential.id] > 0:
                self.left[lease.credential.id] -= 1
                self.pool.succeeded(lease)
                self.running.append(lease)
                return True
            self.pool.failed(lease, UpstreamFault(FaultKind.DAILY, "No quota.", hint_s=30_000.0))
            self.pool.release(lease)
            outcome.hidden += 1
            tried.append(lease.credential.id)
        return False


def keys(count: int) -> list[Credential]:
    return [
        Credential(CredentialId(f"{n:032x}"), Kind.API_KEY, f"key {n}", ApiKey(Secret(f"{n}")), created_at=float(n))
        for n in range(count)
    ]


def lease_us(credentials: int, strategy: str, leases: int = 300) -> float:
    """Microseconds for a lease and its end, the best of five runs."""
    pool = Pool(Clock(now=lambda: NOW), lambda event: None, None, strategy, seed=1)
    for credential in keys(credentials):
        pool.add(credential)
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(leases):
            lease = pool.lease(MODEL, BACKENDS, ALL)
            pool.succeeded(lease)
            pool.release(lease)
        best = min(best, time.process_time() - began)
    return best * 1e6 / leases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000)
    requests = parser.parse_args().requests
    shuffled = list(QUOTAS)
    random.Random(7).shuffle(shuffled)
    print(f"{requests} requests, {len(QUOTAS)} credentials, {sum(QUOTAS)} a day in all")
    for attempts in (4, len(QUOTAS)):
        print(f"up to {attempts} credentials for a request")
        for known in (True, False):
            for name, quotas in (("in order", QUOTAS), ("mixed", shuffled)):
                for strategy in ORDERS:
                    found = Trial(strategy, quotas, known, attempts=attempts).run(requests)
                    order = f"limits {'known' if known else 'unknown':<8} {name:<9} {strategy:<12}"
                    print(f"{order} served {found.served:>5}  hidden {found.hidden:>3}")
    for strategy in ORDERS:
        costs = "  ".join(f"{count}: {lease_us(count, strategy):.0f} µs" for count in (1, 20, 1_000))
        print(f"a lease, {strategy:<12} {costs}")


if __name__ == "__main__":
    main()
