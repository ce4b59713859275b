"""Thought signatures: where one is demanded, under which keys one is remembered, and how it is put back.

In: requests and what a model called. Out: keys, and new requests; a given one stays as it is. Total: contents may hold
parts of any shape. Gemini 3 demands a signature on the first call of each model content of the current turn, which
begins with the last words of the user: an image alone or results of functions begin none. A signature is bound to the
route that made it: one that came by another is a wrong one. Through clients that keep opaque texts for their server it
travels in an envelope; what is not ours, or not whole any more, counts as not there.
"""

import hashlib
import operator
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

from gcli2api_tui.gemini.types import Content, FunctionCall, GenerateRequest, Part
from gcli2api_tui.json_encoder import encoder
from gcli2api_tui.quick_dataclass import dataclass

BYPASS_SIGNATURE = "skip_thought_signature_validator"
"""Google's value for a call whose signature is not known; only where one is required."""
Known = Callable[[FunctionCall, int], str]
"""A call and the step of the turn that made it → its signature, empty if nobody knows it."""
Drawn = Callable[[str], str]
"""The data of a picture → its signature, empty if nobody knows it."""
Foreign = Callable[[str], bool]
"""Whether a signature is known to have come by another route, or from another family of models."""
_SORTED = encoder(sort_keys=True)
_Changed = Callable[[str, str], str]
"""The signature of a part, and its data if it is a picture that the model drew → the signature that it gets."""
_SIGNED = frozenset({"thoughtSignature", "functionCall", "inlineData"})
_FAMILY = re.compile(r"gemini-\d+")
_ENVELOPE_VERSION = "g1"
_ENVELOPE = re.compile(rf"{_ENVELOPE_VERSION}:([0-9a-f]{{8}}):(([\w.-]+):([\w+/=-]+):(.*))", re.ASCII | re.DOTALL)


def keys(route: str, model: str, call: FunctionCall, step: int) -> tuple[str, ...]:
    """The best first: by Google's id if it gave one, and by what was called when, for clients that lose the id."""
    mine = (route, family(model), "")  # the empty text is in every key on the disk
    by_what = _key(*mine, "call", call.get("name"), call.get("args") or {}, step)
    return (_key(*mine, "id", call["id"]), by_what) if call.get("id") else (by_what,)


def picture_key(route: str, model: str, data: str) -> str:
    """Under which the signature of a picture that the model drew is remembered."""
    digest = hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()
    return _key(route, family(model), "", "picture", digest)


def origin_key(signature: str) -> str:
    """Under which it is remembered who made a signature."""
    return _key("origin", signature)


def origin(route: str, model: str) -> str:
    """Who makes signatures: a family of models, by one route."""
    return _key(route, family(model))[:16]


def family(model: str) -> str:
    """Models of one family understand each other's signatures."""
    found = _FAMILY.match(model)
    return found.group() if found else model


def call_id(signature: str, name: str, args: dict[str, object]) -> str:
    """An id for a signed call that Google gave none: always the same, so that the signature is found again by it.

    Clients send ids back as they got them, but fill in defaults among the arguments.
    """
    return f"call_{_key(signature, name, args)[:24]}"


def _key(*about: object) -> str:
    return hashlib.sha256("".join(_SORTED(about)).encode()).hexdigest()


def first_calls(contents: Sequence[Content]) -> Iterator[tuple[int, int]]:
    """(content, part) of the first function call of each content in the current turn: one for each step."""
    for position in range(_turn_start(contents), len(contents)):
        for number, part in enumerate(contents[position].get("parts") or ()):
            if isinstance(part, dict) and isinstance(part.get("functionCall"), dict):
                yield position, number
                break


def step_to_come(request: GenerateRequest) -> int:
    """Which step of the turn the answer to this request is, from 0."""
    return len(list(first_calls(request.get("contents") or ())))


def _turn_start(contents: Sequence[Content]) -> int:
    for position in range(len(contents) - 1, -1, -1):
        if contents[position].get("role") == "user":
            parts = [part for part in contents[position].get("parts") or () if isinstance(part, dict)]
            # Written out for speed: each turn of each request passes here.
            spoken = result = False
            for part in parts:
                spoken = spoken or "text" in part
                result = result or "functionResponse" in part
            if spoken and not result:
                return position
    return 0


def settled(
    request: GenerateRequest, known: Known, foreign: Foreign, *, demanded: bool, drawn: Drawn = lambda data: ""
) -> GenerateRequest:
    """The request as a route takes it: real signatures where one is missing or bypassed, none of another route.

    Where they are `demanded`, the bypass stands for one that nobody knows; elsewhere there is none of it.
    """
    if _is_plain(request):
        return request
    bypass = BYPASS_SIGNATURE if demanded else ""

    def changed(signature: str, picture: str) -> str:
        if signature and signature != BYPASS_SIGNATURE and not foreign(signature):
            return signature
        return (drawn(picture) if picture else "") or (bypass if signature or picture else "")

    return _filled(_resigned(request, changed), known, demanded=demanded)


def native(request: GenerateRequest, foreign: Foreign, *, demanded: bool) -> GenerateRequest:
    """Without the signatures of another route."""
    instead = BYPASS_SIGNATURE if demanded else ""
    return _resigned(request, lambda signature, _: instead if signature and foreign(signature) else signature)


def _is_plain(request: GenerateRequest) -> bool:
    """Whether nothing is in it that is ever signed, as in most conversations without tools and pictures."""
    for content in request.get("contents") or ():
        for part in content.get("parts") or ():
            if not isinstance(part, dict) or not _SIGNED.isdisjoint(part):
                return False
    return True


def bypassed(request: GenerateRequest) -> GenerateRequest:
    """The same request with Google's bypass value in place of every signature."""
    return _resigned(request, lambda signature, _: BYPASS_SIGNATURE if signature else "")


def unsigned(request: GenerateRequest) -> GenerateRequest:
    """The same request without any signature."""
    return _resigned(request, lambda signature, _: "")


def _filled(request: GenerateRequest, known: Known, *, demanded: bool) -> GenerateRequest:
    contents = list(request.get("contents") or ())
    changed = False
    for step, (position, number) in enumerate(first_calls(contents)):
        part = contents[position]["parts"][number]
        given = part.get("thoughtSignature") or ""
        if given not in ("", BYPASS_SIGNATURE):
            continue
        signature = known(part["functionCall"], step) or given or (BYPASS_SIGNATURE if demanded else "")
        if signature != given:
            parts = list(contents[position]["parts"])
            parts[number] = {**part, "thoughtSignature": signature}
            contents[position] = {**contents[position], "parts": parts}
            changed = True
    return {**request, "contents": contents} if changed else request


def _resigned(request: GenerateRequest, changed: _Changed) -> GenerateRequest:
    """Each signature, and that of each picture of the model's, as `changed` wants it; without one where it is empty."""
    given = request.get("contents") or ()
    contents = [_content(content, changed) for content in given]
    return request if all(map(operator.is_, contents, given)) else {**request, "contents": contents}


def _content(content: Content, changed: _Changed) -> Content:
    parts = content.get("parts") or []
    models = content.get("role") == "model"
    new = [_part(part, models, changed) for part in parts]
    if all(map(operator.is_, new, parts)):
        return content
    # A signature may travel on an empty text, which means nothing without it.
    telling = [one for one, old in zip(new, parts, strict=True) if one is old or one != {"text": ""}]
    return {**content, "parts": telling or new}


def _part(part: Part, models: bool, changed: _Changed) -> Part:
    given = part.get("thoughtSignature") or "" if isinstance(part, dict) else None
    picture = _data(part["inlineData"]) if models and _has(part, "inlineData") else ""
    if not isinstance(given, str) or not (given or picture) or (signature := changed(given, picture)) == given:
        return part
    if signature:
        return {**part, "thoughtSignature": signature}
    bare = part.copy()
    del bare["thoughtSignature"]
    return bare


def _data(blob: object) -> str:
    data = blob.get("data") if isinstance(blob, dict) else None
    return data if isinstance(data, str) else ""


def signed_throughout(request: GenerateRequest) -> GenerateRequest:
    """The same request with Google's bypass value on the first call of every content that has none signed.

    For models of which Google demands signatures all the same, or in more places than here is known.
    """
    contents: list[Content] = []
    for content in request.get("contents") or ():
        parts = list(content.get("parts") or ()) if isinstance(content, dict) else []
        first = next((number for number, part in enumerate(parts) if _has(part, "functionCall")), None)
        if first is not None and not parts[first].get("thoughtSignature"):
            parts[first] = {**parts[first], "thoughtSignature": BYPASS_SIGNATURE}
            content = {**content, "parts": parts}
        contents.append(content)
    return {**request, "contents": contents}


def _has(part: object, name: str) -> bool:
    return isinstance(part, dict) and name in part


@dataclass(frozen=True, slots=True)
class SignatureEnvelope:
    """A signature and what it signs."""

    family: str
    signature: str
    call_id: str = ""


def encode_signature(envelope: SignatureEnvelope) -> str:
    """The text for the client."""
    content = f"{envelope.family}:{envelope.signature}:{envelope.call_id}"
    return f"{_ENVELOPE_VERSION}:{_sum(content)}:{content}"


def decode_signature(value: object) -> SignatureEnvelope | None:
    """What a client sent back; None for anything that is not a whole one of ours."""
    found = _ENVELOPE.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] != _sum(found[2]):
        return None
    return SignatureEnvelope(found[3], found[4], found[5])


def _sum(content: str) -> str:
    return f"{zlib.crc32(content.encode()):08x}"
