"""A panel's reader and control over HTTP, at a real server that is busy: the same is seen, and the same can be done."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from control.test_requests_elsewhere import FakeShared, row
from programs import free_port

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.local_files import ExportFiles
from gcli2api_tui.control.question import ask_once
from gcli2api_tui.control.remote_cache import Fetched
from gcli2api_tui.control.remote_connection import AdminLine, LineLost, NotOurs, Place, ServerRefused
from gcli2api_tui.control.remote_control import READ_ONLY, RemoteControl
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.control.requests_elsewhere import OtherInstances
from gcli2api_tui.control.verb_results import Done, Keys, Refused
from gcli2api_tui.demo.visit import Visit
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.json_codec import from_json, to_json
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.panel_session.attached import _ended
from gcli2api_tui.tasks import spawn

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = Secret("pwd")


@dataclass
class Both:
    """A server's own control, and the two sides of a panel that is attached to it."""

    local: Any
    reader: RemoteReader
    control: RemoteControl
    url: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Any]:
    """The parts of a busy server: what a test does to it is seen at both ends, and asked of neither later."""
    visit = Visit(Clock(), "local", "en")
    await visit.begin()
    assert visit.runtime is not None
    yield visit.runtime.parts
    await visit.end()


@pytest_asyncio.fixture(loop_scope="module")
async def both(served: Any, tmp_path: Path) -> AsyncIterator[Both]:
    async with attached(served.url, tmp_path) as (reader, control):
        yield Both(served.control, reader, control, served.url)


@asynccontextmanager
async def attached(url: str, folder: Path) -> AsyncIterator[tuple[RemoteReader, RemoteControl]]:
    clock, line = Clock(), AdminLine(url, KEY)
    reader = RemoteReader(line, clock, lambda: Keys(KEY, KEY))
    control = RemoteControl(line, reader, ExportFiles(folder, clock), Fetched(clock, reader.note_change))
    following = spawn("follow", reader.follow())
    try:
        yield reader, control
    finally:
        following.cancel()
        reader.close()
        await line.close()
        await asyncio.wait({following})


async def until(reader: RemoteReader, holds: Callable[[], Any]) -> Any:
    """Looks whenever something reads differently."""
    async with asyncio.timeout(30):
        while not (found := holds()):
            await reader.moved(reader.revision)
    return found


def settled(snapshot: Snapshot) -> dict[int, ExchangeRow]:
    return {row.id: row for row in snapshot.exchanges if not row.live}


async def test_the_same_is_seen_from_afar(both: Both) -> None:
    reader, local = both.reader, both.local
    await reader.first()
    before = settled(local.snapshot())
    await until(reader, lambda: settled(reader.snapshot()).keys() >= before.keys())
    here, there = reader.snapshot(), local.snapshot()
    assert here.server == there.server and here.credentials and here.log
    assert [row.id for row in here.credentials] == [row.id for row in there.credentials]
    known = settled(there)
    assert all(known[number] == row for number, row in settled(here).items() if number in known)
    newest = max(number for number, row in settled(there).items() if local.transcript(row.id).passages)
    page = await until(reader, lambda: (found := reader.transcript(newest)).passages and found)  # type: ignore[arg-type]
    assert page == local.transcript(newest)
    assert reader.transcript(newest, 3).passages == local.transcript(newest, 3).passages  # type: ignore[arg-type]
    assert await until(reader, lambda: reader.opening(newest)) == local.opening(newest)  # type: ignore[arg-type]
    last = await until(reader, lambda: next((row.id for row in local.snapshot().exchanges if row.live), 0))
    assert (await until(reader, lambda: (found := reader.wire(last)).kept and found)).sent == local.wire(last).sent
    assert await until(reader, lambda: reader.models() == local.models()), "lists are still being read at the start"
    assert await reader.settings() == await local.settings()
    assert await reader.request_of(newest) == await local.request_of(newest)  # type: ignore[arg-type]
    assert (await reader.usage("model", 7)).lines and await reader.holding(["the"])
    assert isinstance(await reader.chosen("nonsense:x"), Refused)
    assert [row.id for row in await reader.chosen(f"id:{newest}")] == [newest]  # type: ignore[union-attr]


async def test_the_same_can_be_done_from_afar(both: Both, tmp_path: Path) -> None:
    reader, control, local = both.reader, both.control, both.local
    await reader.first()
    credential = next(row for row in reader.snapshot().credentials if row.serves)
    done = await control.disable(credential.id)
    assert isinstance(done, Done) and done.message.key == "control.out_of_rotation"
    rows = lambda: {row.id: row for row in reader.snapshot().credentials}  # noqa: E731
    await until(reader, lambda: not rows()[credential.id].serves)
    gone = await control.enable(replace(credential, id="nobody").id)  # type: ignore[arg-type]
    assert isinstance(gone, Refused) and gone.reason.key == "control.gone"
    assert isinstance(await control.keep_filter("is:err"), Done)
    assert await until(reader, reader.saved_filters) == local.saved_filters() == ("is:err",)
    ask = await control.ask(ask_once("gemini-2.5-flash", "hello"))
    assert not isinstance(ask, Refused)
    row = await until(reader, lambda: (found := reader.asked(ask)) and found.ended and found)
    assert row == local.asked(ask)
    page = await until(reader, lambda: (found := reader.asked_text(ask)).passages and found)
    assert page.passages == local.asked_text(ask).passages
    key = tmp_path / "key.txt"
    key.write_text("AIza" + "x" * 35)
    assert "key.txt" in str(await control.add_path(str(key))) or reader
    both.control.read_only = True
    assert await control.remove(credential.id) == READ_ONLY


async def test_every_record_of_a_busy_server_goes_there_and_back(both: Both) -> None:
    local = both.local
    last = local.snapshot().exchanges[-1].id
    kept = local.models(), local.wire(last), local.transcript(last)
    for record in (await local.whole_snapshot(), await local.settings(), *kept):
        kind: Any = tuple[type(record[0]), ...] if isinstance(record, tuple) else type(record)
        again = from_json(kind, json.loads(json.dumps(to_json(record))))
        assert again == record
    snapshot = from_json(Snapshot, json.loads(json.dumps(to_json(await local.whole_snapshot()))))
    assert all(isinstance(row.text, Message) and row.text.key for row in snapshot.log if row.source == "pool")


async def test_who_may_not_and_what_is_no_server(both: Both) -> None:
    line = AdminLine(both.url, Secret("wrong"))
    with pytest.raises(ServerRefused) as refused:
        await line.version()
    assert refused.value.status == 401
    await line.close()
    elsewhere = AdminLine(f"{both.url}/v1", KEY)
    with pytest.raises((ServerRefused, NotOurs)):
        await elsewhere.version()
    await elsewhere.close()


async def test_a_server_that_began_anew_elsewhere_is_found_by_its_run_file(both: Both, tmp_path: Path) -> None:
    """Stopped and started again: another port, another token."""
    gone = AdminLine(f"http://127.0.0.1:{free_port()}", Secret("old"), found=lambda: Place(both.url, KEY))
    reader = RemoteReader(gone, Clock(), lambda: Keys(KEY, KEY))
    following = spawn("follow", reader.follow())
    try:
        async with asyncio.timeout(30):
            await reader.first()
        assert reader.snapshot().lost_at is None and await gone.version()
        assert not await gone.find_again(), "it is there"
    finally:
        following.cancel()
        reader.close()
        await gone.close()
        await asyncio.wait({following})


async def test_what_other_instances_answered_is_seen_and_exported_from_afar(both: Both, tmp_path: Path) -> None:
    exports = both.local.tools.exports
    before, exports.others = (
        exports.others,
        OtherInstances(FakeShared([row(1, "b:1"), row(2, "c:1")]), both.local.clock),
    )
    try:
        told = await both.reader.elsewhere()
        assert [(one.instance, one.number) for one in told.exchanges] == [("b:1", 1), ("c:1", 2)]
        assert (await both.reader.elsewhere(told.number)).exchanges == ()
        other = told.exchanges[0]
        assert both.reader.transcript(other.id).passages == () and both.reader.opening(other.id) == ""
        assert not both.reader._openings_wanted, "nobody here has its texts"
        written = await both.control.export_exchanges([other.id], "jsonl")
        assert isinstance(written, Done)
        (file,) = tmp_path.glob("*.jsonl")
        assert json.loads(file.read_text())["instance"] == "b:1"
    finally:
        exports.others = before


async def test_a_panel_that_only_looks_stops_nothing(both: Both) -> None:
    both.control.read_only, both.control.far = True, True
    assert await _ended("stop", both.control) == "keep-serving"
    both.control.read_only = False
    assert await _ended("lost", both.control) == "lost"
    both.reader._lose(LineLost(say("attach.ended", url=both.url)))
    with pytest.raises(Problem):
        await _ended("stop", both.control)
