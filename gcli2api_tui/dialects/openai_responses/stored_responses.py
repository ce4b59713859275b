"""Responses that are kept for later: what is written down, and what the API tells of it.

In: a finished response and all of its input. Out: one JSON text, and the record again; the lists of its items. Items
have ids that name their response, so that a reference to an item can be followed.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gcli2api_tui.dialects.fields import digits, wrong
from gcli2api_tui.dialects.openai_responses.compaction import COMPACTED, users_messages
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

_ITEM_ID = re.compile(r"[a-z]{2,4}_([0-9a-f]{24})[0-9]+", re.ASCII)
_MOST_ITEMS = 100
MOST_REFERRED = 64
"""Different responses that one request may refer to: each is read from the store, whole."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`input` is all that was said before the answer, with what the responses before it held."""

    response: dict[str, Any]
    input: list[dict[str, object]]

    @property
    def conversation(self) -> list[dict[str, object]]:
        """All that was said, the answer too; of what a summary stands for, only the user's messages."""
        output = self.response["output"]
        summed_up = any(item["type"] in COMPACTED for item in output)
        return [*(users_messages(self.input) if summed_up else self.input), *output]


def written(kept: Kept) -> str:
    """One text for the store."""
    return compact({"response": kept.response, "input": kept.input})


def read(content: str) -> Kept:
    """What `written` wrote."""
    found = json.loads(content)
    return Kept(found["response"], found["input"])


def wanted(body: object) -> frozenset[str]:
    """Ids of the responses that a request refers to, itself or by one of their items.

    Takes any JSON value. Raises ClientFault where they are too many.
    """
    fields = body if isinstance(body, dict) else {}
    found = [fields.get("previous_response_id")]
    for item in fields["input"] if isinstance(fields.get("input"), list) else ():
        if isinstance(item, dict) and item.get("type") == "item_reference":
            found.append(_response_of(item.get("id")))
    different = frozenset(one for one in found if isinstance(one, str) and one)
    if len(different) > MOST_REFERRED:
        wrong("input", say("kept.too_many", most=MOST_REFERRED), say("kept.send_items"))
    return different


def items_by_id(kept: Mapping[str, Kept]) -> dict[str, dict[str, object]]:
    """Every item of the answers that are kept."""
    return {item["id"]: item for holder in kept.values() for item in holder.response["output"]}


def input_items(kept: Kept, *, limit: str, after: str, newest_first: bool) -> dict[str, object]:
    """A page of the input. Raises ClientFault for a limit or a place that makes no sense."""
    stem = str(kept.response["id"]).removeprefix("resp_")
    items = [listed_item(item, f"in_{stem}{number:02d}") for number, item in enumerate(kept.input)]
    if newest_first:
        items.reverse()
    if after:
        place = next((n for n, item in enumerate(items) if item["id"] == after), None)
        if place is None:
            wrong("after", say("kept.no_item", id=after[:80]))
        items = items[place + 1 :]
    size = digits(limit or "20", "limit", 1, _MOST_ITEMS)
    page = items[:size]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": "", "last_id": ""}
    return {"object": "list", "data": page, **ends, "has_more": len(items) > size}


def listed_item(item: dict[str, object], identity: str) -> dict[str, object]:
    """With an id, a type, and the long form of its content, as OpenAI lists them."""
    listed = {"id": identity, "type": "message", **item}
    if not isinstance(listed["id"], str):
        listed["id"] = identity
    if listed["type"] == "message" and isinstance(said := item.get("content"), str):
        kind = "output_text" if item.get("role") == "assistant" else "input_text"
        listed["content"] = [{"type": kind, "text": said, **({"annotations": []} if kind == "output_text" else {})}]
    if listed["type"] in ("message", "function_call_output"):
        listed.setdefault("status", "completed")
    return listed


def _response_of(identity: object) -> str:
    found = _ITEM_ID.fullmatch(identity) if isinstance(identity, str) else None
    return f"resp_{found[1]}" if found else ""
