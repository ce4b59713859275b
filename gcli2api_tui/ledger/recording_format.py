"""Exchanges as a recording keeps them: a header line, then one JSON object a line. Pure.

In: all that is known of an exchange, and whether it is kept whole. Out: a line; a line read again. A masked one has
texts of the same length and shape (`shaped`), and neither labels nor addresses; keys and tokens are in neither.
Version 1; fields may be added, and a reader passes over what it does not know.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import masked
from gcli2api_tui.ledger.export_formats import Exported
from gcli2api_tui.ledger.redaction import shaped, shaped_answer, shaped_body, shaped_call
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

VERSION = 1
MARK = "gcli2api_recording"
Mode = Literal["masked", "whole"]
KEPT_HEADERS = frozenset({"content-type", "user-agent", "anthropic-version", "anthropic-beta", "x-title"})
"""Of a masked one: what says which program asked, and how."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line."""

    version: str
    at: float
    mode: Mode

    def line(self) -> str:
        return _line({MARK: VERSION, "program": f"gcli2api-tui {self.version}", "at": self.at, "mode": self.mode})


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange, read again."""

    number: int
    dialect: str
    model: str
    method: str
    target: str
    body: str
    cut: bool
    """The body is not whole, and cannot be sent again."""
    status: int
    finish: str
    answer: str
    calls: str
    error: str


def line_of(one: Exported, mode: Mode) -> str:
    """Takes a while for a large one: for a thread."""
    row, sent, hides = one.row, one.wire.sent, mode == "masked"
    texts = {kind: "".join(said.text for said in one.passages if said.kind == kind) for kind in ("answer", "thought")}
    calls = "".join(said.text for said in one.passages if said.kind == "call")
    headers = {name: text for name, text in sent.headers if not hides or name.lower() in KEPT_HEADERS}
    record = {
        "id": row.id,
        "at": row.opened_at,
        "took_s": round((row.ended_at or row.opened_at) - row.opened_at, 3),
        "dialect": row.dialect,
        "model": row.model,
        "stream": row.stream,
        "program": row.client,
        "attempts": [
            {"status": hop.status, **({} if hides else {"label": hop.label, "failure": str(hop.failure)})}
            for hop in row.hops
        ],
        "request": {
            "method": sent.method or "POST",
            "target": _target(sent.target or row.path, hides=hides),
            "headers": headers,
            "body": _body(sent.body, hides=hides, cut=sent.cut),
            "cut": sent.cut or not one.wire.kept,
        },
        "answer": {
            "state": row.state.value,
            "status": row.status,
            "finish": row.finish,
            "text": shaped_answer(texts["answer"]) if hides else texts["answer"],
            "thought": shaped(texts["thought"]) if hides else texts["thought"],
            "calls": shaped_call(calls) if hides else calls,
            "error": row.error.key if hides else str(row.error),
            "usage": {"prompt": row.usage.prompt, "cached": row.usage.cached, "thoughts": row.usage.thoughts,
                      "output": row.usage.output},
        },
    }  # fmt: skip
    return _line(_without_secrets(record))


def _target(target: str, *, hides: bool) -> str:
    """Of a query only the form of the answer is kept."""
    path, _, query = target.partition("?")
    return f"{path}?alt=sse" if hides and "alt=sse" in query else path if hides else target


def _body(body: str, *, hides: bool, cut: bool) -> object:
    """As JSON, so that a person can read the file; half of one is a text."""
    if cut:
        return "" if hides else body
    try:
        found = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return shaped(body) if hides else body
    return shaped_body(found) if hides else found


def _without_secrets(value: object) -> object:
    """What looks like a key or a token is in no recording."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _without_secrets(one) for name, one in value.items()}
    return [_without_secrets(one) for one in value] if isinstance(value, list) else value


def _line(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_recording(lines: Iterable[str], name: str) -> tuple[Header, tuple[Recorded, ...]]:
    """Raises Problem where it is none, or of a later form, or a line is torn in the middle; the last may be."""
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise Problem(say("recording.none", name=name), say("recording.make_one"))
    header = _header(numbered[0][1], name)
    return header, tuple(_read(numbered[1:], name))


def _header(line: str, name: str) -> Header:
    found = _object(line)
    if found is None or MARK not in found:
        raise Problem(say("recording.none", name=name), say("recording.make_one"))
    if found[MARK] != VERSION:
        raise Problem(say("recording.later", name=name, version=str(found[MARK])), say("disk.update"))
    mode: Mode = "whole" if found.get("mode") == "whole" else "masked"
    return Header(str(found.get("program", "")).rpartition(" ")[2], float(found.get("at") or 0), mode)


def _read(lines: list[tuple[int, str]], name: str) -> Iterator[Recorded]:
    for place, (number, line) in enumerate(lines, 1):
        found = _object(line)
        try:
            if found is None:
                raise ValueError("no object")
            yield _recorded(found)
        except (ValueError, KeyError, TypeError, AttributeError):
            if place == len(lines) and found is None:  # the server ended while it was written
                return
            raise Problem(say("recording.torn", name=name, line=number)) from None


def _recorded(found: dict[str, Any]) -> Recorded:
    request, answer = found["request"], found["answer"]
    body = request["body"]
    return Recorded(
        number=int(found["id"]),
        dialect=str(found["dialect"]),
        model=str(found["model"]),
        method=str(request["method"]),
        target=str(request["target"]),
        body=body if isinstance(body, str) else json.dumps(body, ensure_ascii=False),
        cut=bool(request.get("cut")),
        status=int(answer["status"]),
        finish=str(answer["finish"]),
        answer=str(answer["text"]),
        calls=str(answer["calls"]),
        error=str(answer["error"]),
    )


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
