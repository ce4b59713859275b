"""Texts without what they say: each letter becomes an x, each digit a 0, and their lengths and shapes stay. Pure.

In: a request's body as JSON, or a text. Out: the same with models, roles, types, names of tools and all structure kept,
so that it can be sent again and is understood as the first one was; and nothing of what a person, a model or a tool
said. Inside arguments and results of tools numbers are hidden too. What is not known to be structure is hidden.
"""

import json
import re
import unicodedata
from collections.abc import Mapping

STRUCTURE = frozenset(
    """
    model role type object format effort reasoning_effort thinkingLevel thinking_level mode functionCallingConfig
    tool_choice mime_type mimeType media_type mediaType detail status service_tier encoding_format verbosity summary
    modality modalities responseModalities response_modalities quality size style truncation include
    category threshold required propertyOrdering language voiceName aspectRatio imageSize outcome
    responseMimeType response_mime_type
    """.split()  # noqa: SIM905 - a table, not code
)
"""Keys whose texts are words of a protocol."""
NAMES = frozenset({"name", "allowedFunctionNames", "allowed_function_names", "tool_name"})
"""Of functions and tools; beside a role it is a person's."""
IDS = frozenset({"id", "call_id", "tool_call_id", "tool_use_id", "item_id", "previous_response_id", "response_id"})
"""They join calls and results; others may name accounts."""
VALUES = frozenset(
    {"arguments", "args", "input", "response", "output", "result", "metadata", "enum", "const", "default", "examples"}
)
"""What stands below them is data of a person's, whatever it is called. `input` and `output` hold messages, too."""
SIGNATURES = frozenset(
    {"thought_signature", "thoughtSignature", "thoughtsignature", "signature", "encrypted_content", "reasoning_details"}
)
"""They belong to the words that are hidden: kept, they would be refused."""
BASE64 = frozenset({"data", "file_data", "b64_json"})
_NAME = re.compile(r"[\w.:/-]{1,128}")
_ID = re.compile(r"[\w.:/=+-]{1,4096}")
_DATA_URL = re.compile(r"data:[\w/+.;=-]+,")
_PLAIN = re.compile(r"[A-Za-z0-9+/_=\s-]*")


def shaped(text: str) -> str:
    """`Hello, 42 Welten` → `Xxxxx, 00 Xxxxxx`; wide signs stay wide."""
    return "".join(map(_sign, text)) if not text.isascii() else text.translate(_ASCII)


def _sign(sign: str) -> str:
    if sign < "\x80":
        return sign.translate(_ASCII)
    kind = unicodedata.category(sign)
    if kind in ("Lu", "Lt"):
        return "X"
    if kind.startswith(("L", "M")):
        return "文" if unicodedata.east_asian_width(sign) in "WF" else "x"
    return "0" if kind.startswith("N") else sign if kind.startswith(("P", "Z")) else "x"


_ASCII = str.maketrans({
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x"),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "X"),
    **dict.fromkeys("123456789", "0"),
})  # fmt: skip


def shaped_answer(text: str) -> str:
    """What a model said; where that is JSON, its fields keep their names."""
    found = _json(text)
    return shaped(text) if found is None else json.dumps(_shaped(found, "", data=True), ensure_ascii=False)


def shaped_body(body: object) -> object:
    """A request's."""
    return _shaped(body, "", data=False)


def _shaped(value: object, key: str, *, data: bool) -> object:
    if isinstance(value, Mapping):
        return {
            name: _shaped(one, _key_in(value, str(name)), data=data or _holds_data(str(name), one))
            for name, one in value.items()
            if name not in SIGNATURES
        }
    if isinstance(value, list):
        return [_shaped(one, key, data=data) for one in value]
    if isinstance(value, str):
        return _text(value, key, data=data)
    return 0 if data and isinstance(value, int | float) and not isinstance(value, bool) else value


def _key_in(holder: Mapping[str, object], name: str) -> str:
    """A name beside a role is a person's."""
    return "" if name == "name" and "role" in holder else name


def _holds_data(name: str, value: object) -> bool:
    """Responses' own `input` is a list of messages, which have roles or types."""
    if name not in VALUES:
        return False
    messages = isinstance(value, list) and all(isinstance(one, Mapping) and {"role", "type"} & {*one} for one in value)
    return not (name in ("input", "output") and messages)


def _text(value: str, key: str, *, data: bool) -> str:
    if not data and ((key in STRUCTURE | NAMES and _NAME.fullmatch(value)) or (key in IDS and _ID.fullmatch(value))):
        return value
    if key in ("arguments", "output") and (inner := _json(value)) is not None:
        return json.dumps(_shaped(inner, "", data=True), ensure_ascii=False)
    if found := _DATA_URL.match(value):
        return found[0] + _blank(value[found.end() :])
    if key in BASE64 and _PLAIN.fullmatch(value):
        return _blank(value)
    return shaped(value)


def _json(text: str) -> object:
    """Only what holds something: a number or a word is a text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _blank(data: str) -> str:
    """As long, and still base64."""
    kept = data.rstrip("=")
    return "A" * len(kept) + "=" * (len(data) - len(kept))


def shaped_call(call: str) -> str:
    """A call as transcripts show it: `name({…})` on a line of its own, several on several."""
    return "\n".join(map(_call, call.split("\n")))


def _call(line: str) -> str:
    name, bracket, rest = line.partition("(")
    inner = _json(rest.rstrip()[:-1]) if bracket and rest.rstrip().endswith(")") else None
    if inner is None or not _NAME.fullmatch(name):
        return shaped(line)
    return f"{name}({json.dumps(_shaped(inner, '', data=True), ensure_ascii=False)})"
