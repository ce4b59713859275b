"""Full answers: what was cut is asked for again, and joined so that the client sees one answer.

In: Google's responses of one attempt after another. Out: the same as one answer: an end by MAX_TOKENS held back,
repeated text left out, usage summed. Not continued: answers with a call, an image or code in them, answers to results
of tools, JSON (Google would begin it anew), several candidates, log probabilities. No prompt is changed, nothing is
added to the answer; the thoughts of a continuation are left out, because its answer has begun already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import cast

from gcli2api_tui.gemini.finish_reasons import LIMIT
from gcli2api_tui.gemini.overlap_trimmer import OverlapTrimmer, mended
from gcli2api_tui.gemini.types import Candidate, Content, GenerateRequest, GenerateResponse, Part, UsageMetadata
from gcli2api_tui.quick_dataclass import dataclass, replace

MOST = 4
ASKED = "Your answer was cut off. Continue it exactly where it stopped; repeat nothing and introduce nothing."

_TOOLS = {"functionCall", "functionResponse"}


@dataclass(frozen=True, slots=True)
class SoFar:
    """What earlier attempts have said of an answer that may be continued."""

    text: str = ""
    continuations: int = 0
    tokens: Mapping[str, int] = field(default_factory=dict)

    @property
    def may_go_on(self) -> bool:
        return self.continuations < MOST

    def after(self, said: str, usage: UsageMetadata) -> "SoFar":
        """With another attempt's part of the answer; what follows is a continuation."""
        return SoFar(mended(self.text + said), self.continuations + 1, self.total(usage))

    def extended(self, said: str) -> "SoFar":
        """With what one hop of an attempt's part has said; its tokens are counted when the part has ended."""
        return replace(self, text=mended(self.text + said))

    def total(self, usage: UsageMetadata) -> dict[str, int]:
        """Every attempt's tokens; the breakdown by kind of only one of them would mislead."""
        counts = dict(self.tokens)
        for name, value in usage.items():
            if isinstance(value, int):
                counts[name] = counts.get(name, 0) + value
        return counts

    def asking(self, request: GenerateRequest) -> GenerateRequest:
        """What Google gets: the conversation with its answer so far."""
        if not self.text:
            return request
        contents = list(request["contents"])
        said: Part = {"text": self.text}
        if contents[-1].get("role") == "model":
            contents[-1] = {**contents[-1], "parts": [*contents[-1].get("parts", []), said]}
        else:
            contents.append({"role": "model", "parts": [said]})
        contents.append({"role": "user", "parts": [{"text": ASKED}]})
        return {**request, "contents": contents}


class Continuation:
    """Joins one attempt's responses to what was said before it; it `repeats` nothing where Google resumes a hop."""

    def __init__(self, so_far: SoFar, *, repeats: bool = True) -> None:
        self.ended = False
        """Google has said how this answer ends."""
        self.usage: UsageMetadata = {}
        self._so_far = so_far
        self._trimmer = OverlapTrimmer(so_far.text) if so_far.continuations and repeats else None
        self._said: list[str] = []
        self._held: GenerateResponse | None = None
        """The end by MAX_TOKENS, kept from the client because the answer is to go on."""
        self._fixed = False
        """Holds something that no text can be joined to."""

    @property
    def said(self) -> str:
        return "".join(self._said)

    @property
    def end(self) -> GenerateResponse | None:
        """The end that was held, for when no continuation comes."""
        return self._held and {**self._held, "usageMetadata": self._total()}

    @property
    def extensible(self) -> bool:
        """Whether more can be joined to what came, had it broken off here."""
        return not self.ended and not self._fixed

    def take(self, responses: Sequence[GenerateResponse]) -> Sequence[GenerateResponse]:
        """One read, as the client may have it."""
        return [self._joined(one) for one in responses]

    def rest(self) -> Sequence[GenerateResponse]:
        """The text that still waits when the connection has ended."""
        parts: list[Part] = list(self._waiting())
        return [{"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}}]}] if parts else []

    def _joined(self, response: GenerateResponse) -> GenerateResponse:
        joined = cast(GenerateResponse, {**response})
        if metadata := response.get("usageMetadata"):
            self.usage = metadata
            joined["usageMetadata"] = self._total()
        if (response.get("promptFeedback") or {}).get("blockReason"):
            self.ended = True
        if candidates := response.get("candidates"):
            joined["candidates"] = [self._candidate(one) for one in candidates]
        return joined

    def _candidate(self, candidate: Candidate) -> Candidate:
        content: Content = candidate.get("content") or {}
        parts = list(self._parts(content.get("parts") or ()))
        reason = candidate.get("finishReason")
        if reason:
            self.ended = True
            parts += self._waiting()
        joined: Candidate = {**candidate}
        if parts or content:
            joined["content"] = {**content, "parts": parts}
        if reason == LIMIT and not self._fixed and self._so_far.may_go_on and any(self._said):
            end: Candidate = {"index": candidate.get("index", 0), "finishReason": joined.pop("finishReason")}
            self._held = {"candidates": [end]}
        return joined

    def _parts(self, parts: Iterable[Part]) -> Iterable[Part]:
        for part in parts:
            if part.get("thought"):
                if not self._so_far.continuations:
                    yield part
            elif part.keys() <= {"text", "thoughtSignature"}:
                yield from self._text(part)
            else:
                yield from self._waiting()
                self._fixed = True
                yield part

    def _text(self, part: Part) -> Iterable[Part]:
        text = part.get("text") or ""
        new = self._trimmer.feed(text) if self._trimmer else text
        self._said.append(new)
        if new or part.get("thoughtSignature"):
            yield {**part, "text": new}

    def _waiting(self) -> Iterable[Part]:
        if self._trimmer and (text := self._trimmer.flush()):
            self._said.append(text)
            yield {"text": text}

    def _total(self) -> UsageMetadata:
        return cast(UsageMetadata, self._so_far.total(self.usage)) if self._so_far.continuations else self.usage


def joinable(request: GenerateRequest) -> bool:
    """Whether the answer to this request can be continued."""
    config = request.get("generationConfig") or {}
    plain = config.get("responseMimeType") in (None, "", "text/plain") and not config.get("responseLogprobs")
    return plain and config.get("candidateCount") in (None, 1) and _speaks(config) and _asks(request.get("contents"))


def _speaks(config: Mapping[str, object]) -> bool:
    """Images and voices cannot be continued."""
    modalities = config.get("responseModalities")
    return not modalities or modalities == ["TEXT"]


def _asks(contents: Sequence[object] | None) -> bool:
    """The conversation ends with words, not with a tool's call or result. Total: Google judges odd shapes."""
    last = contents[-1] if contents else None
    parts = last.get("parts") if isinstance(last, dict) else None
    return bool(parts) and all(isinstance(part, dict) and not _TOOLS & part.keys() for part in parts or ())
