"""The `response` object: what the client asked, said back to it, and the output that grows in it.

In: the body's fields, already found good; then what the stream parts of an answer say. Out: a dict with every key that
OpenAI's has; events without their sequence numbers, in OpenAI's order; `items` is always what they have added up to.
Invariant: one item is open at a time; each that is added is done before the next one, or at the end.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gcli2api_tui.dialects.media import is_picture, shown
from gcli2api_tui.dialects.openai_responses.stream_items import Event, Message, Reasoning
from gcli2api_tui.dialects.openai_responses.tools import SEARCH, Known, ResponseTools, shell_action
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.dialects.tool_calls import DistinctIds, free_text
from gcli2api_tui.gemini.signatures import SignatureEnvelope, encode_signature
from gcli2api_tui.gemini.stream_parts import BlobPart, CallPart
from gcli2api_tui.quick_dataclass import dataclass

_DEFAULTS: Mapping[str, float] = {
    "temperature": 1.0,
    "top_p": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
}


def frame(fields: Mapping[str, Any], tools: ResponseTools, effort: str, store: bool) -> dict[str, object]:
    """Everything but id and created_at, in the state of an answer that has just begun."""
    reasoning = fields.get("reasoning") or {}
    shape = fields.get("text") or {}
    summary = reasoning.get("summary") if reasoning.get("summary") in ("auto", "concise", "detailed") else None
    return {
        "object": "response",
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": fields.get("instructions"),
        "max_output_tokens": fields.get("max_output_tokens"),
        "max_tool_calls": fields.get("max_tool_calls"),
        "model": fields["model"],
        "output": [],
        "parallel_tool_calls": not tools.tools.one_call,
        "previous_response_id": fields.get("previous_response_id"),
        "prompt_cache_key": _word(fields.get("prompt_cache_key")),
        "reasoning": {"effort": effort or None, "summary": summary},
        "safety_identifier": _word(fields.get("safety_identifier")),
        "service_tier": "default",
        "store": store,
        **{name: default if (said := fields.get(name)) is None else said for name, default in _DEFAULTS.items()},
        "text": {
            "format": shape.get("format") or {"type": "text"},
            "verbosity": _one_of(("low", "medium", "high"), shape.get("verbosity"), "medium"),
        },
        "tool_choice": fields.get("tool_choice") or "auto",
        "tools": [_tool(tool) for tool in fields.get("tools") or () if tool],
        "top_logprobs": fields.get("top_logprobs") or 0,
        "truncation": _one_of(("disabled", "auto"), fields.get("truncation"), "disabled"),
        "usage": None,
        "user": _word(fields.get("user")),
        "metadata": _words(fields.get("metadata")),
    }


def _tool(tool: dict[str, object]) -> dict[str, object]:
    """A function has these keys in OpenAI's answers even where the client left them out."""
    if isinstance(inner := tool.get("function"), dict):
        tool = {**inner, "type": "function"}
    if tool.get("type") != "function":
        return tool
    return {"description": None, "parameters": None, "strict": None, **tool}


def _one_of(words: tuple[str, ...], said: object, default: str) -> str:
    return said if isinstance(said, str) and said in words else default


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _words(value: object) -> dict[str, str]:
    table = value if isinstance(value, dict) else {}
    return {key: said for key, said in table.items() if isinstance(said, str)}


@dataclass(frozen=True, slots=True)
class MadeCall:
    """`begun` is the item before its arguments were said."""

    item: dict[str, object]
    begun: dict[str, object]
    steps: list[Event]


class Output:
    """`stem` makes ids of items; `family` is None where the client wants no signatures."""

    def __init__(self, stem: str, known: Mapping[str, Known], family: str | None) -> None:
        self.items: list[dict[str, object]] = []
        self.calls = 0
        self.characters = 0
        """Length of all it said, for an estimate."""
        self.grounding: object = None
        """Google's groundingMetadata, so far."""
        self._ids = DistinctIds()
        self._stem = stem
        self._known = known
        self._family = family
        self._open: Message | Reasoning | None = None

    @property
    def answered(self) -> bool:
        """It holds more than thoughts."""
        return any(item["type"] != "reasoning" for item in self.items)

    def think(self, words: str) -> list[Event]:
        """A piece of a thought summary."""
        self.characters += len(words)
        events: list[Event] = []
        if not isinstance(self._open, Reasoning):
            events = [*self.close(), *self._begin(Reasoning(self._id("rs"), len(self.items)))]
        assert self._open is not None
        return [*events, *self._open.add(words)]

    def say(self, words: str, signature: str = "") -> list[Event]:
        """A piece of the answer; a signature may come on an empty one."""
        self.characters += len(words)
        events: list[Event] = []
        if words:
            if not isinstance(self._open, Message):
                events = [*self.close(), *self._begin(Message(self._id("msg"), len(self.items)))]
            assert self._open is not None
            events += self._open.add(words)
        if signature and isinstance(self._open, Message):
            self._open.signature = signature
        return events

    def call(self, piece: CallPart) -> list[Event]:
        """A whole call: Gemini does not write them in pieces."""
        identity = self._ids.take(piece.id or f"call_{self._stem}{self.calls:02d}")
        events = self._signed(piece.signature, identity)
        self.calls += 1
        self.characters += len(compact(piece.args))
        known = self._known.get(piece.name, Known("function", piece.name))
        made = call_item(known, piece.args, identity, self._id("fc"), len(self.items))
        return [*events, *self._whole(made.item, made.steps, begun=made.begun)]

    def show(self, piece: BlobPart) -> list[Event]:
        """An image that the model made; anything else has no item of its own and is said as a link."""
        if not is_picture(piece):
            return self.say(shown(piece))
        self.characters += len(piece.data)
        form = piece.mime.partition("/")[2] or "png"
        item = {"id": self._id("ig"), "type": "image_generation_call", "status": "completed", "result": piece.data}
        return [*self.close(), *self._whole({**item, "output_format": form}, [])]

    def refuse(self, words: str) -> list[Event]:
        """The prompt was refused: that is said in a message of its own."""
        place = {"item_id": self._id("msg"), "output_index": len(self.items), "content_index": 0}
        part = {"type": "refusal", "refusal": words}
        item = {"id": place["item_id"], "type": "message", "role": "assistant", "status": "completed"}
        steps: list[Event] = [
            {"type": "response.content_part.added", **place, "part": {**part, "refusal": ""}},
            {"type": "response.refusal.delta", **place, "delta": words},
            {"type": "response.refusal.done", **place, "refusal": words},
            {"type": "response.content_part.done", **place, "part": part},
        ]
        return [*self.close(), *self._whole({**item, "content": [part]}, steps, begun={**item, "content": []})]

    def close(self, status: str = "completed", logprobs: Sequence[dict[str, object]] = ()) -> list[Event]:
        """End the open item; the signature of its text follows it."""
        closing, self._open = self._open, None
        if closing is None:
            return []
        events = closing.close(status, logprobs, self.grounding)
        self.items[closing.index] = closing.item
        return [*events, *self._sealed(closing.signature, "")]

    def _begin(self, opened: Message | Reasoning) -> list[Event]:
        self._open = opened
        self.items.append(opened.item)
        return opened.begin()

    def _signed(self, signature: str, call_id: str) -> list[Event]:
        """Close what is open; a call's signature travels in the thoughts before it, or in an item of its own."""
        if isinstance(self._open, Reasoning) and signature and self._family:
            self._open.encrypted = encode_signature(SignatureEnvelope(self._family, signature, call_id))
            return self.close()
        return [*self.close(), *self._sealed(signature, call_id)]

    def _sealed(self, signature: str, call_id: str) -> list[Event]:
        if not signature or not self._family:
            return []
        content = encode_signature(SignatureEnvelope(self._family, signature, call_id))
        item: dict[str, object] = {
            "id": self._id("rs"),
            "type": "reasoning",
            "summary": [],
            "encrypted_content": content,
        }
        return self._whole(item, [])

    def _whole(
        self, item: dict[str, object], steps: list[Event], begun: dict[str, object] | None = None
    ) -> list[Event]:
        """An item that comes at once, with the events between its beginning and its end."""
        index = len(self.items)
        self.items.append(item)
        begun = begun or item
        first = {**begun, "status": "in_progress"} if "status" in begun else begun
        return [
            {"type": "response.output_item.added", "output_index": index, "item": first},
            *steps,
            {"type": "response.output_item.done", "output_index": index, "item": item},
        ]

    def _id(self, kind: str) -> str:
        return f"{kind}_{self._stem}{len(self.items):02d}"


def call_item(known: Known, args: Mapping[str, object], call_id: str, item_id: str, index: int) -> MadeCall:
    """Function, custom tool, local shell or search for tools, each in its own shape."""
    item: dict[str, object] = {"id": item_id, "type": f"{known.kind}_call", "status": "completed", "call_id": call_id}
    if known.kind == "local_shell":
        item["action"] = shell_action(args)
        return MadeCall(item, item, [])
    if known.kind == SEARCH:
        item |= {"execution": "client", "arguments": dict(args)}
        return MadeCall(item, item, [])
    item["name"] = known.name
    if known.namespace:
        item["namespace"] = known.namespace
    place = {"item_id": item_id, "output_index": index}
    if known.kind == "custom":
        item["type"] = "custom_tool_call"
        return _told(item, "input", free_text(args), "custom_tool_call_input", place, {})
    # The end has the name too: in openai-python's types until release 3, and where some clients look for it.
    return _told(item, "arguments", compact(args), "function_call_arguments", place, {"name": known.name})


def _told(
    item: dict[str, object], key: str, said: str, event: str, place: dict[str, object], end: Mapping[str, object]
) -> MadeCall:
    """`end`: what the event that ends it says beside its place."""
    steps: list[Event] = [{"type": f"response.{event}.delta", **place, "delta": said}] if said else []
    steps.append({"type": f"response.{event}.done", **place, **end, key: said})
    return MadeCall({**item, key: said}, {**item, key: ""}, steps)
