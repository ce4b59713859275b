"""What a Gemini stream means, in six words that every dialect shares.

In: GenerateResponse objects in order. Out: pieces in order. The only parser of candidates in the project:
the relay runs it once per read; encoders see pieces, never Gemini chunks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.signatures import call_id
from gcli2api_tui.gemini.types import Candidate, GenerateResponse, Part, UsageMetadata


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Answer text. `signature` is a thought signature that came on the same part."""

    text: str
    choice: int = 0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ThoughtPiece:
    """A thought summary."""

    text: str
    choice: int = 0


@dataclass(frozen=True, slots=True)
class CallPiece:
    """A whole function call. `id` is Google's, or ours for a signed call that has none; else empty."""

    name: str
    args: dict[str, Any]
    id: str = ""
    signature: str = ""
    choice: int = 0


@dataclass(frozen=True, slots=True)
class BlobPiece:
    """Inline data in an answer (an image)."""

    mime: str
    data: str
    choice: int = 0


@dataclass(frozen=True, slots=True)
class EndPiece:
    """A candidate ended. `reason` is Google's finish reason."""

    reason: str
    message: str = ""
    choice: int = 0


@dataclass(frozen=True, slots=True)
class BlockedPiece:
    """The prompt was refused: there is no candidate. `reason` is promptFeedback.blockReason."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class UsagePiece:
    """Token counts so far; the last one is authoritative."""

    usage: Usage


Piece = TextPiece | ThoughtPiece | CallPiece | BlobPiece | EndPiece | BlockedPiece | UsagePiece
Content = (TextPiece, ThoughtPiece, CallPiece, BlobPiece)
"""What counts as content: after one of these has gone to the client there is no other credential."""


@dataclass(frozen=True, slots=True)
class Batch:
    """All that came in one read: the responses as they were, and what they mean."""

    responses: Sequence[GenerateResponse]
    pieces: Sequence[Piece]

    @property
    def has_content(self) -> bool:
        return any(isinstance(piece, Content) for piece in self.pieces)


def read(responses: Sequence[GenerateResponse]) -> Batch:
    """Interpret what one read brought."""
    return Batch(responses, tuple(piece for response in responses for piece in _pieces(response)))


def _pieces(response: GenerateResponse) -> Iterable[Piece]:
    for position, candidate in enumerate(response.get("candidates") or ()):
        yield from _candidate(candidate, candidate.get("index", position))
    feedback = response.get("promptFeedback") or {}
    if reason := feedback.get("blockReason"):
        yield BlockedPiece(str(reason), str(feedback.get("blockReasonMessage") or ""))
    if metadata := response.get("usageMetadata"):
        yield UsagePiece(_usage(metadata))


def _candidate(candidate: Candidate, choice: int) -> Iterable[Piece]:
    for part in (candidate.get("content") or {}).get("parts") or ():
        yield from _part(part, choice)
    if reason := candidate.get("finishReason"):
        yield EndPiece(reason, candidate.get("finishMessage") or "", choice)


def _part(part: Part, choice: int) -> Iterable[Piece]:
    signature = part.get("thoughtSignature") or ""
    if call := part.get("functionCall"):
        name, args = call.get("name") or "", call.get("args") or {}
        made = call_id(signature, name, args) if signature else ""
        yield CallPiece(name, args, call.get("id") or made, signature, choice)
    elif blob := part.get("inlineData"):
        yield BlobPiece(blob.get("mimeType") or "", blob.get("data") or "", choice)
    elif part.get("thought"):
        if text := part.get("text"):
            yield ThoughtPiece(text, choice)
    elif (text := part.get("text")) or signature:
        yield TextPiece(text or "", choice, signature)


def _usage(metadata: UsageMetadata) -> Usage:
    return Usage(
        prompt=metadata.get("promptTokenCount", 0) + metadata.get("toolUsePromptTokenCount", 0),
        cached=metadata.get("cachedContentTokenCount", 0),
        output=metadata.get("candidatesTokenCount", 0),
        thoughts=metadata.get("thoughtsTokenCount", 0),
    )
