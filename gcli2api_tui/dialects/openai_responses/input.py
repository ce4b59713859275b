"""The input of a Responses request → systemInstruction and contents, item by item and part by part.

What the model said in one go (words, reasoning, calls) is one turn, ended by whatever another says. Signatures come
back from reasoning items to what they sign. Empty texts are left out; an image's address is noted, not fetched.
"""

from collections.abc import Sequence

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.media import blob, by_address, with_pictures
from gcli2api_tui.dialects.openai_chat.messages import audio, named_file
from gcli2api_tui.dialects.openai_chat.messages import parts as read_parts
from gcli2api_tui.dialects.openai_responses.compaction import COMPACTED, words_of
from gcli2api_tui.dialects.openai_responses.tools import (
    LOCAL_SHELL,
    SEARCH,
    SEARCH_CALL,
    SEARCH_OUTPUT,
    found_in_words,
    is_clients,
    wire_name_of,
)
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.dialects.tool_calls import ToolResult
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.signatures import decode_signature, family
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

ROLES = ("user", "system", "developer", "assistant")
SEALED = "encrypted_content"
"""A part that only OpenAI's servers can read."""
_CIPHER = "gAAAA"
"""How each of OpenAI's sealed texts begins."""
_CALLS = frozenset({"function_call", "custom_tool_call", "local_shell_call"})
_SEARCHES = frozenset({SEARCH_CALL, SEARCH_OUTPUT})
_RESULTS = frozenset({"function_call_output", "custom_tool_call_output", "local_shell_call_output"})
_LOCAL_SHELL = frozenset({"local_shell_call", "local_shell_call_output"})
_TEXTS = frozenset({"input_text", "output_text", "text", "summary_text", "reasoning_text", "refusal"})


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
        reader.history.instruct([instructions])
    for item in earlier:
        reader.take(item, "previous_response_id")
    for position, item in enumerate(new):
        reader.take(item, f"input.[{position}]")
    reader.history.finish("input")
    return reader.history


class _Reader:
    """Takes items in order."""

    def __init__(self, model_family: str) -> None:
        self.history = History()
        self._family = model_family
        self._by_item: dict[str, Part] = {}
        """Calls without a call_id, by the id of their item: some results name that."""
        self._signatures: dict[str, str] = {}

    def take(self, item: dict[str, object], at: str) -> None:
        """Items that mean nothing to Gemini (searches, references to OpenAI's servers) are passed over."""
        kind = text(item.get("type"), f"{at}.type") or "message"
        if kind == "message":
            self._message(item, at)
        elif kind in _CALLS:
            self._call(item, kind, at)
        elif kind in _RESULTS:
            self._result(item, kind, at)
        elif kind in _SEARCHES:
            self._search(item, kind, at)
        elif kind == "agent_message":
            self.history.ask(message_parts(item.get("content"), f"{at}.content", self.history.remote))
        elif kind in COMPACTED:
            self.history.ask([{"text": words}] if (words := words_of(item)) else [])
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind == "image_generation_call":
            self._image(item, at)

    def _message(self, item: dict[str, object], at: str) -> None:
        content, where = item.get("content"), f"{at}.content"
        match item.get("role"):
            case "assistant":
                self._say(said(content, where, self.history.remote))
            case "user":
                self.history.ask(parts(content, where, self.history.remote))
            case "system" | "developer":
                self.history.instruct(texts(content, where))
            case _:
                wrong(f"{at}.role", say("request.role", at=at, names=", ".join(ROLES)))

    def _call(self, item: dict[str, object], kind: str, at: str) -> None:
        identity = _call_id(item, kind, at)
        part = call(*_called(item, kind, at), identity, at)
        if signature := self._signatures.get(identity):
            part["thoughtSignature"] = signature
        if not identity and (item_id := text(item.get("id"), f"{at}.id")):
            self._by_item[item_id] = part
        self._say([part])

    def _search(self, item: dict[str, object], kind: str, at: str) -> None:
        """A search for tools that the client did is a call like others; what was found is declared (tools.py)."""
        if kind == SEARCH_CALL and is_clients(item):
            self._call(item, kind, at)
        elif is_clients(item):
            found: Part = {"text": compact(found_in_words(item, f"{at}.tools"))}
            self.history.result(ToolResult([found], f"{at}.call_id", _call_id(item, kind, at)))

    def _result(self, item: dict[str, object], kind: str, at: str) -> None:
        identity = _call_id(item, kind, at)
        if named := self._by_item.get(identity):
            named["functionCall"]["id"] = identity
        found = parts(item.get("output"), f"{at}.output", self.history.remote)
        self.history.result(ToolResult(found, f"{at}.call_id", identity))

    def _reasoning(self, item: dict[str, object]) -> None:
        envelope = decode_signature(item.get("encrypted_content"))
        if envelope is None or envelope.family != self._family:
            return
        if envelope.call_id:
            self._signatures[envelope.call_id] = envelope.signature
        elif (turn := self.history.turn) and "text" in turn[-1]:
            turn[-1]["thoughtSignature"] = envelope.signature

    def _image(self, item: dict[str, object], at: str) -> None:
        """An image that the model made."""
        if data := text(item.get("result"), f"{at}.result"):
            form = text(item.get("output_format"), f"{at}.output_format") or "png"
            self._say([blob(f"image/{form}", data, f"{at}.result")])

    def _say(self, found: list[Part]) -> None:
        """What the model said in one go comes in several items."""
        self.history.answer(found, goes_on=True)


def _call_id(item: dict[str, object], kind: str, at: str) -> str:
    """Results of local_shell name the call by `id`, as its own items do."""
    identity = text(item.get("call_id"), f"{at}.call_id")
    return identity or (text(item.get("id"), f"{at}.id") if kind in _LOCAL_SHELL else "")


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


def parts(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """`remote` gets the images that are somewhere on the web."""
    return read_parts(content, where, remote, _part)


def message_parts(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """What one agent tells another: from one that is not OpenAI's the words stand in the sealed part, readable."""

    def read(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part | None:
        if part.get("type") != SEALED:
            return _part(part, at, remote)
        words = text(part.get(SEALED), f"{at}.{SEALED}")
        return {"text": words} if words and not words.startswith(_CIPHER) else None

    return read_parts(content, where, remote, read)


def said(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """Content of the assistant: its words, with the pictures in them. What it thought is no answer."""
    found: list[Part] = []
    answered = [part for part in content if not _is_thought(part)] if isinstance(content, list) else content
    for part in parts(answered, where, remote):
        found += with_pictures(part["text"]) if "text" in part else [part]
    return found


def texts(content: object, where: str) -> list[str]:
    """Content that may only be text (the system)."""
    found = parts(content, where, [])
    if any("text" not in part for part in found):
        wrong(where, say("request.only_text"))
    return [part["text"] for part in found]


def _part(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part | None:
    kind = text(part.get("type"), f"{at}.type")
    if kind in _TEXTS:
        key = "refusal" if kind == "refusal" else "text"
        words = text(part.get(key), f"{at}.{key}")
        return {"text": words} if words else None
    if kind == "input_image":
        return _image(part, at, remote)
    if kind == "input_file":
        return _file(part, at)
    if kind == "input_audio":
        return audio(table(part.get(kind), f"{at}.{kind}"), f"{at}.{kind}")
    if kind == SEALED:
        return None
    raise ClientFault(
        say("request.content_type", kind=kind[:40]),
        param=f"{at}.type",
        way_out=say("request.use_response_types"),
    )


def _image(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part:
    where = f"{at}.image_url"
    value = part.get("image_url")
    if isinstance(value, dict):
        # The form of chat completions.
        value = value.get("url")
    url = text(value, where)
    if not url and part.get("file_id"):
        wrong(f"{at}.file_id", say("request.no_files"), say("request.image_data"))
    return by_address(url, where, remote)


def _file(part: dict[str, object], at: str) -> Part:
    if url := text(part.get("file_url"), f"{at}.file_url"):
        return by_address(url, f"{at}.file_url", None)
    return named_file(part, at)


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in ("reasoning_text", "summary_text", "thinking", "reasoning")
