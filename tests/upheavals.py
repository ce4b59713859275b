"""What a cluster must go through without anybody losing or double counting anything; each function is one upheaval.

    python tests/upheavals.py [NAME …] [--requests 20000] [--away 30]

Several instances on one real PostgreSQL, each in a network namespace of its own, under traffic all the while. Each
prints its figures, and fails where an answer was an error, a credential is missing, or a count is not the journal's.
`tests/test_upheavals.py` runs short forms. Needs root.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

import programs
from double_upheavals import early_refresh, killed_while_cut_off, slow_refresh
from instances import Balancer, crowd
from programs import until
from scene import Scene, Streams, Traffic, patiently, scene

A_DAY = 1_200
"""An account that was asked more often is spared, as if Google's day were used up."""


def fine(statuses: Mapping[int, int]) -> None:
    """No client saw an error."""
    assert set(statuses) == {200}, statuses


def counts(instances: int, requests: int = 20_000) -> str:
    """Each account's count is the journal's, on every instance; a token is refreshed once each time all have ended."""
    with scene(instances, accounts=max(4, requests // A_DAY), keys=2) as here:
        balancer, quarters = Balancer(here.cluster, here.numbers), 4
        begun = time.monotonic()
        statuses: Counter[int] = Counter()
        for quarter in range(quarters):
            if quarter:
                here.google.expire_tokens()
            statuses += crowd(balancer.ask, requests // quarters)
        took = time.monotonic() - begun
        fine(statuses)
        settled = here.settle()
        refreshed = here.google.refreshes()
        assert sum(refreshed.values()) == here.accounts * quarters, refreshed
        ((batches, longest),) = here.query("SELECT count(*), max(length(content)) FROM news")
        return (
            f"{instances} instances, {requests} requests in {took:.0f} s ({requests / took:.0f}/s): counts equal on "
            f"all, {settled:.2f} s after the last; {sum(refreshed.values())} refreshes; "
            f"{batches} batches of news ({batches / took / instances:.1f}/s each, the longest {longest} characters)"
        )


def rests(instances: int, rounds: int = 20) -> str:
    """A 429 that one sees stops all others within a second."""
    with scene(instances, accounts=0, keys=1) as here:
        (label,) = here.cluster.pool(0)
        took = []
        for turn in range(rounds):
            seer = turn % instances
            here.google.fault(kind="per_minute", count=1, delay_s=60)
            assert here.cluster.ask(seer) == 429
            begun = time.monotonic()
            others = [number for number in here.numbers if number != seer]
            until(lambda others=others: all(here.cluster.pool(one)[label]["cooldowns"] for one in others), "the rest")
            took.append(time.monotonic() - begun)
            here.cluster.command(seer, "creds", "clear-cooldown", label)
            until(lambda: not any(here.cluster.pool(one)[label]["cooldowns"] for one in here.numbers), "its end")
        took.sort()
        assert took[-1] < 1.0, took
        return (
            f"{instances} instances: a rest is known to all after {took[rounds // 2]:.2f} s, {took[-1]:.2f} s at most"
        )


HEARD_S = 0.4
"""A tenth for the batch, the rest for a machine on which others run."""


def overspend(instances: int, limit: int = 300) -> str:
    """Beyond a day's limit goes at most what the others let in before they heard of it."""
    at_once = 16
    with scene(instances, accounts=0, keys=1) as here:
        (label,) = here.cluster.pool(0)
        here.cluster.command(0, "creds", "set", label, f"daily_limit={limit}")
        until(lambda: all(here.cluster.pool(one)[label]["limit"] == limit for one in here.numbers), "the limit")
        balancer, begun = Balancer(here.cluster, here.numbers), time.monotonic()
        refused_at: list[float] = []

        def ask(number: int) -> int:
            status = balancer.ask(number)
            if status != 200:
                refused_at.append(time.monotonic())
            return status

        statuses = crowd(ask, limit + 100 * instances)
        rate = limit / (min(refused_at) - begun)
        over = here.cluster.answered() - limit
        batch = at_once / instances + rate / instances * HEARD_S
        assert set(statuses) <= {200, 429} and 0 <= over <= instances * batch, (over, batch, statuses)
        here.settle()
        return f"{instances} instances at {rate:.0f}/s: {over} beyond a daily limit of {limit} (a batch is {batch:.0f})"


def killed(instances: int = 2) -> str:
    """An instance dies, and comes back; the others serve."""
    with scene(instances) as here:
        balancer = Balancer(here.cluster, here.numbers)
        with Traffic(balancer) as traffic:
            begun = time.monotonic()
            traffic.more(200)
            rate = 200 / (time.monotonic() - begun)
            here.cluster.kill(1)
            traffic.more(200)
            here.cluster.start(1, guarded=False)
            traffic.more(200)
        fine(traffic.statuses)
        until(lambda: len({here.cluster.used(one) for one in here.numbers}) == 1, "the same counts everywhere")
        lost = here.cluster.answered() - here.cluster.used(0)
        assert len(here.cluster.pool(1)) == 5
        batch = traffic.at_once + rate / instances * 0.1
        assert 0 <= lost <= traffic.at_once + batch, (lost, batch)
        return f"an instance killed at {traffic.asked} requests: {lost} not counted, {balancer.passed_on} asked again"


def database_killed(away_s: float = 2.0) -> str:
    """PostgreSQL dies with all its processes and starts again, twice."""
    with scene(2) as here, Traffic(Balancer(here.cluster, here.numbers)) as traffic:
        for _ in range(2):
            traffic.more(200)
            here.server.kill()
            patiently(lambda: all(away(here, one) for one in here.numbers), "the words")
            threading.Event().wait(away_s)
            traffic.more(100)
            here.google.expire_tokens()
            traffic.more(100)
            here.server.start()
            patiently(lambda: not any(away(here, one) for one in here.numbers), "the end of it")
        traffic.more(100)
        traffic.__exit__()
        fine(traffic.statuses)
        settled = here.settle()
        assert all(len(here.cluster.pool(one)) == 5 for one in here.numbers)
        return f"PostgreSQL killed twice in {traffic.asked} requests: counts equal {settled:.1f} s after the last"


def cut_off(away_s: float = 30.0, *, one_way: bool = False) -> str:
    """The line between one instance and the database is cut, or brings nothing back; traffic goes on at both."""
    with scene(2) as here:
        room = here.cluster.rooms[1]
        with Traffic(Balancer(here.cluster, here.numbers), at_once=4) as traffic:
            traffic.more(100)
            (room.mute if one_way else room.cut)("back")
            begun = time.monotonic()
            here.google.expire_tokens()
            patiently(lambda: away(here, 1), "the words")
            told = time.monotonic() - begun
            here.cluster.bring(0, {**_another(), "project_id": "sim-a0-elsewhere"})
            while time.monotonic() - begun < away_s:
                traffic.more(10)
            (room.unmute if one_way else room.mend)("back")
            mended = time.monotonic()
            patiently(lambda: not away(here, 1), "the end of it")
            back = time.monotonic() - mended
            traffic.more(100)
        fine(traffic.statuses)
        settled = here.settle()
        patiently(
            lambda: len(here.cluster.pool(1)) == len(here.cluster.pool(0)) == 6, "the credential that came meanwhile"
        )
        refreshed = sum(here.google.refreshes().values())
        return (
            f"cut off for {away_s:.0f} s ({'answers only' if one_way else 'both ways'}): told after {told:.1f} s, "
            f"back {back:.1f} s after it was mended, counts equal "
            f"{settled:.1f} s after the last of {traffic.asked} requests; "
            f"longest answer {traffic.longest_s:.1f} s, {refreshed} refreshes"
        )


def clocks(requests: int = 1_000, off_s: float = 5.0) -> str:
    """One instance's clock is ahead, another's behind: counts, rests and limits hold all the same."""
    with scene(3, accounts=2, keys=1, ahead_s=(0.0, off_s, -off_s)) as here:
        fine(crowd(Balancer(here.cluster, here.numbers).ask, requests))
        here.settle()
        here.cluster.command(0, "creds", "disable", "sim-a0", "sim-a1")
        took = [_heard(here, seer, delay_s) for seer in here.numbers for delay_s in (4, 60)]
        assert max(took) < 1.0, took
        for number in here.numbers:
            _limit(here, number)
        return f"clocks {off_s:.0f} s ahead and behind: {requests} counts equal, rests known after {max(took):.2f} s"


def _heard(here: Scene, seer: int, delay_s: float) -> float:
    """How long until all know of the rest that one was told to take."""
    (label,) = (name for name, row in here.cluster.pool(seer).items() if row["state"] != "disabled by you")
    until(lambda: not any(here.cluster.pool(one)[label]["cooldowns"] for one in here.numbers), "no rest")
    here.google.fault(kind="per_minute", count=1, delay_s=delay_s)
    asking = threading.Thread(target=here.cluster.ask, args=(seer,))  # it may wait until the rest is over
    asking.start()
    until(lambda: here.cluster.pool(seer)[label]["cooldowns"], "the rest")
    begun = time.monotonic()
    until(lambda: all(here.cluster.pool(one)[label]["cooldowns"] for one in here.numbers), "the rest elsewhere")
    took = time.monotonic() - begun
    asking.join()
    here.cluster.command(seer, "creds", "clear-cooldown", label)
    return took


def _limit(here: Scene, number: int) -> None:
    """What a client key used on one instance it cannot use again on the others."""
    name = f"client{number}"
    made = json.loads(here.cluster.command(number, "keys", "add", name, "--rpm", "3", "--json").stdout)["key"]
    until(lambda: all(here.cluster.ask(one, made, model="none") != 401 for one in here.numbers), "the key")
    assert [here.cluster.ask(number, made) for _ in range(3)] == [200] * 3
    others = [one for one in here.numbers if one != number]
    until(lambda: all(here.cluster.ask(one, made) == 429 for one in others), "the limit")
    assert here.cluster.ask(number, made) == 429


def upgraded(instances: int = 2) -> str:
    """One after the other makes room for a newer program that changes the tables, under streams that are slow."""
    with scene(instances, rooms_for=2 * instances, guarded=True) as here:
        balancer, streams = Balancer(here.cluster, here.numbers), Streams(here)
        with Traffic(balancer) as traffic:
            for number, newer in zip(range(instances), range(instances, 2 * instances), strict=True):
                traffic.more(100)
                here.cluster.start(newer, script="tomorrow.py")
                balancer.numbers.append(newer)
                here.drop_connections()  # those from before have to come in again
                traffic.more(100)
                streams.begin(number, 3)
                here.cluster.running[number].send_signal(signal.SIGTERM)
                balancer.numbers.remove(number)
                assert here.cluster.running[number].wait(60) == 0
            traffic.more(100)
        fine(traffic.statuses)
        assert (streams.whole(), streams.found) == (3 * instances, [])
        here.settle(balancer.numbers)
        assert all(len(here.cluster.pool(one)) == 5 for one in balancer.numbers)
        whole = f"all of {3 * instances} slow streams whole"
        return f"{instances} instances replaced across a migration in {traffic.asked} requests, {whole}"


def _another() -> dict[str, object]:
    from test_main_job import reference_file

    return reference_file("a0")


def away(here: Scene, number: int) -> bool:
    """It says that its database is."""
    return "database" in str(programs.fetch(f"{here.cluster.at(number)}/readyz"))


UPHEAVALS: Mapping[str, Callable[[argparse.Namespace], str]] = {
    **{f"counts-{n}": lambda chosen, n=n: counts(n, chosen.requests) for n in (2, 3, 4)},
    **{f"rests-{n}": lambda chosen, n=n: rests(n) for n in (2, 3, 4)},
    **{f"overspend-{n}": lambda chosen, n=n: overspend(n) for n in (2, 3, 4)},
    "killed": lambda chosen: killed(),
    "database-killed": lambda chosen: database_killed(),
    "cut-off": lambda chosen: cut_off(chosen.away),
    "clocks": lambda chosen: clocks(),
    "upgraded": lambda chosen: upgraded(),
    "killed-cut-off": lambda chosen: killed_while_cut_off(chosen.away),
    "killed-cut-off-restart": lambda chosen: killed_while_cut_off(chosen.away, restarts=True),
    "early-refresh": lambda chosen: early_refresh(),
    "slow-refresh": lambda chosen: slow_refresh(),
    "slow-refresh-restart": lambda chosen: slow_refresh(restarts=True),
    "deaf": lambda chosen: cut_off(chosen.away, one_way=True),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", choices=(*UPHEAVALS, []))
    asked.add_argument("--requests", type=int, default=20_000)
    asked.add_argument("--away", type=float, default=30.0)
    chosen = asked.parse_args()
    for name in chosen.names or UPHEAVALS:
        print(f"{name}: {UPHEAVALS[name](chosen)}", flush=True)


if __name__ == "__main__":
    main()
