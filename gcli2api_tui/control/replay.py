"""Recorded requests sent to an endpoint once more, and their answers beside those of then.

In: a recording's requests and an endpoint. Out: each with what differs, or why it was not sent. They go in their order
and one after the other, so that no limit is met that was not met before; an answer that does not come is a difference.
Models never say the same twice: of texts only the kind is compared, of calls their names and fields; ids, times and
counts not at all.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcli2api_tui.control.answer_events import Heard, joined
from gcli2api_tui.control.chat_client import Began, NotHeard, listen, open_client
from gcli2api_tui.control.question import AskRequest
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.recording_format import Recorded
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    import httpx

LONGEST_S = 300.0
"""Of one answer that is asked for again."""
PROGRAM = "gcli2api-tui replay"
MOST_FIELDS = 12
"""Names of fields that a difference tells."""


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """What is compared."""

    status: int
    finish: str
    text: str
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Different:
    """One thing; `what` is a field of AnswerShape."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """`skipped` says why it was not sent; `error` is what the endpoint said, where it refused."""

    recorded: Recorded
    differences: tuple[Different, ...] = ()
    skipped: Message = NOTHING
    error: str = ""

    @property
    def same(self) -> bool:
        return not self.differences and not self.skipped


async def replay(recorded: Sequence[Recorded], url: str, key: Secret, *, masked: bool) -> AsyncIterator[Replayed]:
    async with open_client(url) as client:
        for one in recorded:
            if one.cut or not one.body:
                yield Replayed(one, skipped=say("recording.cut"))
                continue
            began, said, error = await _asked(client, one, key)
            whole = joined(said)
            found = _compared(one, began.status, whole, masked=masked)
            yield Replayed(one, found, error=error or whole.error)


async def _asked(client: "httpx.AsyncClient", one: Recorded, key: Secret) -> tuple[Began, list[Heard], str]:
    """What was heard until the end, or until it broke; and how it broke."""
    request = AskRequest(one.dialect, one.target, one.body.encode("utf-8", "replace"))
    began, said = Began(0, None), list[Heard]()
    try:
        async with asyncio.timeout(LONGEST_S):
            async for heard in listen(client, request, key, PROGRAM):
                if isinstance(heard, Began):
                    began = heard
                else:
                    said.append(heard)
    except NotHeard as broken:
        return began, said, str(broken)
    except TimeoutError:
        return began, said, say("recording.silent", s=round(LONGEST_S))
    return began, said, ""


def _compared(one: Recorded, status: int, heard: Heard, *, masked: bool) -> tuple[Different, ...]:
    before = shape(one.status, _finish(one.dialect, one.status, one.finish), one.answer, one.calls)
    now = shape(status, _finish(one.dialect, status, heard.finish), heard.text, heard.call)
    found = tuple(differences(before, now))
    if masked and before.calls != now.calls and status == one.status:
        return ()  # without its words a model may well choose other tools, or none
    return found


def _finish(dialect: str, status: int, finish: str) -> str:
    """Of an answer alone. OpenAI's Responses say "completed" where the ledger keeps which of two it was."""
    if status != HTTPStatus.OK:
        return ""
    return "completed" if dialect == "openai-responses" and finish in ("stop", "tool_calls") else finish


def shape(status: int, finish: str, text: str, calls: str) -> AnswerShape:
    return AnswerShape(status, finish, text_shape(text), tuple(sorted(map(_call_shape, calls.splitlines()))))


def differences(before: AnswerShape, now: AnswerShape) -> Iterator[Different]:
    for what in ("status", "finish", "text", "calls"):
        one, other = getattr(before, what), getattr(now, what)
        if one != other:
            yield Different(what, _said(one), _said(other))


def text_shape(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        return "none"
    found = _json(stripped)
    if isinstance(found, dict):
        return f"JSON with {_fields(found)}"
    return "JSON list" if isinstance(found, list) else "text"


def _call_shape(call: str) -> str:
    """`get_weather(city, unit)`"""
    name, _, rest = call.partition("(")
    found = _json(rest.rstrip()[:-1])
    return f"{name}({_fields(found)})" if isinstance(found, dict) else f"{name}()"


def _fields(found: Mapping[str, object]) -> str:
    names = sorted(found)
    return ", ".join(names[:MOST_FIELDS]) + (", …" if len(names) > MOST_FIELDS else "")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _said(value: object) -> str:
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value) or "none"
