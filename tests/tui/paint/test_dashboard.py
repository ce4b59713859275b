"""Status row, dashboard, desk, wall, checklist: exact at every size, trouble first, nothing without a meaning."""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import pytest
from board_moments import (
    AT,
    FLASH,
    LOST,
    PRO,
    board,
    credential,
    crowd,
    exchange,
    new_home,
    pool,
    rest,
    silent,
    tail,
    use,
)

from gcli2api_tui.ledger.credential_rows import NextUp
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.ledger.snapshot import CallerRow, Pace, Snapshot, Totals
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.paint import checklist, dashboard_credentials, dashboard_requests, dashboard_statistics
from gcli2api_tui.tui.paint.answer_tiles import LEAST, tiles, wall
from gcli2api_tui.tui.paint.cells import Line, at_once, width_of
from gcli2api_tui.tui.paint.dashboard import dashboard, left_column
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Target
from gcli2api_tui.tui.paint.look import ASCII, FANCY, Look
from gcli2api_tui.tui.paint.short_text import clock, names_of, program, short
from gcli2api_tui.tui.paint.status_row import status, summary
from gcli2api_tui.tui.words import Words

ENGLISH = Look(Words("en"), FANCY, AT)
LOOKS = [Look(Words(language), glyphs, AT) for language, glyphs in product(("en", "zh"), (FANCY, ASCII))]
MOMENTS = [
    board(), board(live=0), board(live=20), board(credentials=(*crowd(40), LOST)), new_home(),
    new_home(credentials=(*pool(), LOST)), board(degraded="The disk is full"),
]  # fmt: skip


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def shown(entries: list[Entry]) -> str:
    return "\n".join(text(entry.line) for entry in entries)


def every(width: int, look: Look, moment: Snapshot) -> list[Line]:
    lines = [status(moment, width, look), summary(moment, width, look)]
    for height in (2, 17):
        painted = (
            at_once(dashboard(moment, tail, width, height, look)),
            at_once(left_column(moment, width, height, look)),
        )
        for entries in painted:
            assert len(entries) <= height
            lines += [entry.line for entry in entries]
        tall = at_once(wall([row for row in moment.exchanges if row.live], tail, width, height, look))
        assert len(tall) <= height
        lines += tall
    for row in moment.exchanges[-5:]:
        lines += dashboard_requests.request_lines(row, "把下面的段落 \x1b[2J translate", width, look)
    return lines


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.words.language}-{look.glyphs.arrow}")
def test_every_line_is_exactly_as_wide_as_asked(look: Look) -> None:
    for width in range(20 + LOOKS.index(look) % 2, 201, 2):  # every width, each by two of the looks
        for line in every(width, look, MOMENTS[width % len(MOMENTS)]):
            assert width_of(line) == width, text(line)
            assert not any(char in text(line) for char in "\x1b\n\r\x07\u202e")


def test_nothing_is_cut_beside_empty_lines() -> None:
    """`… n more` stands only where the screen is full, whatever there is to tell."""
    for height, moment in product(range(4, 60), (board(), board(live=5), board(live=20), board(credentials=crowd(40)))):
        entries = at_once(dashboard(moment, tail, 80, height, ENGLISH))
        if "more" in shown(entries):
            assert len(entries) >= height - 2, height


def test_trouble_stands_first_and_ends_in_the_key_that_helps() -> None:
    first, second = (text(entry.line) for entry in at_once(dashboard(board(), tail, 45, 20, ENGLISH))[:2])
    assert first.startswith("✕ erin") and first.rstrip().endswith("enter: sign in") and "sign-in ended" in first
    assert second.startswith("◐ bob") and f"pro empty till {clock(AT + 7200)}, flash ok" in second
    assert "h: try anyway" in text(dashboard_credentials.troubles(board(), 80, ENGLISH)[1].line)
    lost = text(dashboard_credentials.troubles(board(credentials=(LOST,)), 60, ENGLISH)[0].line)
    assert "disabled by Google" in lost and lost.rstrip().endswith("enter: why")
    key = credential("key", pool()[2].state, kind="api-key")
    assert "enter: new key" in text(dashboard_credentials.troubles(board(credentials=(key,)), 60, ENGLISH)[0].line)


def test_a_row_speaks_of_the_tightest_model_and_adds_nothing_up() -> None:
    """The rival's and our own fault of before: 505/16500, a sum over models that cannot be spent on one another."""
    entries = dashboard_credentials.today(board(), 45, ENGLISH)
    rows = [text(entry.line) for entry in entries]
    assert rows[0].startswith("▲ hobby pro     244/250") and "6 left" in rows[0]
    assert rows[1].startswith("◐ bob   pro    622/1500") and "lasts" in rows[1]
    assert rows[2].startswith("● alice pro    301/1500")
    assert "work, vertex" in rows[3] and "no known limit" in rows[3]
    assert "fresh" in rows[4] and "not tried yet" in rows[4]
    assert not any(name in shown(entries) for name in ("erin", "off", "16500", "3000"))


def test_googles_share_without_a_limit_is_told_as_what_is_left() -> None:
    row = credential("a", quotas=(use(PRO, 3, None, google_remaining=0.59),), last_ok_at=AT)
    assert "pro         59%" in text(dashboard_credentials.today(board(credentials=(row,)), 45, ENGLISH)[0].line)


def test_two_models_of_one_family_keep_their_numbers() -> None:
    row = credential("a", quotas=(use("gemini-3-pro-preview", 9), use(PRO, 3)), last_ok_at=AT)
    assert "3-pro" in text(dashboard_credentials.today(board(credentials=(row,)), 80, ENGLISH)[0].line)


def test_a_figure_without_a_meaning_is_not_shown() -> None:
    entries = shown(at_once(dashboard(new_home(), silent, 45, 17, ENGLISH)))
    assert "last hour" not in entries and "▁" not in entries and "%" not in entries and "today" not in entries
    assert "No request yet. Point a client" in entries
    row = text(status(new_home(), 80, ENGLISH))
    assert "live" not in row and "no credential yet" in row
    assert at_once(left_column(new_home(), 44, 40, ENGLISH))[1].target == Target("tab", "credentials")


def test_the_last_hour_counts_only_itself() -> None:
    totals = Totals(1000, 1, 999, per_minute=(0,) * 59 + (10,), errors_per_minute=(0,) * 59 + (1,))
    assert "ok 90.0%" in text(dashboard_statistics.hour(board(totals=totals), 60, ENGLISH)[0].line)


def test_the_last_hour_tells_how_prompt_the_server_is_where_there_is_room() -> None:
    hour = Totals(10, 10, per_minute=(0,) * 59 + (10,), ttft_p50_s=0.9, ttft_p95_s=1.3)
    seen = board(totals=hour, pace=Pace(0.2, 12.4, 0.42, 1.26))
    rules = {width: text(dashboard_statistics.hour(seen, width, ENGLISH)[0].line) for width in (45, 80, 120)}
    assert "relay" not in rules[45]
    assert "relay 0.4 ms p99 1.3 ms" in rules[80] and "loop" not in rules[80]
    assert "relay 0.4 ms p99 1.3 ms  loop lag p99 12 ms" in rules[120]
    assert all(len(rule) == width for width, rule in rules.items())
    assert "relay 0.4 ms p99 1.3 ms" in shown(at_once(left_column(seen, 60, 48, ENGLISH)))
    unseen = board(totals=hour, pace=Pace(loop_lag_p99_ms=3.0))
    assert "relay" not in text(dashboard_statistics.hour(unseen, 120, ENGLISH)[0].line), "no stream has come through"


def test_the_status_row_counts_by_model_where_only_some_rest() -> None:
    rows = pool()[:2]
    assert "pro 1/2 flash 2/2" in text(status(board(credentials=rows), 45, ENGLISH))
    assert "1/1 ready" in text(status(board(credentials=rows[:1]), 45, ENGLISH))
    resting = replace(rows[1], cooldowns=(rest(""),))
    assert "1/2 ready" in text(status(board(credentials=(rows[0], resting)), 45, ENGLISH))
    assert "first word p50 0.9s p95 1.3s" in text(status(board(), 160, ENGLISH))


def test_long_names_of_models_push_no_figure_out_of_the_status_row() -> None:
    long = "some-model-of-a-company-with-a-long-name"
    rows = (credential("a", last_ok_at=AT), credential("b", last_ok_at=AT, cooldowns=(rest(long),)))
    seen = board(credentials=rows, next_up=(NextUp(PRO, "a"), NextUp(long, "a")))
    assert "2/2 ready" in text(status(seen, 45, ENGLISH))
    assert f"{long} 1/2" in text(status(seen, 120, ENGLISH))
    brief = replace(rows[1], cooldowns=(rest("model-of-seventeen"),))
    some = board(credentials=(rows[0], brief), next_up=(NextUp(PRO, "a"), NextUp("another-of-eighteen", "a")))
    assert "seventeen 1/2" in text(status(some, 45, ENGLISH)) and "another" not in text(status(some, 45, ENGLISH))


def test_next_is_told_by_model_and_never_one_that_cannot() -> None:
    assert text(summary(board(), 80, ENGLISH)).rstrip().endswith("next for pro: alice, flash: bob")
    assert "next" not in text(summary(board(next_up=(NextUp(PRO, ""),)), 80, ENGLISH))
    narrow = text(summary(board(), 50, ENGLISH))
    assert "pro: alice" in narrow and "flash" not in narrow


def test_what_runs_has_a_line_and_its_tail_and_more_room_shows_more() -> None:
    small = shown(at_once(dashboard(board(live=2), tail, 45, 17, ENGLISH)))
    assert small.count("老李") == 2 and "▌" in small
    assert shown(at_once(dashboard(board(live=2), tail, 120, 40, ENGLISH))).count("老李") > 6
    many = at_once(dashboard(board(live=20), tail, 45, 17, ENGLISH))
    assert shown(many).count("老李") == 2 and "… 18 more" in shown(many)
    assert "waits for the first word" in shown(at_once(dashboard(board(live=1), silent, 45, 17, ENGLISH)))


def test_a_rescue_says_who_and_what_it_cost() -> None:
    assert "1 rescue at" in shown(dashboard_requests.rescue(board(), 80, ENGLISH))
    assert "carol 429 → bob  +0.8s" in shown(dashboard_requests.rescue(board(), 80, ENGLISH))
    entries = dashboard_requests.happened(board(), 80, ENGLISH)
    assert [entry.target for entry in entries] == [Target("exchange", "22"), Target("exchange", "21")]


def test_the_next_day_says_when_it_ends_and_when_it_is_there_again() -> None:
    alice, bob, _, hobby, work = pool()[:5]
    assert dashboard_credentials.worth_a_strip(alice) and not dashboard_credentials.worth_a_strip(work)
    line = text(dashboard_credentials.day_strip(hobby, 6, 44, ENGLISH))
    assert line.startswith("hobby  ") and "░" in line and "│" in line and f"resets {clock(AT + 75_540)}" in line
    assert not dashboard_credentials.serves_at(bob, AT + 60) and dashboard_credentials.serves_at(bob, AT + 7300)
    assert dashboard_credentials.serves_at(hobby, AT + 60) and not dashboard_credentials.serves_at(hobby, AT + 1000)
    assert dashboard_credentials.serves_at(hobby, AT + 80_000)


def test_figures_of_the_day_need_enough_to_tell() -> None:
    few = board(exchanges=board().exchanges[:4])
    assert dashboard_statistics.first_words(few, 44, ENGLISH) == []
    lines = [text(line) for line in dashboard_statistics.first_words(board(), 44, ENGLISH)]
    assert lines[0].startswith("under 2s") and lines[-1].rstrip().endswith("24"), "no empty ends"
    clients = [text(line) for line in dashboard_statistics.clients(board(live=0), 44, ENGLISH)]
    assert clients[0].startswith("cursor") and len(clients) == 1
    assert "46/s now" in text(dashboard_statistics.tokens(board(), 44, ENGLISH)[0])


def test_a_client_is_named_once_however_many_requests_it_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice for each of 500 requests, four times a second: the most of the desk's left column."""
    named: list[str] = []

    def noted(client: str) -> str:
        named.append(client)
        return program(client)

    monkeypatch.setattr(dashboard_statistics, "program", noted)
    rows = tuple(
        exchange(number, client=("cursor/1.7", "curl/8.5", "cursor/1.8")[number % 3]) for number in range(1, 301)
    )
    lines = [text(line).split()[:2] for line in dashboard_statistics.clients(board(exchanges=rows), 44, ENGLISH)]
    assert lines == [["cursor", "200"], ["curl", "100"]] and len(named) <= 6


@pytest.mark.parametrize(("wait", "under"), [(0.0, "0.5"), (0.5, "1"), (1.999, "2"), (2.0, "4"), (7.9, "8")])
def test_a_first_word_is_counted_under_the_next_edge(wait: float, under: str) -> None:
    rows = tuple(exchange(number, first_byte_at=AT - 60 + wait, opened_at=AT - 60) for number in range(LEAST + 4))
    (line,) = dashboard_statistics.first_words(board(exchanges=rows), 44, ENGLISH)
    assert text(line).startswith(f"under {under}s")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25)], ids=["summer time begins", "summer time ends"])
def test_clients_of_today_are_those_since_midnight(day: tuple[int, int, int], berlin: None) -> None:
    midnight = time.mktime((*day, 0, 0, 0, 0, 0, -1))
    rows = tuple(exchange(number, opened_at=midnight + span) for number, span in enumerate((-1.0, 1.0, 3601.0)))
    (line,) = dashboard_statistics.clients(board(exchanges=rows), 44, ENGLISH.at(midnight + 36_000))
    assert text(line).split()[1] == "2"


# The wall


@pytest.mark.parametrize("live", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("height", [3, 8, 20, 46])
def test_tiles_share_the_height_and_none_is_too_small_to_read(live: int, height: int) -> None:
    rows = [row for row in board(live=live).exchanges if row.live]
    placed = tiles(rows, height)
    assert placed[0].top == 0
    assert all(one.top + one.height == two.top for one, two in pairwise(placed))
    spare = height - sum(tile.height for tile in placed)
    assert spare == (1 if len(placed) < live and live > 1 else 0)
    assert all(tile.height >= LEAST for tile in placed) or len(placed) == 1
    assert placed[-1].row is rows[-1], "the newest is among them"
    painted = at_once(wall(rows, tail, 48, height, ENGLISH))
    assert len(painted) == height
    if len(placed) < live:
        assert f"… {live - len(placed)} more" in text(painted[-1])


def test_a_tile_is_titled_by_what_writes_it_and_one_can_fill_the_wall() -> None:
    rows = [row for row in board(live=3).exchanges if row.live]
    lines = [text(line) for line in at_once(wall(rows, tail, 70, 30, ENGLISH, chosen=rows[1].id))]
    assert lines[0].startswith("~~ pro · alice · Cursor · ") and "z zoom" in lines[10] and "z zoom" not in lines[0]
    alone = [text(line) for line in at_once(wall(rows, tail, 70, 30, ENGLISH, zoomed=rows[1].id))]
    assert sum(line.startswith("~~") for line in alone) == 1 and "z back" in alone[0]


def test_an_answer_that_ended_stands_without_a_cursor() -> None:
    done = exchange(1)
    lines = [text(line) for line in at_once(wall([done], tail, 60, 10, ENGLISH))]
    assert lines[0].startswith("200 pro") and "▌" not in "".join(lines)
    assert "▌" in "".join(
        text(line) for line in at_once(wall([exchange(1, ExchangeState.STREAMING)], tail, 60, 10, ENGLISH))
    )


# The first run


def steps(moment: Snapshot, height: int = 17, **facts: object) -> list[str]:
    known = replace(checklist.Facts("sk-7f3k…"), **facts)  # type: ignore[arg-type]
    return [text(line) for line in checklist.checklist(moment, known, 45, height, ENGLISH)]


def marks(lines: list[str]) -> str:
    return "".join(line[0] for line in lines if line[2:4] in ("1 ", "2 ", "3 ", "4 "))


OURS = {"client": "gcli2api-tui 1.0"}
READY = (credential("alice", used_today=0),)


def test_the_checklist_ticks_itself() -> None:
    assert marks(steps(new_home())) == "✓>··"
    assert marks(steps(new_home(credentials=READY))) == "✓✓>·"
    asked = new_home(credentials=READY, exchanges=(exchange(1, **OURS),))
    assert marks(steps(asked)) == "✓✓✓>"
    assert not checklist.settled(asked)
    assert checklist.settled(replace(asked, exchanges=(*asked.exchanges, exchange(2, client="Cursor 1.7"))))
    assert checklist.settled(board()), "the demo needs none"


def test_the_checklist_says_what_each_step_needs() -> None:
    assert not any("!" in line for line in steps(new_home(), has_demo=False))
    lines = "\n".join(steps(new_home(), found=2))
    for words in ("sk-7f3k…  y copy", "a  paste an API key", "i  import what was found: 2 files", "s  sign in",
                  "! runs the demo", "server already listens on 127.0.0.1:7861"):  # fmt: skip
        assert words in lines, words
    assert "import what" not in "\n".join(steps(new_home()))
    broken = new_home(credentials=(credential("key", pool()[2].state, why="Google does not know this key."),))
    assert "Google does not know this key." in " ".join("".join(steps(broken)).split())


def test_the_first_answer_streams_into_the_checklist() -> None:
    runs = new_home(credentials=READY, exchanges=(exchange(1, ExchangeState.STREAMING, **OURS),))
    lines = steps(runs, tail=("Hello there",))
    assert any(line.startswith("    Hello there▌") for line in lines)
    assert "uses 1 request; esc skips" in "\n".join(steps(new_home(credentials=READY)))
    failed = new_home(
        credentials=READY, exchanges=(exchange(1, ExchangeState.FAILED, status=503, error="No quota", **OURS),)
    )
    assert "No quota" in "".join(steps(failed)) and "enter: ask" in "".join(steps(failed))


def test_a_tool_that_called_and_was_not_answered_is_told_what_is_off() -> None:
    called = CallerRow("Cursor", "127.0.0.1", AT, AT, calls=1, snag=quoted("Your client sent no key."))
    moment = new_home(credentials=READY, exchanges=(exchange(1, **OURS),), callers=(called,))
    assert not checklist.settled(moment) and "Your client sent no key." in "".join(steps(moment))
    assert checklist.settled(replace(moment, callers=(replace(called, answered=1),)))


def test_with_the_keyboard_open_the_steps_stay_and_what_explains_goes() -> None:
    lines = steps(new_home(), height=9, found=2)
    assert marks(lines) == "✓>··" and len(lines) <= 9
    assert "Your tools speak" not in "\n".join(lines)


def test_the_checklist_is_exact_at_every_size() -> None:
    moments = [new_home(), new_home(credentials=READY), new_home(credentials=pool()), board()]
    known = checklist.Facts("sk-7f3k…", 2, tail=("老李 set out",))
    for width in range(20, 201):
        moment, look = moments[width % len(moments)], LOOKS[width // 4 % len(LOOKS)]
        for height in (6, 9, 17):
            lines = checklist.checklist(moment, known, width, height, look)
            assert len(lines) <= height and {width_of(line) for line in lines} <= {width}


def test_models_are_called_by_one_word() -> None:
    names = (PRO, FLASH, "gemini-2.5-flash-lite", "gemini-3-pro-preview", "fake/gemini-3-pro", "claude-x")
    assert [short(name) for name in names] == ["pro", "flash", "lite", "pro", "pro", "claude-x"]
    assert names_of([PRO, "gemini-3-pro-preview"]) == {PRO: "2.5-pro", "gemini-3-pro-preview": "3-pro-preview"}
    assert [program(name) for name in ("Cursor 1.7.38", "curl/8.14.1", "OpenAI Python 2.8.1", "")] == [
        "Cursor", "curl", "OpenAI Python", "",
    ]  # fmt: skip
