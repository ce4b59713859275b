"""Instances that start while their database is away: at once, from what they last knew; and nothing counts twice."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import programs
import pytest
from instances import KEYS, SEAL, Cluster, crowd
from postgres_server import PostgresServer
from postgres_server import postgres as running_postgres
from programs import until
from test_main_job import reference_file

pytestmark = [pytest.mark.slow, pytest.mark.tool("postgres")]
FROM_THE_DATABASE = {"PASSWORD": ""}
"""The keys for people."""


@pytest.fixture
def own() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def cluster(own: PostgresServer, tmp_path: Path) -> Iterator[Cluster]:
    with programs.simulator() as google, ExitStack() as stack:
        yield Cluster(google, own.fresh(), tmp_path, stack)


def copy_of(cluster: Cluster, number: int) -> Path:
    return cluster.home(number) / "last-known.sealed"


def warning(cluster: Cluster, number: int) -> str:
    return str(programs.fetch(f"{cluster.at(number)}/readyz"))


def setting(cluster: Cluster, number: int, name: str) -> str:
    rows = programs.fetch(f"{cluster.at(number)}/admin/api/settings", key="pwd")["settings"]
    return next(row["value"] for row in rows if row["name"] == name)


def stop(cluster: Cluster, number: int) -> None:
    cluster.running[number].terminate()
    assert cluster.running[number].wait(60) == 0


def test_it_serves_with_all_it_knew_and_counts_as_google_does_afterwards(own: PostgresServer, cluster: Cluster) -> None:
    cluster.command(0, "cluster", "keys")
    cluster.start(0), cluster.start(1, **FROM_THE_DATABASE)
    for credential in (reference_file("alice"), *KEYS):
        cluster.bring(0, credential)
    until(lambda: len(cluster.pool(1)) == 3, "the credentials")
    made = json.loads(cluster.command(0, "keys", "add", "ada", "--rpd", "12", "--json").stdout)["key"]
    cluster.command(0, "config", "set", "hold_s", "12")
    until(lambda: setting(cluster, 1, "hold_s") == "12", "the setting")
    until(lambda: cluster.ask(1, made) != 401, "the client key")
    assert crowd(lambda number: cluster.ask(number % 2, made), 9) == {200: 9}
    assert crowd(lambda number: cluster.ask(number % 2), 10) == {200: 10}
    until(lambda: cluster.used(1) == 20 == cluster.used(0), "the counts")
    stop(cluster, 1)
    gone = next(label for label in cluster.pool(0) if "alice" not in label)
    cluster.command(0, "creds", "remove", gone)
    own.kill()

    cluster.start(1, **FROM_THE_DATABASE)
    assert "last known state" in warning(cluster, 1) and cluster.used(1) == 20 and len(cluster.pool(1)) == 3
    assert setting(cluster, 1, "hold_s") == "12" and cluster.asked_by(1, "ada") == 10
    assert "last known state" in str(programs.fetch(f"{cluster.at(1)}/admin/api/snapshot", key="pwd")["degraded"])
    assert crowd(lambda number: cluster.ask(1), 6) == {200: 6}
    assert [cluster.ask(1, made) for _ in range(3)] == [200, 200, 429]
    until(lambda: (cluster.home(1) / "unsent.jsonl").exists() and cluster.used(1) == 28, "the counts on the disk")
    until(lambda: _unsent(cluster) >= 8, "all of them on the disk")
    cluster.kill(1)
    cluster.start(1, **FROM_THE_DATABASE)
    assert cluster.used(1) == 28 and cluster.asked_by(1, "ada") == 12
    assert [cluster.ask(1), cluster.ask(1, made)] == [200, 429]

    own.start()
    until(lambda: "database" not in warning(cluster, 1), "the end of it")
    until(lambda: gone not in cluster.pool(1), "what was removed meanwhile")
    until(lambda: cluster.ask(1) == 200, "an answer")
    everything = {label: row["used_today"] for label, row in cluster.pool(1).items()}
    until(lambda: cluster.pool(0).keys() == cluster.pool(1).keys(), "the same credentials")
    until(lambda: {label: row["used_today"] for label, row in cluster.pool(0).items()} == everything, "the same counts")
    cluster.command(0, "creds", "restore", gone)
    until(lambda: cluster.used(0) == cluster.used(1) == 30 == cluster.answered(), "the journal's counts")
    assert cluster.asked_by(1, "ada") == 12


def _unsent(cluster: Cluster) -> int:
    lines = (cluster.home(1) / "unsent.jsonl").read_text().splitlines()
    batches = [json.loads(line) for line in lines]
    return sum(write[1][-1] for _, _, writes in batches if isinstance(writes, list) for write in writes
               if write[2][0] == "requests")  # fmt: skip


def test_the_copy_is_sealed_and_follows_what_the_database_says(own: PostgresServer, cluster: Cluster) -> None:
    cluster.start(0)
    cluster.bring(0, KEYS[0])
    until(lambda: copy_of(cluster, 0).exists(), "a copy")
    first = copy_of(cluster, 0).read_bytes()
    cluster.bring(0, KEYS[1])
    until(lambda: copy_of(cluster, 0).read_bytes() != first, "the second credential in it")
    assert copy_of(cluster, 0).stat().st_mode & 0o777 == 0o600
    assert not any(word in copy_of(cluster, 0).read_bytes() for word in (b"AIza", b"pwd", SEAL.encode()))
    cluster.command(0, "creds", "remove", next(iter(cluster.pool(0))))
    stop(cluster, 0)
    own.kill()
    cluster.start(0)
    assert len(cluster.pool(0)) == 1
    stop(cluster, 0)

    other = {"GCLI2API_SEAL_KEY": "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Q="}
    cluster.start(0, **other)
    assert cluster.pool(0) == {}
    degraded = programs.fetch(f"{cluster.at(0)}/admin/api/snapshot", key="pwd")["degraded"]
    assert degraded and "last known" not in degraded
