"""Any split of the same bytes gives the same events."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.upstream import sse_decoder
from gcli2api_tui.upstream.sse_decoder import SseDecoder, read_usual

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


USUAL = b'data: {"candidates":[{"content":{"parts":[{"text":"h\xc3\xa9 \xf0\x9f\x8e\x89"}]}}]}'
LINES = [
    USUAL,
    b'data: {"response":{"a":1.5},"traceId":"t"}',
    b'data:{"a":1}',
    b'data: {"a":1} ',
    b'data: {"a":',
    b"data: 1}",
    b' {"b":2}}',
    b'data: {"a":1},{"b":2}',
    b'data: {"a":NaN,"b":-Infinity}',
    b'data: {"a":1e999,"b":1e+400,"c":0.1e-7}',
    b'data: {"a":123456789012345678901234567890}',
    b'data: {"a":"\\ud83c","b":"\\n"}',
    b'data: {"a":"\xed\xa0\xbc"}',
    b'data: {"a":"\xff"}',
    b'data: {"a":"\x01"}',
    b'data: {"a":1\r}',
    b"data: [DONE]",
    b'data: [{"a":1}]',
    b'data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}',
    b'data: {"a":' + b"[" * 199 + b"]" * 199 + b"}",
    b'data: {"a":' + b"[" * 200 + b"]" * 200 + b"}",
    b"data: " + b'{"":' * 200 + b"1" + b"}" * 200,
    b"data: " + b'{"":' * 201 + b"1" + b"}" * 201,
    b"data: " + b'{"":[' * 100 + b"1" + b"]}" * 100,
    b"data: " + b'{"":[' * 101 + b"1" + b"]}" * 101,
    b"data: " + b'{"":' * 30 + b"[" * 171 + b"1" + b"]" * 171 + b"}" * 30,
    b'data: {"a":' + b"[" * 150_000 + b"]" * 150_000 + b"}",
    b"event: x",
    b": note",
    b"\xef\xbb\xbfdata: {}",
    b"",
]


def both(monkeypatch, reads):
    found = []
    for quickly in (read_usual, lambda received: ([], 0)):
        with monkeypatch.context() as patch:
            patch.setattr(sse_decoder, "read_usual", quickly)
            decoder = SseDecoder(0.0)
            events = [decoder.feed(one) for one in reads] + [decoder.flush()]
            fault = decoder.fault and (decoder.fault.kind, decoder.fault.status, decoder.fault.message)
            found.append((json.dumps(events), fault))
    return found


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r\n\r\n", b"\r\n\n"]))),
    st.lists(st.integers(0, 2_000), max_size=4),
)
def test_reads_as_line_by_line(pieces, cuts):
    wire = b"".join(part for piece in pieces for part in piece)
    ends = sorted(cut for cut in cuts if cut < len(wire))
    reads = [wire[at:end] for at, end in zip([0, *ends], [*ends, len(wire)], strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        usual, by_line = both(patch, reads)
    assert usual == by_line


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_whole_events_of_a_read_are_taken_in_one_go(end):
    wire = (USUAL + end) * 3
    events, taken = read_usual(wire + USUAL[:-40])
    assert len(events) == 3 and taken == len(wire)
