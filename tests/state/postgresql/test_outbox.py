"""What waits for a database that is away: the file grows by what is new, and a kill counts nothing twice."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui import safe_files
from gcli2api_tui.state.postgresql import outbox
from gcli2api_tui.state.postgresql.batches import Numbered
from gcli2api_tui.state.postgresql.outbox import MOST_WAITING, Outbox
from gcli2api_tui.state.write_queue import Write


def one_more() -> Write:
    return Write("count", ("c", 1), ("requests", "c"), vital=True, adds=1)


def history(number: int, size: int = 10) -> Write:
    return Write("put", (number, "x" * size), ("exchange", number))


@dataclass(slots=True)
class Engine:
    """As the database takes batches: of each run a number once, and none below it."""

    count: int = 0
    last: dict[str, int] = field(default_factory=dict)

    def take(self, batch: Numbered) -> None:
        if batch.number > self.last.get(batch.run, 0):
            self.last[batch.run] = batch.number
            self.count += sum(write.values[1] for write in batch.writes if write.sql == "count")


def drain(box: Outbox, engine: Engine) -> None:
    while batch := box.first():
        engine.take(batch)
        box.taken()


def test_the_file_grows_by_what_is_new(tmp_path: Path) -> None:
    """A second of bad times costs what came in it, and not all that came before."""
    path = tmp_path / "unsent.jsonl"
    box, last = Outbox(path, "run"), 0
    for number in range(2 * MOST_WAITING):
        box.add([history(number, 5_000)])
        box.keep()
        assert path.stat().st_size - last < 7_000
        last = path.stat().st_size
    assert len(path.read_bytes()) == last
    drain(box, Engine())
    assert not path.exists()


def test_it_is_written_anew_when_it_has_doubled_and_keeps_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SMALL", 20_000)
    path = tmp_path / "unsent.jsonl"
    box = Outbox(path, "run")
    for _ in range(200):
        box.add([history(1, 5_000), one_more()])
        box.keep()
        assert path.stat().st_size < 2 * MOST_WAITING * 6_000
    engine = Engine()
    drain(Outbox(path, "next"), engine)
    assert engine.count == 200


def test_beyond_its_bound_counts_stay_and_history_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LARGEST", 20_000)
    monkeypatch.setattr(outbox, "SMALL", 10_000)
    path = tmp_path / "unsent.jsonl"
    box = Outbox(path, "run")
    for number in range(100):
        box.add([history(number, 1_000), one_more()])
        box.keep()
    assert path.stat().st_size < 100_000
    engine = Engine()
    drain(Outbox(path, "next"), engine)
    assert engine.count == 100


def test_what_is_too_long_to_wait_is_not_kept_for_long(tmp_path: Path) -> None:
    """Kept responses: hours without a database would fill the memory with them."""
    box = Outbox(tmp_path / "unsent.jsonl", "run")
    for number in range(MOST_WAITING + 1):
        box.add([Write("put", (number,), ("response", number), brief=True), one_more()])
    first, left = box.first(), 0
    while batch := box.first():
        left += sum(write.brief for write in batch.writes)
        box.taken()
    assert first and left == 1


def test_what_was_taken_before_a_kill_is_not_joined_after_it(tmp_path: Path) -> None:
    """Else it would come again under a number that the database does not know."""
    path, engine = tmp_path / "unsent.jsonl", Engine()
    box = Outbox(path, "run")
    for _ in range(4):
        box.add([one_more()])
    box.keep()
    for _ in range(2):
        engine.take(box._waiting[0])
        box.taken()
    engine.take(box._waiting[0])
    again = Outbox(path, "next")
    for _ in range(MOST_WAITING):
        again.add([one_more()])
    drain(again, engine)
    assert engine.count == 4 + MOST_WAITING


def test_a_torn_last_line_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "unsent.jsonl"
    box = Outbox(path, "run")
    for _ in range(3):
        box.add([one_more()])
        box.keep()
    path.write_bytes(path.read_bytes()[:-20])
    again, engine = Outbox(path, "next"), Engine()
    again.add([one_more()])
    again.keep()
    drain(Outbox(path, "third"), engine)
    assert engine.count == 3


def test_a_file_of_the_version_before_is_read(tmp_path: Path) -> None:
    path = tmp_path / "unsent.jsonl"
    writes = [["count", ["c", 4], ["requests", "c"], True, False, 1]]
    path.write_text(json.dumps(["old", 1, writes]) + "\n" + json.dumps(["old", 2, writes]) + "\n")
    engine = Engine(last={"old": 1})
    drain(Outbox(path, "run"), engine)
    assert engine.count == 4


STEPS = ("add", "keep", "send", "unheard", "kill", "full disk", "disk")


@given(steps=st.lists(st.sampled_from(STEPS), max_size=120))
def test_whatever_happens_nothing_is_counted_twice(steps: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """`unheard`: taken, and the line was cut before its answer. What was kept before a kill is not lost either."""
    path = tmp_path_factory.mktemp("box") / "unsent.jsonl"
    engine, run, refuses = Engine(), 0, False
    unkept, lost = 0, "full disk" in steps
    with pytest.MonkeyPatch.context() as patch:
        _small_disk(patch, lambda: refuses)
        box = Outbox(path, "0")
        for step in steps:
            if step == "add":
                box.add([one_more()])
                unkept += 1
            elif step == "keep":
                box.keep()
                unkept = 0
            elif step in ("send", "unheard") and (batch := box.first()):
                engine.take(batch)
                if step == "send":
                    box.taken()
            elif step == "kill":
                run, lost = run + 1, lost or bool(unkept)
                box = Outbox(path, str(run))
            else:
                refuses = step == "full disk"
        refuses = False
        drain(box, engine)
    assert engine.count == steps.count("add") or (lost and engine.count < steps.count("add"))


def _small_disk(patch: pytest.MonkeyPatch, refuses: Callable[[], bool]) -> None:
    """What does not fit on it stands there in part; files are written anew early."""
    whole_replace, whole_append = safe_files.replace, safe_files.append

    def replace(at: Path, content: bytes) -> bool:
        if refuses():
            raise OSError
        return whole_replace(at, content)

    def append(at: Path, content: bytes) -> None:
        whole_append(at, content[: len(content) // 2] if refuses() else content)
        if refuses():
            raise OSError

    patch.setattr(safe_files, "replace", replace)
    patch.setattr(safe_files, "append", append)
    patch.setattr(outbox, "MOST_WAITING", 3)
    patch.setattr(outbox, "SMALL", 500)


def test_what_an_earlier_run_left_stays_its_own(tmp_path: Path) -> None:
    """It is in the tables before this run reads them; joined with what this one counts it would come after."""
    earlier = Outbox(tmp_path / "unsent.jsonl", "one")
    for _ in range(3):
        earlier.add([one_more()])
    earlier.keep()
    box = Outbox(tmp_path / "unsent.jsonl", "two")
    for _ in range(3 * MOST_WAITING):
        box.add([one_more()])
    box.keep()
    assert [one.run for one in box.all()][:4] == ["one"] * 3 + ["two"] and len(box.all()) < 4 + 2 * MOST_WAITING
    engine = Engine()
    drain(Outbox(tmp_path / "unsent.jsonl", "three"), engine)
    assert engine.count == 3 + 3 * MOST_WAITING
