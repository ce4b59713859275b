"""What all answers have in common: nobody waits for hours; and a key beyond its limits is one line a minute."""

import pytest
from werkzeug.datastructures import Headers

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.server.middleware import LINE_S, HeldBackLines, bound_wait

KNOWN = {"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "480"}


def bound(most_s: int = 120, **headers: str) -> dict[str, str]:
    found = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    bound_wait(found, most_s)
    return {name.lower(): value for name, value in found.items()}


def test_a_short_wait_stays_as_it_is() -> None:
    found = bound(retry_after="3", retry_after_ms="2500")
    assert found == {"retry-after": "3", "retry-after-ms": "2500", "x-ratelimit-reset-requests": "3s"}


@pytest.mark.parametrize(("wait_s", "told"), [(120, "120"), (121, "120"), (31_447, "120")])
def test_a_long_one_is_bounded_and_the_true_time_stands_beside_it(wait_s: int, told: str) -> None:
    found = bound(retry_after=str(wait_s), retry_after_ms=str(wait_s * 1000))
    assert (found["retry-after"], found["retry-after-ms"]) == (told, f"{told}000")
    assert found.get("x-should-retry") == ("false" if wait_s > 120 else None)
    assert found["x-ratelimit-reset-requests"] == {120: "2m0s", 121: "2m1s", 31_447: "8h44m7s"}[wait_s]


def test_the_limits_of_the_day_do_not_contradict_it() -> None:
    found = bound(retry_after="40", x_ratelimit_reset_requests="8h0m0s", **KNOWN)
    assert found["x-ratelimit-reset-requests"] == "40s"
    assert (found["x-ratelimit-limit-requests"], found["x-ratelimit-remaining-requests"]) == ("500", "0")


def test_an_answer_without_a_wait_keeps_what_it_says() -> None:
    assert bound(x_ratelimit_reset_requests="8h0m0s", **KNOWN) == {"x-ratelimit-reset-requests": "8h0m0s", **KNOWN}
    assert bound() == {}


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
