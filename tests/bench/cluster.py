"""Processor time a request costs an instance: one or two, on files of their own and on a shared PostgreSQL.

    python tests/bench/cluster.py [requests]

The stand-in, the database and the client run beside, and are not counted; the database's own time is told apart. CPU
time, not wall time: it reads the same on a loaded machine.
"""

import concurrent.futures
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
import programs
from instances import KEYS, MODEL, Cluster
from postgres_server import postgres
from programs import until

AT_ONCE = 8
TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def children(pid: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(path.parent.name)
        except (OSError, ValueError):
            continue


def measured(instances: int, requests: int, shared: str, google: str, own: int) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        cluster = Cluster(google, shared, Path(folder), stack)
        for number in range(instances):
            cluster.start(number, guarded=False)
        for number in [0] if shared else range(instances):
            for key in KEYS:
                cluster.bring(number, key)
        until(lambda: all(len(cluster.pool(number)) == len(KEYS) for number in range(instances)), "the credentials")
        clients = [stack.enter_context(httpx.Client(base_url=cluster.at(number))) for number in range(instances)]
        body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}

        def ask(number: int) -> None:
            headers = {"authorization": "Bearer pwd"}
            answer = clients[number % instances].post("/v1/chat/completions", json=body, headers=headers, timeout=60)
            assert answer.status_code == 200, answer.text

        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(ask, range(200)))
            pids = [process.pid for process in cluster.running.values()]
            backends = [own, *children(own)] if shared else []
            before, engine = sum(map(cpu_s, pids)), sum(map(cpu_s, backends))
            list(pool.map(ask, range(requests)))
        each_knows = requests if shared else requests // instances
        until(lambda: all(cluster.used(number) >= each_knows for number in range(instances)), "the counts")
        each = (sum(map(cpu_s, pids)) - before) / requests * 1000
        engine = (sum(map(cpu_s, backends)) - engine) / requests * 1000
        where = "a shared PostgreSQL" if shared else "files of their own"
        print(f"{instances} on {where}: {each:.2f} ms a request, the database {engine:.2f} ms", flush=True)


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with postgres() as server, programs.simulator() as google:
        assert server.process
        for instances, shared in ((1, False), (1, True), (2, False), (2, True)) * 3:
            url = server.fresh() if shared else ""
            measured(instances, requests, url, google, server.process.pid)


if __name__ == "__main__":
    main()
