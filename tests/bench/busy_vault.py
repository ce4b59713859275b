"""Does serving stand still while the credentials' files are busy? Real program, real sockets, a stand-in for Google.

Streams run and /healthz is asked every few milliseconds, alone first, and then while another process holds the vault's
lock for 5 s, while 1,000 keys are imported, and while a ZIP of 1,000 files is uploaded, and dropped into the folder.
Out: the longest of each beside the longest without; exit status 1 where one is more than 50 ms later.

python tests/bench/busy_vault.py [--files 1000]
"""

import argparse
import asyncio
import contextlib
import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

import programs

from gcli2api_tui import file_lock

STREAMS = 8
PAUSE_S = 0.25
"""That Google makes between two pieces; a gap is what is longer."""
ASK_EVERY_S = 0.005
ALONE_S = 4.0
LATER_S = 0.05
KEY = {"authorization": "Bearer pwd"}
ENDLESS = "Go. [sim:words=1500]"
CLIENT = {"client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret"}
ALICE = {**CLIENT, "refresh_token": "1//sim-alice", "email": "alice@example.com", "project_id": "sim-alice"}


@dataclass
class Seen:
    """Seconds."""

    health: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    @property
    def worst(self) -> tuple[float, float]:
        return max(self.health), max(self.gaps)

    def __str__(self) -> str:
        health, gap = (f"{worst * 1000:5.1f}" for worst in self.worst)
        return f"/healthz {health} ms, stream {gap} ms"


class Bench:
    """One server with a home of its own, and streams that do not end by themselves."""

    def __init__(self, url: str, google: str, home: Path, files: int) -> None:
        self.google, self.home, self.files = google, home, files
        self.zip = _zip(files)  # beforehand: making it would hold up those who measure
        self.client = httpx.AsyncClient(base_url=url, headers=KEY, timeout=60, trust_env=False)
        self.seen = Seen()
        self._running = 0

    async def compare(self, meanwhile: Callable[["Bench"], Awaitable[object]]) -> tuple[Seen, Seen, float]:
        """Alone, then with what goes on meanwhile, and how long that took."""
        content = json.dumps(ALICE).encode()
        (await self.client.post("/admin/api/credentials?name=alice.json", content=content)).raise_for_status()
        fault = {"kind": "slow_chunks", "delay_s": PAUSE_S, "count": 1000}
        (await self.client.post(f"{self.google}/sim/faults", json=fault)).raise_for_status()
        watching = [asyncio.ensure_future(self._stream()) for _ in range(STREAMS)]
        while self._running < STREAMS:
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.0)
        watching.append(asyncio.ensure_future(self._health()))
        self.seen = alone = Seen()
        await asyncio.sleep(ALONE_S)
        self.seen, began = Seen(), time.perf_counter()
        await meanwhile(self)
        took_s = time.perf_counter() - began
        if ended := [one for one in watching if one.done()]:
            raise AssertionError(f"{len(ended)} streams ended too soon: {ended[0]}")
        for one in watching:
            one.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await self.client.aclose()
        return alone, self.seen, took_s

    async def _health(self) -> None:
        while True:
            began = time.perf_counter()
            (await self.client.get("/healthz")).raise_for_status()
            self.seen.health.append(time.perf_counter() - began)
            await asyncio.sleep(ASK_EVERY_S)

    async def _stream(self) -> None:
        body = {"model": "gemini-2.5-flash", "stream": True, "messages": [{"role": "user", "content": ENDLESS}]}
        async with self.client.stream("POST", "/v1/chat/completions", json=body) as answer:
            assert answer.status_code == 200, await answer.aread()
            last = 0.0
            async for piece in answer.aiter_raw():
                now = time.perf_counter()
                if piece.startswith(b":"):  # a heartbeat, before Google's first word
                    continue
                if not last:
                    self._running += 1
                else:
                    self.seen.gaps.append(now - last - PAUSE_S)
                last = now

    # What goes on meanwhile

    async def lock(self) -> None:
        """Held elsewhere for 5 s, while a person wants something of the files."""
        rows = (await self.client.get("/admin/api/credentials")).json()["credentials"]
        with file_lock.locked(self.home / "credentials" / ".lock", 5.0):
            asking = asyncio.ensure_future(self.client.post(f"/admin/api/credentials/{rows[0]['id']}/enable"))
            await asyncio.sleep(5.0)
            assert not asking.done()
        (await asking).raise_for_status()

    async def keys(self) -> None:
        text = "\n".join(f"AIzaSyFAKEFAKEFAKEFAKE{number:05}" for number in range(self.files))
        (await self.client.post("/admin/api/credentials?name=keys.txt", content=text)).raise_for_status()

    async def upload(self) -> None:
        (await self.client.post("/admin/api/credentials?name=p.zip", content=self.zip)).raise_for_status()

    async def drop(self) -> None:
        """Until it has been moved aside."""
        (self.home / "credentials" / "dropped.zip").write_bytes(self.zip)
        while not (self.home / "credentials" / "imported" / "dropped.zip").exists():
            await asyncio.sleep(0.05)


def _zip(files: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            content = {**CLIENT, "refresh_token": f"1//p-{number}", "email": f"p{number}@example.com"}
            archive.writestr(f"{number}.json", json.dumps({**content, "project_id": "p"}))
    return buffer.getvalue()


WORKS: dict[str, Callable[[Bench], Awaitable[object]]] = {
    "the lock is held elsewhere": Bench.lock,
    "keys are imported": Bench.keys,
    "a ZIP is uploaded": Bench.upload,
    "a ZIP is dropped": Bench.drop,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    files = parser.parse_args().files
    late = 0
    for name, work in WORKS.items():
        with contextlib.ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            google = stack.enter_context(programs.simulator())
            url = stack.enter_context(programs.server(home, google))
            alone, busy, took_s = asyncio.run(Bench(url, google, home, files).compare(work))
        later_s = max(with_it - without for with_it, without in zip(busy.worst, alone.worst, strict=True))
        late += later_s > LATER_S
        verdict = "LATE" if later_s > LATER_S else "ok"
        print(f"{name:27} {busy} in {took_s:4.1f} s; alone {alone}: {later_s * 1000:+.0f} ms {verdict}", flush=True)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
