"""Full answers: what was cut is asked for again, and joined so that the client sees one answer.

In: Google's responses of one attempt after another. Out: the same as one answer: an end by MAX_TOKENS held back,
repeated text left out, usage summed. Not continued: answers with a call, an image or code in them, answers to results
of tools, JSON (Google would begin it anew), several candidates, log probabilities. No prompt is changed, nothing is
added to the answer; the thoughts of a continuation are left out, because its answer has begun already.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.gemini.overlap_trimmer import OverlapTrimmer, mended
from gcli2api_tui.gemini.types import Candidate, Content, GenerateRequest, GenerateResponse, Part, UsageMetadata

MOST = 4
ASKED = "Your answer was cut off. Continue it exactly where it stopped; repeat nothing and introduce nothing."


class Continuation:
    """One per exchange. Without the wish, or where it cannot be granted, everything passes untouched."""

    def __init__(self, call: Call) -> None:
        self.wanted = call.full and _joinable(call.request)
        self.rounds = 0
        """Continuations begun."""
        self.owed: GenerateResponse | None = None
        """The end by MAX_TOKENS that this continuation replaces, for when it fails."""
        self._said = ""
        self._before: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        """Another attempt: what the last one said counts only if `go_on` was called."""
        self.ended = not self.wanted
        """This attempt's answer has an end; nothing is known about it where nothing is wanted."""
        self._trimmer = OverlapTrimmer(self._said) if self.rounds else None
        self._fresh: list[str] = []
        self._fixed = False
        self._held: GenerateResponse | None = None
        self._usage: UsageMetadata = {}

    def asking(self, request: GenerateRequest) -> GenerateRequest:
        """What Google gets: after the first round the conversation with its answer so far."""
        if not self._said:
            return request
        contents = list(request["contents"])
        so_far: Part = {"text": self._said}
        if contents[-1].get("role") == "model":
            contents[-1] = {**contents[-1], "parts": [*contents[-1].get("parts", []), so_far]}
        else:
            contents.append({"role": "model", "parts": [so_far]})
        contents.append({"role": "user", "parts": [{"text": ASKED}]})
        return {**request, "contents": contents}

    def take(self, responses: Sequence[GenerateResponse]) -> Sequence[GenerateResponse]:
        """One read, as the client may have it."""
        return [self._joined(one) for one in responses] if self.wanted else responses

    def rest(self) -> Sequence[GenerateResponse]:
        """The text that still waits when the connection has ended."""
        parts: list[Part] = list(self._waiting())
        return [{"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}}]}] if parts else []

    @property
    def more(self) -> bool:
        """Google stopped for length, and is to go on."""
        return self._held is not None

    def follows(self, problem: Problem) -> bool:
        """Whether an answer that broke off after content is to go on."""
        if not isinstance(problem, UpstreamFault) or problem.kind in (FaultKind.CLIENT, FaultKind.RESOURCE):
            return False
        return self.wanted and not self.ended and not self._fixed and self.rounds < MOST

    def go_on(self) -> None:
        """What this attempt said is part of the answer, and another one continues it."""
        self._said = mended(self._said + "".join(self._fresh))
        self.owed = self._held and {**self._held, "usageMetadata": self._total()}
        self._before = _sum(self._before, self._usage)
        self.rounds += 1
        self.begin()

    def _joined(self, response: GenerateResponse) -> GenerateResponse:
        joined = cast(GenerateResponse, {**response})
        if metadata := response.get("usageMetadata"):
            self._usage = metadata
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
        if reason == "MAX_TOKENS" and not self._fixed and self.rounds < MOST and any(self._fresh):
            end: Candidate = {"index": candidate.get("index", 0), "finishReason": joined.pop("finishReason")}
            self._held = {"candidates": [end]}
        return joined

    def _parts(self, parts: Iterable[Part]) -> Iterable[Part]:
        for part in parts:
            if part.get("thought"):
                if not self.rounds:
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
        self._fresh.append(new)
        if new or part.get("thoughtSignature"):
            yield {**part, "text": new}

    def _waiting(self) -> Iterable[Part]:
        if self._trimmer and (text := self._trimmer.flush()):
            self._fresh.append(text)
            yield {"text": text}

    def _total(self) -> UsageMetadata:
        """Every round's tokens; the breakdown by kind of only one of them would mislead."""
        return cast(UsageMetadata, _sum(self._before, self._usage)) if self.rounds else self._usage


def _sum(before: dict[str, int], usage: UsageMetadata) -> dict[str, int]:
    counts: dict[str, int] = dict(before)
    for name, value in usage.items():
        if isinstance(value, int):
            counts[name] = counts.get(name, 0) + value
    return counts


def _joinable(request: GenerateRequest) -> bool:
    config = request.get("generationConfig") or {}
    plain = config.get("responseMimeType") in (None, "", "text/plain") and not config.get("responseLogprobs")
    return plain and config.get("candidateCount") in (None, 1) and _speaks(config) and _asks(request.get("contents"))


def _speaks(config: dict[str, Any]) -> bool:
    """Images and voices cannot be continued."""
    modalities = config.get("responseModalities")
    return not modalities or modalities == ["TEXT"]


def _asks(contents: Sequence[Any] | None) -> bool:
    """The conversation ends with words, not with a tool's call or result. Total: Google judges odd shapes."""
    last = contents[-1] if contents else None
    parts = last.get("parts") if isinstance(last, dict) else None
    return bool(parts) and all(isinstance(part, dict) and not _TOOLS & part.keys() for part in parts or ())


_TOOLS = {"functionCall", "functionResponse"}
