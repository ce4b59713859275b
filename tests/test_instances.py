"""Several instances of the real program on one real PostgreSQL: one pool, one truth, as the stand-in counts it."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import programs
import pytest
from instances import KEYS, MODEL, SEAL, Cluster, crowd
from postgres_server import PostgresServer
from postgres_server import postgres as running_postgres
from programs import until
from test_main_job import SIM_CLIENT, gemini_cli_file, reference_file

pytestmark = [pytest.mark.slow, pytest.mark.tool("postgres")]


@pytest.fixture
def cluster(postgres: PostgresServer, tmp_path: Path) -> Iterator[Cluster]:
    with programs.simulator() as google, ExitStack() as stack:
        yield Cluster(google, postgres.fresh(), tmp_path, stack)


def test_what_one_does_the_other_knows_within_a_second(cluster: Cluster) -> None:
    cluster.start(0), cluster.start(1)
    cluster.bring(0, KEYS[0])
    begun = time.monotonic()
    until(lambda: len(cluster.pool(1)) == 1, "the credential")
    assert time.monotonic() - begun < 1.0
    (label,) = cluster.pool(1)
    assert cluster.ask(1) == 200
    until(lambda: cluster.used(0) == 1 == cluster.used(1), "the count")
    cluster.command(1, "creds", "disable", label)
    until(lambda: cluster.pool(0)[label]["state"] == "disabled by you", "the switch")
    assert cluster.ask(0) in (429, 503)
    cluster.command(0, "creds", "enable", label)
    until(lambda: cluster.pool(1)[label]["state"] == "ready", "the switch back")
    made = json.loads(cluster.command(0, "keys", "add", "ada", "--rpd", "3", "--json").stdout)["key"]
    until(lambda: cluster.ask(1, made, model="nothing") != 401, "the client key")
    assert [cluster.ask(number % 2, made) for number in range(2)] == [200, 200]
    until(lambda: [cluster.asked_by(number, "ada") for number in range(2)] == [2, 2], "the key's counts")
    # Exact to within a batch: the other instance may not have heard of the third one yet.
    assert Counter(cluster.ask(number % 2, made) for number in range(4))[200] in (1, 2)
    cluster.command(1, "keys", "revoke", "ada")
    until(lambda: cluster.ask(0, made) == 401, "the end of the key")
    cluster.command(0, "creds", "remove", label)
    until(lambda: cluster.pool(1) == {}, "the removal")
    cluster.command(1, "creds", "restore", label)
    until(lambda: label in cluster.pool(0), "the return")


def test_each_tells_what_the_others_answered_and_who_it_was(cluster: Cluster) -> None:
    for number in range(3):
        cluster.start(number)
    cluster.bring(0, KEYS[0])
    until(lambda: all(len(cluster.pool(number)) == 1 for number in range(3)), "the credential")
    assert crowd(lambda number: cluster.ask(1 + number % 2), 12) == {200: 12}

    def told(number: int, path: str) -> Any:
        return programs.fetch(f"{cluster.at(number)}/admin/api{path}", key="pwd")

    until(lambda: len(told(0, "/elsewhere")["exchanges"]) == 12, "the rows of the others")
    until(lambda: len(told(1, "/elsewhere")["exchanges"]) == 6, "those of the third")
    found = told(0, "/elsewhere")
    names = Counter(row["instance"].rpartition(":")[2] for row in found["exchanges"])
    assert names == {str(cluster.ports[1]): 6, str(cluster.ports[2]): 6}
    assert len({row["id"] for row in found["exchanges"]}) == 12
    assert told(0, f"/elsewhere?since={found['number']}")["exchanges"] == []
    assert told(0, "/exchanges")["exchanges"] == [], "an unnamed one is this instance"
    chosen = told(0, f"/exchanges?filter=instance:{cluster.ports[2]}")["exchanges"]
    assert len(chosen) == 6 and {row["status"] for row in chosen} == {200}
    own = told(2, "/exchanges")["exchanges"]
    assert {row["instance"] for row in own} == {chosen[0]["instance"]}
    rows = told(0, "/usage")
    assert rows["shared"] and rows["total"]["requests"] == 12
    assert "of all instances" in cluster.command(0, "usage").stdout
    until(lambda: cluster.command(0, "status").stdout.count("/min, 0 running") == 3, "all three at rest")
    cluster.kill(2)
    until(lambda: len(told(0, "/snapshot")["server"]["instances"]) == 2, "the end of the third")
    assert len(told(0, "/elsewhere")["exchanges"]) == 12, "what it answered stays"


def test_a_setting_of_one_acts_on_all_and_after_a_restart(cluster: Cluster) -> None:
    def value(number: int) -> tuple[str, str]:
        rows = programs.fetch(f"{cluster.at(number)}/admin/api/settings", key="pwd")["settings"]
        return next((row["value"], row["source"]) for row in rows if row["name"] == "hold_s")

    cluster.start(0), cluster.start(1)
    cluster.command(0, "config", "set", "hold_s", "12")
    until(lambda: value(1) == ("12", "all instances"), "the setting")
    cluster.kill(1)
    cluster.command(2, "config", "set", "hold_s", "13")  # where no server runs
    until(lambda: value(0) == ("13", "all instances"), "the setting")
    cluster.start(1)
    assert value(1) == ("13", "all instances")


def test_a_limit_is_overspent_by_at_most_a_batch_of_each_instance(cluster: Cluster) -> None:
    """A batch: what one lets in before it has heard of the others, a tenth of a second and the way."""
    for number in range(3):
        cluster.start(number)
    for credential in (*KEYS, "AIza-sim-key-0005"):
        cluster.bring(0, credential)
    made = json.loads(cluster.command(0, "keys", "add", "ada", "--rpd", "150", "--json").stdout)["key"]
    until(lambda: all(len(cluster.pool(number)) == 3 for number in range(3)), "the credentials")
    until(lambda: all(cluster.ask(number, made, model="nothing") != 401 for number in range(3)), "the client key")
    let_in: dict[int, list[float]] = {0: [], 1: [], 2: []}

    def ask(number: int) -> int:
        status = cluster.ask(number % 3, made, f"n{number}")
        if status == 200:
            let_in[number % 3].append(time.monotonic())
        return status

    statuses = crowd(ask, 450)
    assert set(statuses) == {200, 429}
    batch = max(_most_within(sorted(moments), 0.5) for moments in let_in.values())
    assert 150 <= statuses[200] <= 150 + 3 * batch
    until(lambda: {cluster.asked_by(number, "ada") for number in range(3)} == {statuses[200]}, "the same count")
    assert [cluster.ask(number, made) for number in range(3)] == [429] * 3


def _most_within(moments: list[float], span_s: float) -> int:
    return max((sum(0 <= one - first <= span_s for one in moments) for first in moments), default=0)


def _asked(cluster: Cluster) -> int:
    """Questions that Google got; instances ask it for its models when they like."""
    return sum(one["body"] is not None for one in programs.fetch(f"{cluster.google}/sim/journal"))


def test_a_429_that_one_sees_stops_the_other(cluster: Cluster) -> None:
    cluster.start(0), cluster.start(1)
    cluster.bring(0, KEYS[0])
    until(lambda: len(cluster.pool(1)) == 1, "the credential")
    assert [cluster.ask(0), cluster.ask(1)] == [200, 200]
    programs.fetch(f"{cluster.google}/sim/faults", {"kind": "per_minute", "count": 1, "delay_s": 60})
    assert cluster.ask(0, text="once more") == 429
    begun = time.monotonic()
    (label,) = cluster.pool(0)
    until(lambda: cluster.pool(1)[label]["cooldowns"], "the rest")
    assert time.monotonic() - begun < 1.0
    before = _asked(cluster)
    assert cluster.ask(1, text="and once more") == 429
    assert _asked(cluster) == before


def test_counts_are_googles_and_a_token_is_refreshed_once(cluster: Cluster) -> None:
    """Four sign-ins whose tokens have ended, asked through both at once."""
    cluster.start(0)
    for credential in (reference_file("alice"), gemini_cli_file("bob"), KEYS[0]):
        cluster.bring(0, credential)
    cluster.start(1)
    until(lambda: len(cluster.pool(0)) == len(cluster.pool(1)) == 3, "the credentials")
    assert crowd(lambda number: cluster.ask(number % 2, text=f"n{number}"), 400) == {200: 400}
    assert cluster.answered() == 400
    until(lambda: cluster.used(0) == cluster.used(1) == 400, "the same counts everywhere")
    rows = cluster.pool(0)
    journal = programs.fetch(f"{cluster.google}/sim/world")["answered"]
    assert sorted(row["used_today"] for row in rows.values()) == sorted(journal.values())
    refreshes = [one for one in programs.fetch(f"{cluster.google}/sim/journal") if one["path"] == "/token"]
    assert len(refreshes) == 2


def test_kills_lose_nothing_that_matters(cluster: Cluster, postgres: PostgresServer) -> None:
    """An instance is killed while requests run, and comes back; the other serves all the while."""
    cluster.start(0), cluster.start(1)
    for credential in KEYS:
        cluster.bring(0, credential)
    until(lambda: len(cluster.pool(1)) == 2, "the credentials")
    killer = threading.Timer(1.0, lambda: cluster.kill(1))
    killer.start()

    def ask(number: int) -> int:
        """As a balancer does: what could not be given to one goes to the other."""
        return cluster.ask(number % 2) or cluster.ask(0)

    begun = time.monotonic()
    assert crowd(ask, 300) == {200: 300}
    batch = 150 / (time.monotonic() - begun) * 0.1
    killer.join()
    cluster.start(1)
    until(lambda: cluster.used(0) == cluster.used(1), "the same counts everywhere")
    assert len(cluster.pool(1)) == 2
    lost = cluster.answered() - cluster.used(0)
    assert 0 <= lost <= 16 + batch  # what ran, and a batch of the one that was killed; never one too many


def test_while_the_database_is_away_all_are_served_and_counts_come_back_exact(tmp_path: Path) -> None:
    with running_postgres() as own, programs.simulator() as google, ExitStack() as stack:
        cluster = Cluster(google, own.fresh(), tmp_path, stack)
        cluster.start(0), cluster.start(1)
        for credential in KEYS:
            cluster.bring(0, credential)
        until(lambda: len(cluster.pool(1)) == 2, "the credentials")
        own.kill()
        assert crowd(lambda number: cluster.ask(number % 2), 100) == {200: 100}
        until(lambda: "database" in str(programs.fetch(f"{cluster.at(0)}/readyz")), "the words")
        own.start()
        assert crowd(lambda number: cluster.ask(number % 2), 50) == {200: 50}
        until(lambda: cluster.used(0) == cluster.used(1) == 150 == cluster.answered(), "the same counts everywhere")
        cluster.command(0, "creds", "list")


def test_a_start_without_the_database_serves_own_files_and_follows_when_it_comes(tmp_path: Path) -> None:
    with running_postgres() as own, programs.simulator() as google, ExitStack() as stack:
        cluster = Cluster(google, own.fresh(), tmp_path, stack)
        cluster.bring(0, KEYS[1])
        cluster.command(1, "creds", "add-key", KEYS[0], "--local")
        own.kill()
        cluster.start(1)
        assert len(cluster.pool(1)) == 1 and cluster.ask(1) == 200
        assert "database" in str(programs.fetch(f"{cluster.at(1)}/readyz"))
        own.start()
        until(lambda: len(cluster.pool(1)) == 2, "what all share")
        until(lambda: "database" not in str(programs.fetch(f"{cluster.at(1)}/readyz")), "the end of it")
        assert cluster.used(1) == 1 and cluster.ask(1) == 200


def test_a_start_that_needs_keys_from_a_database_that_is_away_says_so(tmp_path: Path) -> None:
    away = {"GCLI2API_STATE_URL": "postgresql://postgres@127.0.0.1:1/none", "GCLI2API_SEAL_KEY": SEAL}
    words = ("serve", "--home", str(tmp_path), "--port", str(programs.free_port()))
    refused = subprocess.run(
        [sys.executable, "-m", "gcli2api_tui", *words], env=programs.environment(**away), capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode and "cannot be asked" in refused.stderr and "PANEL_PASSWORD" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_home_moves_into_the_database_and_back(cluster: Cluster) -> None:
    home = cluster.home(0)
    alone = {**programs.towards(cluster.google), **SIM_CLIENT, "PASSWORD": "pwd"}
    done = programs.command("creds", "add-key", KEYS[0], "--home", str(home), **alone)
    assert done.returncode == 0, done.stderr
    with programs.server(home, cluster.google) as url:
        body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
        programs.fetch(f"{url}/v1/chat/completions", body, "pwd")
    cluster.command(0, "import-state")
    cluster.start(1)
    assert (cluster.used(1), len(cluster.pool(1))) == (1, 1)
    assert cluster.ask(1) == 200
    until(lambda: cluster.used(1) == 2, "the count")
    cluster.command(2, "import-state", "--back")
    with programs.server(cluster.home(2), cluster.google) as url:
        rows = programs.fetch(f"{url}/admin/api/credentials", key="pwd")["credentials"]
    assert [row["used_today"] for row in rows] == [2]


def test_a_start_without_keys_that_all_share_is_refused(cluster: Cluster) -> None:
    words = ("serve", "--home", str(cluster.home(0)), "--port", str(programs.free_port()))
    shared = {"GCLI2API_STATE_URL": cluster.url, "GCLI2API_SEAL_KEY": SEAL}
    refused = subprocess.run(
        [sys.executable, "-m", "gcli2api_tui", *words], env=programs.environment(**shared), capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode and "cluster keys" in refused.stderr
    cluster.command(0, "cluster", "keys")
    with programs.running(*words, **shared) as process:
        port = words[-1]
        until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz", process), "an instance")
        assert programs.fetch(f"http://127.0.0.1:{port}/v1/models", key="pwd")["data"]
