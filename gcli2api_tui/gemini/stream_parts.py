"""What a Gemini stream means, in seven words that every dialect shares.

In: responses as they came, in order. Out: stream parts in order, and the responses in a shape that is safe to read. The
only parser of candidates in the project: the relay runs it once per read; encoders see stream parts, never Gemini
chunks. It believes no type before it has looked: every event passes here, so both is done at once, and only a response
in which something is odd is mended (answer_shape.py) and read again.
"""

from collections.abc import Mapping, Sequence

from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.answer_shape import LARGEST_INDEX, MOST_COUNT, well_formed
from gcli2api_tui.gemini.service_tier import SERVED, STANDARD
from gcli2api_tui.gemini.signatures import call_id
from gcli2api_tui.gemini.types import GenerateResponse, UsageMetadata
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class TextPart:
    """Answer text. `signature` is a thought signature that came on the same part."""

    text: str
    choice: int = 0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ThoughtPart:
    """A thought summary."""

    text: str
    choice: int = 0


@dataclass(frozen=True, slots=True)
class CallPart:
    """A whole function call. `id` is Google's, or ours for a signed call that has none; else empty."""

    name: str
    args: dict[str, object]
    id: str = ""
    signature: str = ""
    choice: int = 0


@dataclass(frozen=True, slots=True)
class BlobPart:
    """Inline data in an answer: an image, a sound. `draft`: the model made it while it thought.

    `signature` is a thought signature that came on it.
    """

    mime: str
    data: str
    choice: int = 0
    draft: bool = False
    signature: str = ""


@dataclass(frozen=True, slots=True)
class EndPart:
    """A candidate ended. `reason` is Google's finish reason."""

    reason: str
    message: str = ""
    choice: int = 0


@dataclass(frozen=True, slots=True)
class BlockedPart:
    """The prompt was refused: there is no candidate. `reason` is promptFeedback.blockReason."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class UsagePart:
    """Token counts so far; the last one is authoritative."""

    usage: Usage


_SERVERS = frozenset({"toolCall", "toolResponse"})
"""What Google's servers did by themselves: `groundingMetadata` tells what came of it."""
StreamPart = TextPart | ThoughtPart | CallPart | BlobPart | EndPart | BlockedPart | UsagePart
Signable = TextPart | CallPart | BlobPart
SIGNABLE = (TextPart, CallPart, BlobPart)
Content = (TextPart, ThoughtPart, CallPart, BlobPart)
"""What counts as content: after one of these has gone to the client there is no other credential."""
_CONTENT = frozenset(Content)
_TRAFFIC = {"ON_DEMAND": STANDARD, "ON_DEMAND_FLEX": "flex", "ON_DEMAND_PRIORITY": "priority"}
"""What Vertex AI says instead of a tier."""
_LONGEST_TIER = 40


@dataclass(frozen=True, slots=True)
class Batch:
    """All that came in one read: the responses, and what they mean."""

    responses: Sequence[GenerateResponse]
    parts: Sequence[StreamPart]
    has_content: bool
    tier: str = ""
    """The service tier it came from, where Google says so here."""
    telling: Sequence[GenerateResponse] = ()
    """Those that say more than the parts do: where words were found, how likely they are, when the model ends; or
    where Google can go on."""


class _OddAnswer(Exception):
    """Something has another type than Google gives it."""


def read(responses: Sequence[GenerateResponse]) -> Batch:
    """Interpret what one read brought. Of its counts the last is given, behind all else."""
    parts: list[StreamPart] = []
    telling: list[GenerateResponse] = []
    mended: dict[int, GenerateResponse] = {}
    tier, counted = "", None
    for number, response in enumerate(responses):
        begun = len(parts)
        try:
            tells = _take(response, parts)
        except _OddAnswer:
            del parts[begun:]
            response = mended[number] = well_formed(response)
            tells = _take(response, parts)
        metadata = response.get("usageMetadata")
        counted = metadata or counted
        if tells:
            telling.append(response)
        if SERVED in response or (metadata and ("trafficType" in metadata or "serviceTier" in metadata)):
            tier = _served_tier(response, metadata or {}) or tier
    if mended:
        responses = [mended.get(number, response) for number, response in enumerate(responses)]
    has_content = not _CONTENT.isdisjoint(map(type, parts))
    if counted:
        parts.append(UsagePart(_usage(counted)))
    return Batch(responses, tuple(parts), has_content, tier, telling)


def _take(response: Mapping[str, object], parts: list[StreamPart]) -> bool:
    """Add what it means; whether it may tell more. Raises _OddAnswer."""
    candidates, tells = response.get("candidates", []), "modelStatus" in response
    if type(candidates) is not list:
        raise _OddAnswer
    for position, candidate in enumerate(candidates):
        if type(candidate) is not dict:
            raise _OddAnswer
        choice, content = candidate.get("index", position), candidate.get("content", {})
        if type(choice) is not int or not (0 <= choice <= LARGEST_INDEX or choice == position):
            raise _OddAnswer
        if type(content) is not dict or type(listed := content.get("parts", [])) is not list:
            raise _OddAnswer
        for part in listed:
            if type(part) is dict and len(part) == 1 and type(text := part.get("text")) is str:  # nearly all
                if text:
                    parts.append(TextPart(text, choice))
            elif (found := _part(part, choice)) is not None:
                parts.append(found)
        if "finishReason" in candidate or "finishMessage" in candidate:
            _end(candidate, choice, parts)
        if "groundingMetadata" in candidate or "logprobsResult" in candidate or "continuationToken" in candidate:
            tells = True
    if "promptFeedback" in response:
        _blocked(_object(response, "promptFeedback"), parts)
    if "usageMetadata" in response:
        _look_at_counts(response["usageMetadata"])
    return tells


def _part(part: object, choice: int) -> StreamPart | None:
    if type(part) is not dict:
        raise _OddAnswer
    text, signature, thought = _text(part, "text"), _text(part, "thoughtSignature"), part.get("thought")
    if thought is not None and type(thought) is not bool:
        raise _OddAnswer
    if "functionCall" in part or "inlineData" in part:
        call, blob = _object(part, "functionCall"), _object(part, "inlineData")
        name, args, identity = _text(call, "name"), _object(call, "args"), _text(call, "id")
        mime, data = _text(blob, "mimeType"), _text(blob, "data")
        if call:
            made = call_id(signature, name, args) if signature else ""
            return CallPart(name, args, identity or made, signature, choice)
        if blob:
            return BlobPart(mime, data, choice, bool(thought), signature)
    if thought:
        return ThoughtPart(text, choice) if text else None
    if text or (signature and not _SERVERS & part.keys()):
        return TextPart(text, choice, signature)
    return None


def _end(candidate: Mapping[str, object], choice: int, parts: list[StreamPart]) -> None:
    reason, message = _text(candidate, "finishReason"), _text(candidate, "finishMessage")
    if reason:
        parts.append(EndPart(reason, message, choice))


def _blocked(feedback: Mapping[str, object], parts: list[StreamPart]) -> None:
    reason, message = _text(feedback, "blockReason"), _text(feedback, "blockReasonMessage")
    if reason:
        parts.append(BlockedPart(reason, message))


def _look_at_counts(metadata: object) -> None:
    if type(metadata) is dict:
        for name, count in metadata.items():
            if (type(count) is not int or not 0 <= count <= MOST_COUNT) and name.endswith("TokenCount"):
                raise _OddAnswer
    elif metadata is not None:
        raise _OddAnswer


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if type(value) is not str:
        raise _OddAnswer
    return value


def _object(found: Mapping[str, object], name: str) -> dict[str, object]:
    value = found.get(name)
    if value is None:
        return {}
    if type(value) is not dict:
        raise _OddAnswer
    return value


def _served_tier(response: Mapping[str, object], counted: Mapping[str, object]) -> str:
    """Which tier Google says this part of an answer came from; empty where it says nothing."""
    told = response.get(SERVED) or counted.get("serviceTier") or _TRAFFIC.get(str(counted.get("trafficType", "")), "")
    if not told or not isinstance(told, str):
        return ""
    word = told.lower()
    return word if len(word) <= _LONGEST_TIER and word.isidentifier() and word.isascii() else ""


def _usage(metadata: UsageMetadata) -> Usage:
    return Usage(
        prompt=metadata.get("promptTokenCount", 0) + metadata.get("toolUsePromptTokenCount", 0),
        cached=metadata.get("cachedContentTokenCount", 0),
        output=metadata.get("candidatesTokenCount", 0),
        thoughts=metadata.get("thoughtsTokenCount", 0),
    )
