"""Exports: each line an object, a HAR as the specification has it, and secrets in neither."""

import json
from dataclasses import replace
from typing import Any

import pytest

from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop, Passage
from gcli2api_tui.ledger.export_formats import Exported, as_har, as_jsonl
from gcli2api_tui.ledger.wire_rows import Arrival, Sent, Wire

TOKEN = "ya29.a0AfB_secret-of-google"
ROW = ExchangeRow(
    ExchangeId(7), 1_790_000_000.5, "openai-chat", "/v1/chat/completions", "gemini-2.5-pro", True, "Cursor", "10.0.0.5",
    ExchangeState.DONE, (Hop(CredentialId("a"), "alice@example.com", 1_790_000_000.5, 1_790_000_002.0, 200),),
    first_byte_at=1_790_000_001.0, ended_at=1_790_000_002.0, status=200, usage=Usage(5, 0, 9, 0), finish="stop",
)  # fmt: skip
SENT = Sent("POST", "/v1/chat/completions?alt=sse", (("Content-Type", "application/json"),), '{"model": "m"}', 14)
WIRE = Wire(
    ROW.id, True, SENT, 200, (("content-type", "text/event-stream"),), (("answer", 1_790_000_001.0),),
    (Arrival(1_790_000_001.0, "answer", 9, 20),), 1,
)  # fmt: skip
SAID = (Passage("prompt", f"my token is {TOKEN}", "user"), Passage("answer", "雨停了"), Passage("thought", "hm"))
WHOLE = Exported(ROW, SAID, WIRE, 1_790_000_009.0)
FAILED = replace(ROW, id=ExchangeId(8), state=ExchangeState.FAILED, status=503, first_byte_at=None)
ROWS = [
    WHOLE,
    Exported(FAILED, (), Wire(ROW.id), 0.0),
    Exported(replace(ROW, id=ExchangeId(9), state=ExchangeState.CANCELLED, status=499), (), Wire(ROW.id), 0.0),
    Exported(replace(ROW, state=ExchangeState.STREAMING, ended_at=None, status=0), SAID, WIRE, 1_790_000_009.0),
    replace(WHOLE, wire=replace(WIRE, sent=replace(SENT, body="no json", cut=True))),
]  # fmt: skip

STRING, NUMBER, NAMED = str, (int, float), {"name": str, "value": str}
HAR: Any = {
    "log": {
        "version": str, "creator": {"name": str, "version": str}, "pages": [{}],
        "entries": [{
            "startedDateTime": str, "time": NUMBER,
            "request": {
                "method": str, "url": str, "httpVersion": str, "cookies": [NAMED], "headers": [NAMED],
                "queryString": [NAMED], "headersSize": int, "bodySize": int,
                "postData?": {"mimeType": str, "text": str, "comment?": str},
            },
            "response": {
                "status": int, "statusText": str, "httpVersion": str, "cookies": [NAMED], "headers": [NAMED],
                "content": {"size": int, "mimeType": str, "text?": str, "comment?": str}, "redirectURL": str,
                "headersSize": int, "bodySize": int,
            },
            "cache": {}, "timings": {"send": NUMBER, "wait": NUMBER, "receive": NUMBER}, "comment?": str,
        }],
    }
}  # fmt: skip
"""HAR 1.2 by its specification: what must be there, `?` what may; custom fields begin with an underscore."""


def check(value: Any, shape: Any, where: str = "har") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        names = {name.rstrip("?"): inner for name, inner in shape.items()}
        assert {name for name in shape if not name.endswith("?")} <= set(value), where
        assert {name for name in value if not name.startswith("_")} <= set(names), where
        for name, inner in names.items():
            if name in value:
                check(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for number, one in enumerate(value):
            check(one, shape[0], f"{where}[{number}]")
    else:
        assert isinstance(value, shape) and not isinstance(value, bool), (where, value)


@pytest.mark.parametrize("private", [False, True])
def test_a_har_is_as_the_specification_has_it(private: bool) -> None:
    har = json.loads(as_har(ROWS, "http://127.0.0.1:7861", "1.0", private=private))
    check(har, HAR)
    for entry in har["log"]["entries"]:
        timings = entry["timings"]
        assert min(timings.values()) >= 0 and entry["time"] == pytest.approx(sum(timings.values()))
    first = har["log"]["entries"][0]
    assert first["startedDateTime"] == "2026-09-21T14:13:20.500+00:00" and first["time"] == 1500.0
    assert first["request"]["url"].startswith("http://127.0.0.1:7861/v1/chat/completions")
    assert har["log"]["entries"][2]["response"]["statusText"] == "Client Closed Request"


def test_each_line_is_an_object_with_texts_and_the_wire() -> None:
    lines = as_jsonl(ROWS, private=False).splitlines()
    first = json.loads(lines[0])
    assert len(lines) == len(ROWS) and (first["id"], first["answer"], first["thought"]) == (7, "雨停了", "hm")
    assert first["request"]["body"] == {"model": "m"} and first["arrivals"] == [[0.5, "answer", 9]]
    assert json.loads(lines[4])["request"]["body"] == "no json" and "request" not in json.loads(lines[1])


def test_no_secret_is_in_either_and_private_has_no_texts_names_or_addresses() -> None:
    open_ones = as_jsonl(ROWS, private=False) + as_har(ROWS, "http://x", "1", private=False)
    assert TOKEN not in open_ones and "alice@example.com" in open_ones
    private = as_jsonl(ROWS, private=True) + as_har(ROWS, "http://x", "1", private=True)
    for gone in (TOKEN, "alice", "雨停了", "my token", "10.0.0.5", '"model": "m"', "no json"):
        assert gone not in private
