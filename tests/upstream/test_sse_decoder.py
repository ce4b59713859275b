"""Any split of the same bytes gives the same events."""

import json
import time

from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.upstream.sse_decoder import SseDecoder

EVENTS = [{"candidates": [{"content": {"parts": [{"text": "héllo 世界 🎉\n"}]}}]}, {"usageMetadata": {"x": 1}}]


def wire(events, end, *, wrap=False):
    bodies = [json.dumps({"response": e, "traceId": "t"} if wrap else e, ensure_ascii=False) for e in events]
    return "".join(f": note{end}data: {body}{end}{end}" for body in bodies).encode()


@given(st.sampled_from(["\n", "\r\n"]), st.booleans(), st.lists(st.integers(0, 250), max_size=12), st.booleans())
def test_every_split_gives_the_same_events(end, wrap, cuts, cut_last_blank):
    data = wire(EVENTS, end, wrap=wrap)
    if cut_last_blank:
        data = data[: -2 * len(end)]
    frames, got, start = SseDecoder(0.0), [], 0
    for cut in [*sorted(cuts), len(data)]:
        got += frames.feed(data[start:cut])
        start = max(start, cut)
    got += frames.flush()
    assert got == EVENTS and frames.fault is None


def test_an_event_over_several_data_lines_is_joined():
    assert SseDecoder(0.0).feed(b'data: {"a":\ndata: 1}\n\n') == [{"a": 1}]


def test_an_error_frame_keeps_what_came_before_and_names_the_fault():
    frames = SseDecoder(0.0)
    body = b'data: {"a":1}\n\ndata: [{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]\n\n'
    assert frames.feed(body + b'data: {"b":1}\n\n') == [{"a": 1}]
    assert frames.fault and frames.fault.kind is FaultKind.CAPACITY and frames.fault.status == 503


def test_a_frame_cut_in_the_middle_is_a_protocol_fault():
    frames = SseDecoder(0.0)
    assert frames.feed(b'data: {"a":') == [] and frames.flush() == []
    assert frames.fault and frames.fault.kind is FaultKind.PROTOCOL


def test_a_huge_event_in_tiny_pieces_takes_linear_time():
    data = wire([{"text": "x" * 1_000_000}], "\r\n")
    frames, got, began = SseDecoder(0.0), [], time.process_time()
    for at in range(0, len(data), 16):
        got += frames.feed(data[at : at + 16])
    assert len(got) == 1 and time.process_time() - began < 2.0
