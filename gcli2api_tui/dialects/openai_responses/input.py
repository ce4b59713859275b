"""The input of a Responses request → systemInstruction and contents.

What the model said in one go (words, reasoning, calls) is one content, ended by whatever another says; its results
follow it at once, wherever the client put them. Signatures come back from reasoning items to what they sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.history import History, call, in_words, result
from gcli2api_tui.dialects.media import blob
from gcli2api_tui.dialects.openai_responses.brought_tools import (
    SEARCH,
    SEARCH_CALL,
    SEARCH_OUTPUT,
    found_in_words,
    is_clients,
)
from gcli2api_tui.dialects.openai_responses.compaction import COMPACTED, words_of
from gcli2api_tui.dialects.openai_responses.content import message_parts, parts, texts
from gcli2api_tui.dialects.openai_responses.tools import LOCAL_SHELL, wire_name_of
from gcli2api_tui.dialects.signature_codec import decode_signature
from gcli2api_tui.gemini.signatures import family
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

ROLES = ("user", "system", "developer", "assistant")
_CALLS = frozenset({"function_call", "custom_tool_call", "local_shell_call"})
_SEARCHES = frozenset({SEARCH_CALL, SEARCH_OUTPUT})
_RESULTS = frozenset({"function_call_output", "custom_tool_call_output", "local_shell_call_output"})


@dataclass(slots=True)
class _Step:
    """One answer of the model, with what became of its calls."""

    parts: list[Part] = field(default_factory=list)
    results: dict[str, dict[str, object]] = field(default_factory=dict)
    shown: list[Part] = field(default_factory=list)
    """Images that tools gave back; Google takes them beside the results."""


def read_items(value: object) -> list[dict[str, object]]:
    """The input as a list of items; a string is one message."""
    if isinstance(value, str):
        return [{"type": "message", "role": "user", "content": value}]
    return [table(item, f"input.[{n}]") for n, item in enumerate(items(value, "input"))]


def read_input(
    earlier: Sequence[dict[str, object]], new: Sequence[dict[str, object]], instructions: str, model: str
) -> History:
    """`earlier` are the items of the previous response. Raises ClientFault naming the item and field that is wrong."""
    reader = _Reader(family(model))
    if instructions:
        reader.entries.append(("system", [{"text": instructions}]))
    for item in earlier:
        reader.take(item, "previous_response_id")
    for position, item in enumerate(new):
        reader.take(item, f"input.[{position}]")
    history = reader.told()
    history.begun("input")
    return history


class _Reader:
    """Takes items in order. A result may come late, so the history is told at the end."""

    def __init__(self, model_family: str) -> None:
        self.entries: list[_Step | tuple[str, list[Part]]] = []
        self._family = model_family
        self._remote: list[RemoteFile] = []
        self._current: _Step | None = None
        self._callers: dict[str, _Step] = {}
        self._signatures: dict[str, str] = {}

    def take(self, item: dict[str, object], at: str) -> None:
        """Items that mean nothing to Gemini (searches, references to OpenAI's servers) are passed over."""
        kind = text(item.get("type"), f"{at}.type") or "message"
        if kind == "message":
            self._message(item, at)
        elif kind in _CALLS:
            self._call(item, kind, at)
        elif kind in _RESULTS:
            self._result(item, at)
        elif kind in _SEARCHES:
            self._search(item, kind, at)
        elif kind == "agent_message":
            self._current = None
            self.entries.append(("user", message_parts(item.get("content"), f"{at}.content", self._remote)))
        elif kind in COMPACTED:
            self._current = None
            self.entries.append(("user", [{"text": words}] if (words := words_of(item)) else []))
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind == "image_generation_call":
            self._image(item, at)

    def told(self) -> History:
        history = History(remote=self._remote)
        for entry in self.entries:
            if isinstance(entry, _Step):
                _tell_step(history, entry)
            elif entry[0] == "system":
                history.instruct([part["text"] for part in entry[1]])
            else:
                history.ask(entry[1])
        return history

    def _message(self, item: dict[str, object], at: str) -> None:
        role, where = item.get("role"), f"{at}.content"
        if role not in ROLES:
            wrong(f"{at}.role", say("request.role", at=at, names=", ".join(ROLES)))
        if role == "assistant":
            self._step().parts.extend({"text": words} for words in texts(item.get("content"), where))
            return
        self._current = None
        if role == "user":
            self.entries.append(("user", parts(item.get("content"), where, self._remote)))
        else:
            self.entries.append(("system", [{"text": words} for words in texts(item.get("content"), where)]))

    def _call(self, item: dict[str, object], kind: str, at: str) -> None:
        identity = _call_id(item, at)
        part = call(*_called(item, kind, at), identity, at)
        if signature := self._signatures.get(identity):
            part["thoughtSignature"] = signature
        step = self._step()
        step.parts.append(part)
        self._callers[identity] = step

    def _search(self, item: dict[str, object], kind: str, at: str) -> None:
        """A search for tools that the client did is a call like others; what was found is declared (brought_tools)."""
        if kind == SEARCH_CALL and is_clients(item):
            self._call(item, kind, at)
        elif is_clients(item):
            self._resolve(item, at, found_in_words(item, f"{at}.tools"), [])

    def _result(self, item: dict[str, object], at: str) -> None:
        said = parts(item.get("output"), f"{at}.output", self._remote)
        words = result("\n".join(part["text"] for part in said if "text" in part))
        self._resolve(item, at, words, [part for part in said if "text" not in part])

    def _resolve(self, item: dict[str, object], at: str, response: dict[str, object], shown: list[Part]) -> None:
        identity = _call_id(item, at)
        step = self._callers.get(identity)
        if step is None:
            wrong(f"{at}.call_id", say("request.no_call_item"))
        step.results[identity] = response
        step.shown += shown
        if step is self._current:
            # What the model says next, it says after it saw this.
            self._current = None

    def _reasoning(self, item: dict[str, object]) -> None:
        envelope = decode_signature(item.get("encrypted_content"))
        if envelope is None or envelope.family != self._family:
            return
        if envelope.call_id:
            self._signatures[envelope.call_id] = envelope.signature
        elif (parts := self._step().parts) and "text" in parts[-1]:
            parts[-1]["thoughtSignature"] = envelope.signature

    def _image(self, item: dict[str, object], at: str) -> None:
        """An image that the model made."""
        if data := text(item.get("result"), f"{at}.result"):
            form = text(item.get("output_format"), f"{at}.output_format") or "png"
            self._step().parts.append(blob(f"image/{form}", data, f"{at}.result"))

    def _step(self) -> _Step:
        """The answer of the model that is being told."""
        if self._current is None:
            self._current = _Step()
            self.entries.append(self._current)
        return self._current


def _tell_step(history: History, step: _Step) -> None:
    if not step.parts:
        return
    history.answer(step.parts, step.results)
    history.prompt += [("tool", str(response)) for response in step.results.values()]
    if step.shown:
        history.prompt.append(("tool", "\n".join(map(in_words, step.shown))))
        history.contents[-1]["parts"].extend(step.shown)


def _call_id(item: dict[str, object], at: str) -> str:
    """Results of local_shell name the call by `id`, as its own items do."""
    identity = text(item.get("call_id"), f"{at}.call_id") or text(item.get("id"), f"{at}.id")
    if not identity:
        wrong(f"{at}.call_id", say("request.call_id"))
    return identity


def _called(item: dict[str, object], kind: str, at: str) -> tuple[str, object]:
    """(name on the wire, arguments)"""
    if kind == "function_call":
        return wire_name_of(item, at), item.get("arguments")
    if kind == SEARCH_CALL:
        return SEARCH, item.get("arguments")
    if kind == "custom_tool_call":
        return wire_name_of(item, at), {"input": text(item.get("input"), f"{at}.input")}
    action = table(item.get("action"), f"{at}.action")
    names = ("command", "working_directory", "timeout_ms")
    return LOCAL_SHELL, {name: action[name] for name in names if action.get(name)}
