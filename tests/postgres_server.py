"""A real PostgreSQL for tests: a data folder of its own, a free port, gone at the end."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from programs import free_port, until

PLACES = "/usr/lib/postgresql"
"""Debian's packages put the server nowhere on PATH."""
USER = "postgres"
"""It refuses to run as root."""


def program(name: str) -> str | None:
    """Where it is; of several versions the newest."""
    there = sorted(Path(PLACES).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return shutil.which(name) or (str(there[-1]) if there else None)


@dataclass(slots=True)
class PostgresServer:
    """`url(name)` is a database of that name, which `fresh` makes empty."""

    folder: Path
    port: int
    host: str = "127.0.0.1"
    process: "subprocess.Popen[bytes] | None" = None
    made: int = 0
    options: tuple[str, ...] = field(default=("fsync=off", "full_page_writes=off", "shared_buffers=32MB"))

    def start(self) -> None:
        words = [one for option in self.options for one in ("-c", option)]
        where = ("-D", str(self.folder), "-p", str(self.port), "-k", str(self.folder), "-h", self.host)
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(program("postgres")), *where, *words], stdout=log, stderr=log, **as_user(), cwd=self.folder
            )
        until(self.answers, "PostgreSQL")

    def answers(self) -> bool:
        asked = [str(program("pg_isready")), "-q", "-h", str(self.folder), "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def kill(self) -> None:
        """As the power does it: all of its processes."""
        assert self.process
        subprocess.run(["kill", "-9", str(self.process.pid)], check=True)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(3)  # SIGQUIT: at once
            self.process.wait(20)

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@{self.host}:{self.port}/{name}"

    def fresh(self) -> str:
        """The address of an empty database."""
        import psycopg

        self.made += 1
        name = f"t{self.made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


def as_user() -> dict[str, object]:
    return {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}


@contextlib.contextmanager
def postgres(host: str = "127.0.0.1") -> Iterator[PostgresServer]:
    """One that runs."""
    base = Path(tempfile.mkdtemp(prefix="gcli2api-pg-", dir="/var/tmp"))
    base.chmod(0o755)
    folder = base / "data"
    folder.mkdir()
    if os.getuid() == 0:
        shutil.chown(folder, USER, USER)
    made = [
        str(program("initdb")),
        "-D",
        str(folder),
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
        "--locale=C",
    ]
    subprocess.run(made, check=True, capture_output=True, **as_user(), cwd=folder)  # type: ignore[call-overload]
    if host != "127.0.0.1":
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all trust\n")
    server = PostgresServer(folder, free_port(), host)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
