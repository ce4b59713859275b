"""The instances that share a database, on the dashboard."""

from dataclasses import replace

import pytest
from tui.conftest import AT, credential, exchange

from gcli2api_tui.events.ids import ELSEWHERE, ExchangeId
from gcli2api_tui.ledger.snapshot import InstanceRow, ServerFacts, Snapshot, Totals
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.paint import dashboard_requests, status_row
from gcli2api_tui.tui.paint import exchange as paint
from gcli2api_tui.tui.paint.cells import Line, at_once, width_of
from gcli2api_tui.tui.paint.dashboard import dashboard, left_column
from gcli2api_tui.tui.paint.exchange_detail import head_lines
from gcli2api_tui.tui.paint.instances import instances, short_names
from gcli2api_tui.tui.paint.look import FANCY, Look
from gcli2api_tui.tui.words import Words

HERE = InstanceRow("host:7861", "http://10.0.0.1:7861", "1.0", 0.0, 12, 0.003, True)
THERE = replace(HERE, name="host\x1b[31m:7862", own=False)
LOOK = Look(Words(), FANCY, 0.0)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def shown(snapshot: Snapshot, width: int) -> list[str]:
    return ["".join(text for text, _ in entry.line) for entry in instances(snapshot, width, LOOK)]


@pytest.mark.parametrize("width", [45, 80, 160])
def test_each_has_a_line_and_this_one_is_marked(width: int) -> None:
    seen = Snapshot(1, 0.0, server=ServerFacts(instances=(HERE, THERE)))
    title, here, there = shown(seen, width)
    assert "nstances" in title and "host:7861" in here and "12/min" in here and "3 ms" in here
    assert LOOK.glyphs.cursor in here and LOOK.glyphs.cursor not in there and "\x1b" not in there
    assert {width_of(entry.line) for entry in instances(seen, width, LOOK)} == {width}


def test_one_alone_is_no_news() -> None:
    alone = Snapshot(1, 0.0, server=ServerFacts(instances=(HERE,)))
    assert instances(alone, 80, LOOK) == []
    assert not any("host:7861" in line for line in at_the_desk(alone))


def at_the_desk(snapshot: Snapshot) -> list[str]:
    return ["".join(text for text, _ in entry.line) for entry in at_once(left_column(snapshot, 44, 40, LOOK))]


def test_a_wide_screen_has_them_in_its_left_column() -> None:
    lines = at_the_desk(Snapshot(1, 0.0, server=ServerFacts(instances=(HERE, THERE))))
    (at,) = [number for number, line in enumerate(lines) if "instances" in line]
    assert "host:7861" in lines[at + 1] and ":7862" in lines[at + 2]


def test_a_database_that_is_away_is_in_the_status_row_and_is_no_disk() -> None:
    away = Snapshot(1, 0.0, degraded=say("cluster.away", why="connection refused"))
    row = "".join(text for text, _ in status_row.status(away, 80, LOOK))
    assert "! DATABASE" in row and "DISK" not in row


# All of them


NAMES = ("host:7861", "host:7862", "host:7863")


def of_all(*names: str, **changes: object) -> Snapshot:
    """More requests than fit, each instance's in turn; the first is this one."""
    rows = tuple(
        replace(
            exchange(number),
            id=ExchangeId(number + (ELSEWHERE * (number % len(names)))),
            instance=names[number % len(names)],
        )
        for number in range(1, 61)
    )
    server = ServerFacts(
        "http://127.0.0.1:7861",
        instances=tuple(replace(HERE, name=name, own=name == names[0], in_flight=2, per_minute=40) for name in names),
    )
    return replace(
        Snapshot(1, AT, server=server, exchanges=rows, all_instances=True, credentials=(credential("a"),)), **changes
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (NAMES, (":7861", ":7862", ":7863")),
        (("pod-a:7861", "pod-b:7861"), ("pod-a", "pod-b")),
        (("a:1", "b:2"), ("a:1", "b:2")),
        (("laptop", "tower"), ("laptop", "tower")),
        (("gcli2api-5d9f7c-x2k4q:7861", "gcli2api-5d9f7c-p9m1z:7861"), ("5d9f7c-x2k4q", "5d9f7c-p9m1z")),
    ],
)
def test_a_short_name_is_what_tells_them_apart(names: tuple[str, ...], short: tuple[str, ...]) -> None:
    assert short_names(of_all(*names)) == dict(zip(names, short, strict=True))


def test_who_is_alone_or_looks_at_one_sees_no_names() -> None:
    assert short_names(of_all(*NAMES, all_instances=False)) == {}
    assert short_names(of_all("host:7861")) == {}


def test_one_that_has_gone_is_told_apart_still() -> None:
    seen = of_all(*NAMES)
    left = replace(seen, server=replace(seen.server, instances=seen.server.instances[:1]))
    assert set(short_names(left).values()) == {":7861", ":7862", ":7863"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rows_are_exact_at_every_width_and_name_their_instance(language: str) -> None:
    look, seen = Look(Words(language), FANCY, AT), of_all(*NAMES)
    names, kept = short_names(seen), False
    for width in range(20, 201):
        for row in seen.exchanges[:3]:
            lines = (paint.one_line(row, width, look, "prompt", names), *paint.two_lines(row, width, look, "p", names))
            lines += dashboard_requests.request_lines(row, "asked " * 30, width, look, names)
            assert {width_of(line) for line in lines} == {width}
            assert text(lines[2]).endswith(names[row.instance]) and text(lines[4]).endswith(names[row.instance])
            has_it = names[row.instance] in text(lines[0])
            assert has_it or not kept, "what stood there at a smaller width is still there"
        kept = kept or has_it
        assert "…" not in text(paint.heading(width, look, names))
    assert kept
    assert names[seen.exchanges[0].instance] in text(paint.one_line(seen.exchanges[0], 60, look, "", names))


def test_a_home_without_others_has_no_column() -> None:
    assert LOOK.words("col.instance") not in text(paint.heading(200, LOOK)).split()


@pytest.mark.parametrize("width", [45, 80, 160])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_status_row_says_whose_figures_it_has(width: int, language: str) -> None:
    look = Look(Words(language), FANCY, AT)
    row = text(status_row.status(of_all(*NAMES), width, look))
    running = look.words("status.whose", whose=look.words("whose.all", n=3), what=look.words("status.live", n=4))
    assert running in row and width_of(status_row.status(of_all(*NAMES), width, look)) == width
    assert width < 80 or look.words("status.rate", n=120) in row
    one = text(status_row.status(of_all(*NAMES, all_instances=False, totals=Totals(9, 9)), width, look))
    assert (look.words("whose.this") in one) is (width >= 70)
    alone = text(status_row.status(of_all(NAMES[0], all_instances=False, totals=Totals(9, 9)), width, look))
    assert look.words("whose.this") not in alone


@pytest.mark.parametrize("width", [45, 80, 160])
def test_the_dashboard_says_what_runs_elsewhere_and_whose_the_hour_is(width: int) -> None:
    seen = of_all(*NAMES, totals=Totals(9, 9, per_minute=(0,) * 59 + (9,), errors_per_minute=(0,) * 60))
    lines = [text(entry.line) for entry in at_once(dashboard(seen, lambda *_: (), width, 50, LOOK))]
    assert any("now" in line and "4 elsewhere" in line for line in lines)
    assert any("Nothing runs here" in line for line in lines)
    assert any("last hour" in line and "this one" in line for line in lines)
    one = [text(e.line) for e in at_once(dashboard(replace(seen, all_instances=False), lambda *_: (), width, 50, LOOK))]
    assert not any("elsewhere" in line for line in one)
    desk_lines = at_the_desk(seen)
    assert any("first words" in line and "all 3" in line for line in desk_lines)


def test_the_head_of_one_from_elsewhere_has_its_number_and_where_it_was_answered() -> None:
    row = of_all(*NAMES).exchanges[0]
    head = text(head_lines(row, 80, LOOK)[0])
    assert row.elsewhere and "#1 " in head and "host:7862" in head
