"""Two troubles at once, as `upheavals` does one: an instance killed while it is cut off, a refresh that takes long, and
PostgreSQL restarted in the middle of either. Counts are compared with the stand-in's journal, account by account.
"""

import threading
import time
from collections import Counter
from typing import Any

import programs
from instances import Balancer
from scene import Scene, Traffic, patiently, scene

from gcli2api_tui.upstream.access_tokens import EARLY_S

UNTOLD_S = 1.2
"""What an instance counted is on its disk after half a second, or that of a loaded machine."""


def killed_while_cut_off(away_s: float = 30.0, *, restarts: bool = False) -> str:
    """One is cut off from the database, killed, started again while it still is, and then let back."""
    with scene(2) as here:
        room, balancer = here.cluster.rooms[1], Balancer(here.cluster, here.numbers)
        with Traffic(balancer, at_once=4) as traffic:
            traffic.more(150)
            room.cut("back")
            begun = time.monotonic()
            patiently(lambda: _says(here, 1), "the words")
            _until(begun + away_s / 3, traffic)
            killed_at, asked = time.monotonic(), traffic.asked
            rate = asked / (killed_at - begun)
            here.cluster.kill(1)
            traffic.more(50)
            if restarts:
                here.server.kill()
            here.cluster.start(1, guarded=False)
            back = time.monotonic() - killed_at
            assert "last known state" in _says(here, 1), _says(here, 1)
            assert len(here.cluster.pool(1)) == 5
            if restarts:
                here.server.start()
            _until(begun + away_s, traffic)
            room.mend("back")
            patiently(lambda: not _says(here, 1) and not _says(here, 0), "the end of it")
            traffic.more(100)
        assert set(traffic.statuses) == {200}, traffic.statuses
        lost = _counted_once(here)
        assert 0 <= lost <= 2 * traffic.at_once + rate * UNTOLD_S, (lost, rate)
        return (
            f"killed while cut off for {away_s:.0f} s{', PostgreSQL restarted meanwhile' if restarts else ''}: "
            f"served again {back:.1f} s after its death from what it last knew; {lost} of {traffic.asked} not counted, "
            f"none twice; {balancer.passed_on} asked again; longest answer {traffic.longest_s:.1f} s"
        )


def slow_refresh(delay_s: float = 12.0, *, restarts: bool = False) -> str:
    """Google takes long for each token; the lock holds all the while, and keys go on serving."""
    with scene(3, accounts=3, keys=3) as here:
        with Traffic(Balancer(here.cluster, here.numbers), at_once=24) as traffic:
            patiently(lambda: len(here.google.refreshes()) == here.accounts, "the first tokens")
            first = here.google.refreshes()
            here.google.fault(kind="slow_first_byte", method="token", count=100, delay_s=delay_s)
            here.google.expire_tokens()
            begun, before = time.monotonic(), traffic.asked
            if restarts:
                _until(begun + delay_s / 2, traffic)
                here.server.kill()
                patiently(lambda: all(_says(here, one) for one in here.numbers), "the words")
                here.server.start()
            _until(begun + delay_s, traffic)
            meanwhile = traffic.asked - before
            patiently(lambda: len(here.google.refreshes() - first) == here.accounts, "all tokens")
            traffic.more(200)
        assert set(traffic.statuses) == {200}, traffic.statuses
        settled = here.settle()
        refreshed = here.google.refreshes() - first
        most = len(here.numbers) if restarts else 1
        assert all(1 <= count <= most for count in refreshed.values()), refreshed
        assert all(len(here.cluster.pool(one)) == 6 for one in here.numbers)
        return (
            f"tokens of {here.accounts} sign-ins that take {delay_s:.0f} s"
            f"{', PostgreSQL restarted meanwhile' if restarts else ''}: {sum(refreshed.values())} refreshes, "
            f"{meanwhile} answers meanwhile, counts equal {settled:.1f} s after the last of {traffic.asked}; longest "
            f"answer {traffic.longest_s:.1f} s"
        )


def early_refresh(delay_s: float = 12.0) -> str:
    """Tokens near their end, which Google takes long to replace: all go on with the old ones, one asks for new ones."""
    near_s = int(EARLY_S) + 25
    with scene(3, accounts=3, keys=0, life_s=near_s) as here:
        with Traffic(Balancer(here.cluster, here.numbers), at_once=6) as traffic:
            patiently(lambda: len(here.google.refreshes()) == here.accounts, "the first tokens")
            first = here.google.refreshes()
            here.google.fault(kind="slow_first_byte", method="token", count=here.accounts, delay_s=delay_s)
            patiently(lambda: len(_asked_for_tokens(here)) > here.accounts, "the first that is near its end")
            begun, before = time.monotonic(), traffic.asked
            traffic.longest_s = 0.0
            _until(begun + delay_s - 2, traffic)
            meanwhile, longest_s = traffic.asked - before, traffic.longest_s
            patiently(lambda: len(here.google.refreshes() - first) == here.accounts, "all tokens")
        assert set(traffic.statuses) == {200}, traffic.statuses
        here.settle()
        refreshed = here.google.refreshes() - first
        assert set(refreshed.values()) == {1}, refreshed
        assert meanwhile > 3 * traffic.at_once, "nobody waits for a token while the old one lives"
        return (
            f"tokens of {here.accounts} sign-ins near their end, new ones take {delay_s:.0f} s: "
            f"{sum(refreshed.values())} refreshes, {meanwhile} answers meanwhile, the longest {longest_s:.1f} s"
        )


def _asked_for_tokens(here: Scene) -> list[Any]:
    """All that asked, answered or not."""
    found: list[Any] = programs.fetch(f"{here.google.url}/sim/journal?path=/token")
    return found


def _says(here: Scene, number: int) -> str:
    """What it says of its database; "" where that is well."""
    told = str(programs.fetch(f"{here.cluster.at(number)}/readyz"))
    return told if "database" in told else ""


def _until(moment: float, traffic: Traffic) -> None:
    """Under traffic."""
    while time.monotonic() < moment:
        before = traffic.asked
        threading.Event().wait(min(0.2, max(0.0, moment - time.monotonic())))
        assert traffic.asked >= before


def _counted_once(here: Scene) -> int:
    """How many of Google's answers no instance knows of; none may know of one that Google does not."""
    patiently(lambda: len({tuple(sorted(here.by_label(one).items())) for one in here.numbers}) == 1, "equal counts")
    journal, counted = here.cluster.by_account(), here.by_label(0)
    known = Counter({_account(label): count for label, count in counted.items()})
    assert all(known[_account(name)] <= count for name, count in journal.items()), (journal, counted)
    return sum(journal.values()) - sum(counted.values())


def _account(name: str) -> str:
    return name.partition("@")[0]
