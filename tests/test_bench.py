"""The bench measures what it says: its stand-in and its client understand each other, and a worse ratio is seen."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "bench"))

import raw_google  # noqa: E402 - found through the line above
from plots import bars  # noqa: E402
from raw_client import Client, Target  # noqa: E402
from results import BEGIN, END, Results, markdown, read, table, worse  # noqa: E402
from workloads import SCENARIOS, chat, of_anthropic, of_responses, prompts, streams_of, tool_loop  # noqa: E402


@contextlib.asynccontextmanager
async def stand_in() -> AsyncIterator[Target]:
    server = await asyncio.get_running_loop().create_server(raw_google.Connection, "127.0.0.1", 0)
    async with server:
        yield Target(server.sockets[0].getsockname()[1])


async def test_whole_answers_keep_their_connections() -> None:
    async with stand_in() as target:
        client = Client(target, at_once=3)
        answered = await client.load(prompts("size=5000", stream=False), 10)
        ports = {connection.transport.get_extra_info("sockname") for connection in client._connections}
        again = await client.load([chat("x" * 300_000 + "[bench:size=10]", stream=False)], 3)
        assert {connection.transport.get_extra_info("sockname") for connection in client._connections} == ports
        client.close()
    assert len(answered) == 10
    assert len(again) == 3
    assert all(0 < one.first_s <= one.took_s and one.events == 0 for one in answered)


async def test_every_event_of_a_stream_is_counted_and_timed() -> None:
    async with stand_in() as target:
        client = Client(target, at_once=4)
        fast = await client.load(prompts("events=50", stream=True), 8)
        paced = await client.load(prompts("events=5,gap=10,first=30", stream=True), 4)
        client.close()
    assert [one.events for one in (*fast, *paced)] == [50] * 8 + [5] * 4
    assert all(len(one.transit_s) == 5 and min(one.transit_s) > -0.000_002 for one in paced)
    assert all(one.took_s >= 0.04 for one in paced)


async def test_a_stream_is_one_in_every_dialect() -> None:
    async with stand_in() as target:
        for form, path in ((of_responses, "/v1/responses"), (of_anthropic, "/v1/messages")):
            client = Client(replace(target, path=path), at_once=4)
            answered = await client.load(streams_of(form), 8)
            client.close()
            assert [one.events for one in answered] == [50] * 8, path


async def test_an_answer_that_is_no_answer_is_an_error() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 4\r\n\r\nlate")
        writer.close()

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\nLorem")
        writer.close()

    for handler, seen in ((refuse, "429"), (break_off, "closed within")):
        async with await asyncio.start_server(handler, "127.0.0.1", 0) as server:
            client = Client(Target(server.sockets[0].getsockname()[1]), at_once=1)
            with pytest.raises(ExceptionGroup) as wrong:
                await client.load(prompts("size=1", stream=False), 1)
            client.close()
        assert seen in str(wrong.value.exceptions[0])


def test_an_agent_asks_with_all_that_came_before() -> None:
    bodies = tool_loop()
    assert len(bodies) == 200
    assert bodies[-1].count(b'"tool_call_id"') == 199


def results(ours: list[float], minimal: list[float], splice: list[float]) -> Results:
    found = Results({"day": "2026-11-29"})
    for name, values in (("ours", ours), ("minimal", minimal), ("splice", splice)):
        for value in values:
            found.add("whole", name, {"cpu_ms": value, "first_ms": 2 * value})
    return found


def test_only_a_ratio_that_grew_is_worse(tmp_path: Path) -> None:
    kept = results([1.0, 1.2, 1.1], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11])
    file = tmp_path / "last.json"
    file.write_text(kept.as_json(), "utf-8")
    then = read(file)
    assert then == kept
    slower_machine = results([4.0, 8.0, 4.4], [8.0, 16.0, 8.8], [0.4, 0.8, 0.44])
    a_little = results([1.05, 1.25, 1.15], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11])
    yardstick_off = results([1.0, 1.2, 1.1], [1.5, 1.7, 1.6], [0.1, 0.12, 0.11])
    assert [list(worse(now, then)) for now in (then, slower_machine, a_little, yardstick_off)] == [[], [], [], []]
    assert list(worse(results([1.2, 1.4, 1.3], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11]), then)) == [
        "whole, ours: 10.00 → 11.82 × splice, 0.50 → 0.59 × minimal"
    ]


def test_a_run_of_another_effort_is_not_compared() -> None:
    then = results([1.0, 1.2, 1.1], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11])
    now = results([2.0, 2.4, 2.2], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11])
    assert list(worse(now, then))
    now.about["effort"] = 10
    assert not list(worse(now, then))


KEPT_APART = """
import contenders, os, subprocess, sys
contenders.keep_to(0, -1)
with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as measured:
    contenders.keep_to(measured.pid, 0)
    print(*os.sched_getaffinity(0), *os.sched_getaffinity(measured.pid))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors to keep apart"
)
def test_what_is_measured_has_a_processor_that_the_client_has_not() -> None:
    """They shared one: whoever is started by a program that keeps to a processor keeps to the same."""
    line = [sys.executable, "-c", KEPT_APART]
    done = subprocess.run(line, cwd=ROOT / "tests" / "bench", capture_output=True, text=True, timeout=60, check=True)
    clients, measured = done.stdout.split()
    assert clients != measured


def test_the_table_has_medians_and_ratios() -> None:
    lines = list(table(results([1.0, 9.0, 1.1], [2.0, 2.4, 2.2], [0.1, 0.12, 0.11]), {"whole": "Whole answers"}))
    assert "Whole answers" in lines
    ours = next(line for line in lines if line.startswith("  ours"))
    assert ours.split() == ["ours", "1.10", "0.50", "10.00", "2.20"]


def test_the_page_has_the_figures_that_were_kept() -> None:
    kept = read(ROOT / "docs" / "performance" / "last.json")
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    shown = page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    titles = {scenario.name: scenario.title for scenario in SCENARIOS}
    assert shown == list(markdown(kept, titles))


def test_a_plot_is_an_svg_with_the_cheapest_first() -> None:
    drawn = ElementTree.fromstring(bars("CPU <ms>", "ms", {"LiteLLM": 80.0, "ours": 2.0, "a & b": 4.0}))
    words = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["CPU <ms>", "ours", "2.00 ms", "a & b", "4.00 ms", "LiteLLM", "80.00 ms"]
    widths = [float(one.attrib["width"]) for one in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths == [9.5, 19.0, 380.0]


@pytest.mark.skipif(sys.platform != "linux", reason="the bench reads processor time from Linux")
@pytest.mark.parametrize("names", [("splice", "direct"), pytest.param(("ours", "minimal"), marks=pytest.mark.slow)])
def test_the_bench_runs(names: tuple[str, str]) -> None:
    words = ("--quick", "--rounds", "1", "--only", "whole", "stream", "--with", *names)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert all(done.stdout.count(f"  {name} ") == 2 for name in names), done.stdout
