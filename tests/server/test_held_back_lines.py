"""What a client key asks beyond its limits is one line a minute and key in the log."""

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.server.middleware import LINE_S, HeldBackLines

ADA, BEA = ClientKeyId("ada"), ClientKeyId("bea")


def test_one_line_a_minute_and_key_and_then_how_many_there_were() -> None:
    now = [1000.0]
    lines, text = HeldBackLines(Clock(now=lambda: 0.0, monotonic=lambda: now[0])), quoted("ada has had her requests.")
    said = [lines.line(ADA, text) for _ in range(1000)]
    assert said[0] == text and set(said[1:]) == {None}
    assert lines.line(BEA, text) == text, "another key has its own"
    now[0] += LINE_S
    more = lines.line(ADA, text)
    assert more is not None and more.startswith(text) and "999 more" in more
    now[0] += LINE_S
    assert lines.line(ADA, text) == text
