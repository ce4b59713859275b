"""Exchanges as files that other programs read: JSON lines, and HAR 1.2. Pure.

In: `Exported`, all that is known of an exchange. Out: text. What looks like a secret is masked in all of it; `private`
leaves out texts, names of credentials and addresses as well, as the screen's privacy does.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from gcli2api_tui.events.secret import masked
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Passage, duration_s, wait_s
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.ledger.wire_rows import NOTHING_SENT, Headers, Wire
from gcli2api_tui.quick_dataclass import dataclass

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Exported:
    """One exchange at a moment."""

    row: ExchangeRow
    passages: tuple[Passage, ...]
    wire: Wire
    now: float


def as_jsonl(exchanges: Iterable[Exported], *, private: bool) -> str:
    """An object a line: the row as the admin API has it, and beside it its texts and what went over the wire."""
    return "".join(f"{_dumped(_record(_seen(one, private=private)))}\n" for one in exchanges)


def as_har(exchanges: Iterable[Exported], url: str, version: str, *, private: bool) -> str:
    """http://www.softwareishard.com/blog/har-12-spec; what is ours alone stands under `_gcli2api`."""
    entries = [_entry(_seen(one, private=private), url) for one in exchanges]
    log = {"version": "1.2", "creator": {"name": "gcli2api-tui", "version": version}, "pages": [], "entries": entries}
    return json.dumps({"log": _masked(log)}, ensure_ascii=False, indent=1)


def _dumped(record: dict[str, object]) -> str:
    return json.dumps(_masked(record), ensure_ascii=False, separators=(",", ":"))


def _masked(value: object) -> object:
    """Values only, before they are written: a mask over finished JSON could take its quotes along."""
    if isinstance(value, str):
        return masked(str(value))
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value


def _seen(one: Exported, *, private: bool) -> Exported:
    if not private:
        return one
    hops = tuple(replace(hop, label=_veiled(hop.label)) for hop in one.row.hops)
    sent = replace(one.wire.sent, body="", headers=(), target=one.wire.sent.target.partition("?")[0])
    return Exported(replace(one.row, hops=hops, peer=""), (), replace(one.wire, sent=sent), one.now)


def _veiled(label: str) -> str:
    """`a•••e`: who it is can be told apart, and not read."""
    name = label.split("@")[0]
    return f"{name[:1]}{HIDDEN}{name[-1:]}" if name else ""


def _record(one: Exported) -> dict[str, object]:
    wire = one.wire
    texts = {kind: _text(one, kind) for kind in ("thought", "answer", "call")}
    record = {
        **to_json(one.row),
        "prompt": [{"role": said.role, "text": said.text} for said in one.passages if said.kind == "prompt"],
        **{name: text for name, text in texts.items() if text},
    }
    if wire.kept:
        record["request"] = {**to_json(wire.sent), "headers": dict(wire.sent.headers), "body": _body(wire.sent.body)}
        record["response"] = {"status": wire.status, "headers": dict(wire.headers)}
        record["arrivals"] = [[round(came.at - one.row.opened_at, 3), came.kind, came.size] for came in wire.arrivals]
    return record


def _body(body: str) -> object:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body


def _text(one: Exported, kind: str) -> str:
    return "".join(said.text for said in one.passages if said.kind == kind)


def _entry(one: Exported, url: str) -> dict[str, object]:
    row, wire = one.row, one.wire
    total = _ms(duration_s(row, one.now))
    wait = min(total, _ms(wait_s(row, one.now) or duration_s(row, one.now)))
    return {
        "startedDateTime": datetime.fromtimestamp(row.opened_at, UTC).isoformat(timespec="milliseconds"),
        "time": total,
        "request": _request(one, url),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": round(total - wait, 3)},
        "comment": f"{row.model} {row.label}".strip(),
        "_gcli2api": {**to_json(row), "arrivals": len(wire.arrivals)},
    }


def _ms(seconds: float) -> float:
    return round(max(0.0, seconds) * 1000, 3)


def _request(one: Exported, url: str) -> dict[str, object]:
    sent = one.wire.sent if one.wire.kept else NOTHING_SENT
    target = sent.target or one.row.path
    request: dict[str, object] = {
        "method": sent.method or "POST",
        "url": url + target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(sent.headers),
        "queryString": _pairs(tuple(parse_qsl(target.partition("?")[2], keep_blank_values=True))),
        "headersSize": -1,
        "bodySize": sent.size if one.wire.kept else -1,
    }
    if sent.body:
        kind = _by_name(sent.headers).get("content-type", "application/json")
        request["postData"] = {"mimeType": kind, "text": sent.body, **({"comment": "cut"} if sent.cut else {})}
    return request


def _response(one: Exported) -> dict[str, object]:
    """The text is that of the answer: the stream's own frames are not kept."""
    text, headers = _text(one, "answer"), one.wire.headers
    kind = _by_name(headers).get("content-type", "")
    content = {"size": len(text.encode("utf-8", "replace")), "mimeType": kind, "comment": "the answer's text"}
    return {
        "status": one.row.status,
        "statusText": _status_text(one.row.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": {**content, **({"text": text} if text else {})},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _status_text(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Closed Request" if status == 499 else ""


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _by_name(headers: Headers) -> dict[str, str]:
    return {name.casefold(): value for name, value in headers}
