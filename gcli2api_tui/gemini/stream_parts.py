"""What a Gemini stream means, in six words that every dialect shares.

In: GenerateResponse objects in order. Out: stream parts in order. The only parser of candidates in the project:
the relay runs it once per read; encoders see stream parts, never Gemini chunks.
"""

from collections.abc import Sequence

from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.service_tier import served_tier
from gcli2api_tui.gemini.signatures import call_id
from gcli2api_tui.gemini.types import Candidate, GenerateResponse, Part, UsageMetadata
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
Content = (TextPart, ThoughtPart, CallPart, BlobPart)
"""What counts as content: after one of these has gone to the client there is no other credential."""
_CONTENT = frozenset(Content)


@dataclass(frozen=True, slots=True)
class Batch:
    """All that came in one read: the responses as they were, and what they mean."""

    responses: Sequence[GenerateResponse]
    parts: Sequence[StreamPart]
    tier: str = ""
    """The service tier it came from, where Google says so here."""

    @property
    def has_content(self) -> bool:
        return not _CONTENT.isdisjoint(map(type, self.parts))


def read(responses: Sequence[GenerateResponse]) -> Batch:
    """Interpret what one read brought. Of its counts the last is given, behind all else."""
    tier, counted = "", None
    parts: list[StreamPart] = []
    for response in responses:
        metadata = response.get("usageMetadata")
        counted = metadata or counted
        tier = served_tier(response, metadata) or tier
        for position, candidate in enumerate(response.get("candidates") or ()):
            _take(candidate, candidate.get("index", position), parts)
        feedback = response.get("promptFeedback") or {}
        if reason := feedback.get("blockReason"):
            parts.append(BlockedPart(str(reason), str(feedback.get("blockReasonMessage") or "")))
    if counted:
        parts.append(UsagePart(_usage(counted)))
    return Batch(responses, tuple(parts), tier)


def _take(candidate: Candidate, choice: int, parts: list[StreamPart]) -> None:
    for part in (candidate.get("content") or {}).get("parts") or ():
        if (found := _part(part, choice)) is not None:
            parts.append(found)
    if reason := candidate.get("finishReason"):
        parts.append(EndPart(reason, candidate.get("finishMessage") or "", choice))


def _part(part: Part, choice: int) -> StreamPart | None:
    signature = part.get("thoughtSignature") or ""
    if call := part.get("functionCall"):
        name, args = call.get("name") or "", call.get("args") or {}
        made = call_id(signature, name, args) if signature else ""
        return CallPart(name, args, call.get("id") or made, signature, choice)
    if blob := part.get("inlineData"):
        draft = bool(part.get("thought"))
        return BlobPart(blob.get("mimeType") or "", blob.get("data") or "", choice, draft, signature)
    text = part.get("text") or ""
    if part.get("thought"):
        return ThoughtPart(text, choice) if text else None
    if text or (signature and not _SERVERS & part.keys()):
        return TextPart(text, choice, signature)
    return None


def _usage(metadata: UsageMetadata) -> Usage:
    return Usage(
        prompt=metadata.get("promptTokenCount", 0) + metadata.get("toolUsePromptTokenCount", 0),
        cached=metadata.get("cachedContentTokenCount", 0),
        output=metadata.get("candidatesTokenCount", 0),
        thoughts=metadata.get("thoughtsTokenCount", 0),
    )
