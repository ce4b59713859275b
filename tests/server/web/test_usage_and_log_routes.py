"""The log and the usage on the page: the newest first, from a level on, and names from outside as text."""

from dataclasses import replace

import pytest
from web_page import EVIL

from gcli2api_tui.ledger.admin_rows import UsageLine, UsageTable
from gcli2api_tui.ledger.snapshot import InstanceRow, LogRow
from gcli2api_tui.messages.message import say


def lines():
    texts = [("info", say("control.noted")), ("debug", EVIL), ("warning", EVIL), ("info", say("control.cleared"))]
    return tuple(LogRow(n + 1, 1000.0 + n, level, "pool", text) for n, (level, text) in enumerate(texts))


async def test_the_newest_line_is_the_first_and_a_level_hides_those_below(page, person):
    page.reader.log = lines()
    await person.get("/auth/log")
    assert person.html.count('<li class="info">') == 2 and '<li class="debug">' not in person.html
    assert person.html.index("00:16:43Z") < person.html.index("00:16:42Z")
    assert "<img src=x" not in person.html
    await person.get("/auth/log?level=warning")
    assert '<li class="info">' not in person.html and '<li class="warning">' in person.html


async def test_the_script_gets_what_came_after(page, person):
    page.reader.log = lines()
    told = await person.json("/auth/log/lines?after=2&level=info")
    assert told["last"] == 4 and [one["level"] for one in told["lines"]] == ["info", "warning"]
    told = await person.json("/auth/log/lines?after=4")
    assert told["lines"] == []


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=" + "9" * 5000, "level=zzz", "level="])
async def test_odd_questions_get_an_answer(page, person, query):
    page.reader.log = lines()
    assert (await person.json(f"/auth/log/lines?{query}"))["last"] == 4


async def test_usage_is_a_table_with_a_sum(page, person):
    line = UsageLine("<b>x", "<b>x", 1234, 5, 100_000, 50_000, 7, 8, 1.5)
    page.reader.table = UsageTable("model", "2026-11-01", "2026-11-29", (line,), line, prices_of="2026-11-01")
    await person.get("/auth/usage?by=model&days=7")
    assert page.reader.asked == ("model", 7)
    assert "1,234" in person.html and "50%" in person.html and "$1.50" in person.html and "<b>x" not in person.html


@pytest.mark.parametrize("query", ["by=zzz", "days=0", "days=9999", "by=&days="])
async def test_what_is_no_column_is_the_usual_one(page, person, query):
    await person.get(f"/auth/usage?{query}")
    assert page.reader.asked == ("day", 30) and "Nothing was asked since 2026-11-01." in person.html


async def test_the_log_is_a_file_of_all_its_lines_from_a_level_on(page, person):
    page.reader.log = lines()
    answer = await person.client.get("/auth/log/download?level=info")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gcli2api-tui.log"'
    text = (await answer.get_data()).decode()
    assert [line.split()[2] for line in text.splitlines()] == ["info", "warning", "info"], "oldest first"
    assert answer.content_type.startswith("text/plain") and answer.headers["Cache-Control"] == "no-store"


async def test_the_stream_of_changes_keeps_nobody_awake_and_sends_nobody_to_the_sign_in(page, browser):
    events = {"Accept": "text/event-stream"}
    closed = await browser.client.get("/auth/changes", headers=events)
    assert closed.status_code == 204, "the one answer after which a browser does not ask again"
    await browser.sign_in()
    (session,) = page.app.site.sessions._open.values()
    before, page.now = session.seen_at, page.now + 60
    await browser.client.get("/auth/log/lines", headers=events)
    assert session.seen_at == before


async def test_the_stream_tells_that_something_changed_until_the_session_ends(page):
    lasts = [True]
    ticks = page.services.changes.ticks(lambda: lasts[0])
    assert [await anext(ticks), await anext(ticks)] == [b"retry: 3000\n\n", b"data: 7\n\n"]
    page.reader.revision = 8
    assert await anext(ticks) == b"data: 8\n\n"
    lasts[0], page.reader.revision = False, 9
    with pytest.raises(StopAsyncIteration):
        await anext(ticks)


async def test_of_several_instances_the_page_says_whose_log_and_usage_it_shows(page, person):
    here = InstanceRow("host:1", "http://127.0.0.1:1", "1.0", 0.0, 0, 0.0, True)
    line = UsageLine("x", "x", 1)
    page.reader.table = UsageTable("day", "2026-11-01", "2026-11-29", (line,), line)
    page.reader.log = lines()
    await person.get("/auth/log")
    assert "the log of" not in person.html
    await person.get("/auth/usage")
    assert "all instances" not in person.html
    page.reader.table = replace(page.reader.table, shared=True)
    page.reader.instances = (here, replace(here, name="host:2", own=False))
    await person.get("/auth/log")
    assert "This is the log of host:1;" in person.html
    await person.get("/auth/usage")
    assert "all instances" in person.html
