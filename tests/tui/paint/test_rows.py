"""Every painter, at every width, with texts that would crash a screen that trusts them."""

from dataclasses import replace
from typing import get_args

import pytest

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, LimitSource
from gcli2api_tui.ledger.exchange_rows import ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.paint import answer_tiles, credential_row, exchange, exchange_detail, log, status_row
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.dashboard_requests import happened, stream
from gcli2api_tui.tui.paint.look import ASCII, FANCY, Look
from gcli2api_tui.tui.paint.short_text import clock_s, until
from gcli2api_tui.tui.words import Words


@pytest.fixture
def look(snapshot: Snapshot) -> Look:
    return Look(Words(), FANCY, snapshot.at)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


@pytest.mark.parametrize("glyphs", [FANCY, ASCII], ids=["fancy", "ascii"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_is_exactly_as_wide_as_asked(snapshot: Snapshot, glyphs: object, language: str) -> None:
    look = Look(Words(language), glyphs, snapshot.at)  # type: ignore[arg-type]
    for width in range(20, 201):
        lines = [status_row.status(snapshot, width, look), status_row.summary(snapshot, width, look)]
        for row in snapshot.exchanges:
            lines += [exchange.one_line(row, width, look), *exchange.two_lines(row, width, look)]
            lines += [*exchange_detail.head_lines(row, width, look), exchange_detail.foot_line(row, width, look)]
        for account in snapshot.credentials:
            lines += [credential_row.one_line(account, width, look), *credential_row.two_lines(account, width, look)]
        lines += [log.one_line(part, width) for row in snapshot.log for part in log.folded(row, width, look.words)]
        lines += [exchange.heading(width, look)]
        assert {width_of(line) for line in lines} == {width}
        assert not any(char in text(line) for line in lines for char in "\x1b\n\r\x07\u202e")


def test_a_hidden_retry_shows_in_the_state_and_as_a_chain(snapshot: Snapshot, look: Look) -> None:
    first, second = exchange.two_lines(snapshot.exchanges[1], 60, look)
    assert text(first).startswith("200R")
    assert "carol 429 → bob" in text(second)


@pytest.mark.parametrize(
    ("language", "whole", "short"),
    [("en", "waits for a credential, 12s", "waits 12s"), ("zh", "等待凭据，12s", "等待 12s")],
)
def test_a_request_that_waits_says_for_what_and_how_long(
    snapshot: Snapshot, language: str, whole: str, short: str
) -> None:
    look = Look(Words(language), FANCY, snapshot.at)  # type: ignore[arg-type]
    row = replace(snapshot.exchanges[0], waits_until=snapshot.at + 12, state=ExchangeState.QUEUED, hops=())
    row = replace(row, ended_at=None, status=0)
    assert whole in text(exchange.two_lines(row, 60, look)[1])
    assert whole in text(exchange_detail.head_lines(row, 100, look)[0])
    assert short in text(exchange.one_line(row, 100, look))
    assert text(exchange_detail.path_lines(row, look)[-1]) == whole
    assert exchange.waiting(replace(row, waits_until=snapshot.at - 5), look).endswith("1s")


def test_the_hops_of_a_long_answer_are_told_and_are_no_retries(snapshot: Snapshot, look: Look) -> None:
    reason = say("why.hop", hop=3, tokens="131,072")
    hops = tuple(Hop(CredentialId("a"), "alice@gmail.com", 1.0, 2.0, 200, reason=reason) for _ in range(3))
    row = replace(snapshot.exchanges[0], hops=hops)
    first, second = exchange.two_lines(row, 60, look)
    assert "R" not in text(first)[:5] and "hidden" not in text(second)
    lines = [text(line) for line in exchange_detail.path_lines(row, look)]
    assert "hop 3 of this answer, 131,072 tokens so far" in lines[-1]
    chinese = [text(line) for line in exchange_detail.path_lines(row, Look(Words("zh"), FANCY, snapshot.at))]
    assert "此答案的第 3 跳，目前 131,072 个 token" in chinese[-1]


def test_no_credential_ready_is_told_by_glyph_and_count(look: Look, snapshot: Snapshot) -> None:
    line = text(status_row.status(replace(snapshot, credentials=snapshot.credentials[4:]), 80, look))
    assert line.startswith("○")
    assert "0/2" in line


def test_demo_is_marked(snapshot: Snapshot, look: Look) -> None:
    assert "DEMO" in text(status_row.status(snapshot, 45, look))


def account(snapshot: Snapshot, name: str, **changes: object) -> CredentialRow:
    row = next(row for row in snapshot.credentials if row.label.startswith(name))
    return replace(row, **changes)  # type: ignore[arg-type]


def test_whose_limit_it_is_has_a_word_for_every_source(look: Look) -> None:
    for source in set(get_args(LimitSource)) - {""}:
        for language in ("en", "zh"):
            assert Words(language)(f"quota.source.{source}") != f"quota.source.{source}"


def test_every_state_has_a_word_of_its_own() -> None:
    for language in ("en", "zh"):
        words = [Words(language)(f"state.{state.value}") for state in CredentialState]
        assert len(set(words)) == len(words)
        assert not any(word.startswith("state.") for word in words)


@pytest.mark.parametrize("width", [45, 80, 160])
def test_a_disk_that_refuses_is_in_the_status_row(snapshot: Snapshot, look: Look, width: int) -> None:
    troubled = replace(snapshot, degraded="The disk is full: counts are in memory only.")
    assert "! DISK" in text(status_row.status(troubled, width, look))
    assert "DISK" not in text(status_row.status(snapshot, width, look))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_columns_of_requests_fill_their_width_and_cut_no_header_and_no_figure(
    snapshot: Snapshot, language: str
) -> None:
    look, row = Look(Words(language), FANCY, snapshot.at), snapshot.exchanges[0]
    figures = {
        "time": clock_s(row.opened_at), "state": "200", "ttft": "1.1s", "duration": "12s", "tokens": "1.8k",
        "rate": "166/s",
    }  # fmt: skip
    kept: set[str] = set()
    for width in range(20, 201):
        columns = exchange.columns_for(width)
        assert sum(column.width + 1 for column in columns) - 1 <= width
        head, line = text(exchange.heading(width, look)), text(exchange.one_line(row, width, look))
        assert "…" not in head
        for column in columns:
            part = slice(column.left, column.left + column.width)
            if column.name in figures:
                assert line[part].strip() == figures[column.name], width
        names = {column.name for column in columns}
        assert kept <= names, "what stood there at a smaller width is still there"
        kept = names
    assert kept == {*figures, "model", "credential", "client", "prompt"}


def test_the_middle_of_a_wide_dashboard_has_time_and_client() -> None:
    """At 160 columns the list there is about 60 wide."""
    assert {"time", "client"} <= {column.name for column in exchange.columns_for(58)}


def test_a_stream_that_broke_says_what_the_client_got(snapshot: Snapshot, look: Look) -> None:
    row = replace(snapshot.exchanges[2], status=200, error="the connection to Google broke")
    assert exchange.state_of(row) == ("CUT!", "bad")
    assert "The client got 200 and 1812 tokens. the connection" in text(exchange.two_lines(row, 120, look)[1])
    assert exchange.state_of(replace(row, status=503)) == ("503", "bad")
    unknown = replace(row, usage=replace(row.usage, output=0))
    assert exchange.error_of(unknown, look).startswith("The client got 200 and part of the answer")
    assert "CUT! The client got 200 and 1812" in text(happened(replace(snapshot, exchanges=(row,)), 120, look)[0].line)


def test_where_only_minutes_show_they_change_with_the_clocks(look: Look) -> None:
    end = look.minute + 5 * 3600
    shown = {until(end, replace(look, now=look.minute + second)) for second in range(60)}
    assert shown == {"5h00m"}


def test_list_wall_and_dashboard_agree_on_how_fast_an_answer_came(snapshot: Snapshot, look: Look) -> None:
    """The wall said 55,597/s of a fake stream, for which the list said nothing."""
    at = snapshot.at
    done = replace(snapshot.exchanges[1], stream=True, fake=False, first_byte_at=at - 4, ended_at=at - 2)
    for row in (done, replace(done, fake=True), replace(done, first_byte_at=at - 2.05), replace(done, stream=False)):
        found = exchange.speed(row, look)
        assert bool(found) is (row is done)
        tile = text(answer_tiles.head(row, 100, look, chosen=False, zoomed=False))
        line = text(stream(row, lambda *_: (), 0, 100, look)[0].line)
        assert [found in shown and ("/s" in shown) is bool(found) for shown in (tile, line)] == [True, True]


def test_what_came_at_one_moment_has_no_rate(snapshot: Snapshot, look: Look) -> None:
    row = next(row for row in snapshot.exchanges if row.state is ExchangeState.DONE and row.usage.output)
    assert row.first_byte_at is not None and "/s" in text(exchange.one_line(row, 120, look))
    fake = replace(row, fake=True, ended_at=row.first_byte_at + 0.01)
    assert "/s" not in text(exchange.one_line(fake, 120, look))
