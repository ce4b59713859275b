"""What `record on` keeps: private files, masked or whole, in order, bounded, and never in the way."""

import asyncio
import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control import recordings as tested
from gcli2api_tui.control.recordings import Recordings
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.recording_format import Recorded, read_recording
from gcli2api_tui.ledger.wire_rows import Sent
from gcli2api_tui.messages.message import quoted

NOW = 1_795_000_000.0
PROMPT, ANSWER, TOKEN = "Planted prompt", "Planted answer", "ya29.planted-token"


@dataclass
class Stage:
    folder: Path
    keep: int = 10
    largest: int = 1_000_000
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        clock = Clock(now=lambda: NOW)
        self.ledger = Ledger(clock, keep_bodies=self.keep, keep_bodies_bytes=1_000_000)
        self.recordings = Recordings(self.ledger, self.folder, clock, self.largest)

    def exchange(self, text: str = ANSWER) -> ExchangeId:
        number, model = self.ledger.next_exchange(), "gemini-2.5-pro"
        self.ledger.record(
            events.ExchangeOpened(NOW, number, "openai-chat", "/v1/chat/completions", model, False, "curl")
        )
        transcript = self.ledger.transcripts.open(number)
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": PROMPT}]})
        headers = (("Content-Type", "application/json"), ("X-Odd", "planted header"), ("Authorization", "••••"))
        transcript.asked(Sent("POST", "/v1/chat/completions?key=••••", headers, body, len(body)))
        transcript.add("answer", text)
        transcript.add("call", f'find({{"what": "{TOKEN}"}})\n')
        who = CredentialId("a" * 32)
        self.ledger.record(events.AttemptStarted(NOW, number, 1, who, "anna@example.org", model, quoted("first")))
        self.ledger.record(events.AttemptEnded(NOW, number, who, 200))
        self.ledger.record(events.ExchangeFinished(NOW, number, Usage(3, 0, 4, 0), "stop"))
        return number

    def read(self) -> tuple[str, tuple[Recorded, ...]]:
        text = Path(self.recordings.row().file).read_text("utf-8")
        return text, read_recording(text.splitlines(), "x")[1]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "recordings")


async def test_a_masked_recording_holds_structure_and_no_words(stage: Stage) -> None:
    assert isinstance(await stage.recordings.begin("masked"), Done)
    numbers = [stage.exchange() for _ in range(3)]
    assert isinstance(await stage.recordings.end(), Done)
    text, recorded = stage.read()
    assert [one.number for one in recorded] == numbers
    for planted in ("lanted", TOKEN, "anna", "X-Odd", "key="):
        assert planted not in text
    first = recorded[0]
    assert (first.status, first.finish, first.answer) == (200, "stop", "Xxxxxxx xxxxxx")
    assert json.loads(first.body)["messages"] == [{"role": "user", "content": "Xxxxxxx xxxxxx"}]
    assert first.calls.startswith("find({")
    path = Path(stage.recordings.row().file)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


async def test_a_whole_one_holds_words_and_no_tokens(stage: Stage) -> None:
    await stage.recordings.begin("whole")
    stage.exchange()
    await stage.recordings.end()
    text, (one,) = stage.read()
    assert (one.answer, PROMPT in one.body) == (ANSWER, True)
    assert "planted-token" not in text


async def test_only_what_settles_between_on_and_off_is_kept(stage: Stage) -> None:
    stage.exchange()
    await stage.recordings.begin("masked")
    assert not stage.recordings.row().exchanges
    number = stage.exchange()
    await stage.recordings.end()
    stage.exchange()
    assert [one.number for one in stage.read()[1]] == [number]
    row = stage.recordings.row()
    assert (row.on, row.exchanges, row.size_bytes) == (False, 1, Path(row.file).stat().st_size)


async def test_a_second_one_gets_a_file_of_its_own(stage: Stage) -> None:
    await stage.recordings.begin("masked")
    assert isinstance(await stage.recordings.begin("whole"), Refused)
    await stage.recordings.end()
    first = stage.recordings.row().file
    await stage.recordings.begin("whole")
    await stage.recordings.close()
    assert stage.recordings.row().file != first
    assert isinstance(await stage.recordings.end(), Refused)


async def test_where_no_texts_are_kept_it_says_so(tmp_path: Path) -> None:
    answer = await Stage(tmp_path, keep=0).recordings.begin("masked")
    assert isinstance(answer, Refused) and "keep_bodies" in answer.sentence
    assert not [*tmp_path.iterdir()]


async def settled(stage: Stage) -> None:
    while stage.recordings.row().on:
        await asyncio.sleep(0.01)


async def test_it_ends_by_itself_when_it_is_full(tmp_path: Path) -> None:
    stage = Stage(tmp_path, largest=1500)
    await stage.recordings.begin("whole")
    for _ in range(5):
        stage.exchange()
    await settled(stage)
    assert 0 < stage.recordings.row().exchanges < 5
    assert any("recording has ended" in row.text for row in stage.ledger.snapshot().log)
    assert isinstance(await stage.recordings.begin("masked"), Done)
    await stage.recordings.close()


async def test_a_disk_that_takes_no_more_ends_it_and_costs_no_request(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*more: Any) -> int:
        raise OSError(28, "No space left on device")

    await stage.recordings.begin("masked")
    monkeypatch.setattr(tested, "_append", full)
    number = stage.exchange()
    await settled(stage)
    lines = [row.text for row in stage.ledger.snapshot().log]
    assert any("No space left" in line for line in lines)
    assert stage.ledger.snapshot().exchanges[-1].id == number


async def test_what_comes_too_fast_is_counted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MOST_WAITING", 2)
    await stage.recordings.begin("masked")
    for _ in range(5):
        stage.exchange()
    await stage.recordings.end()
    row = stage.recordings.row()
    assert (row.exchanges, row.left_out) == (2, 3)
