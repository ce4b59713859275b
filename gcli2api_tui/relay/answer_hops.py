"""Long answers: Google gives one in hops, and here each is joined to what came before it.

In: Google's responses of one hop, and the checkpoint that it goes on from. Out: the same as the client of one answer
may have them: the end of a hop and what the client has already left out, usage summed; and the next checkpoint. Never
guessed: where Google goes on differently than the client has it already, that is a fault.

Usage, as Google's own SDK counts it (google-genai 3.6.1, StreamContinuation): within a hop the last count is the hop's;
hops are requests of their own, and what earlier ones made is read again as a later one's prompt, so all counts are
added. A stream that was cut counts up to its last checkpoint: what came behind it comes, and counts, again.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import cast

from gcli2api_tui.gemini.finish_reasons import LIMIT, TO_BE_CONTINUED, went_on_differently
from gcli2api_tui.gemini.types import Candidate, GenerateRequest, GenerateResponse, Part, UsageMetadata
from gcli2api_tui.quick_dataclass import dataclass, replace

WORDS = frozenset({"text", "thought", "thoughtSignature"})
"""All that a part has which is nothing but words."""
MOST_HOPS = 32
"""Google's window holds sixteen that are full."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where Google can go on with a long answer; without a token, its beginning."""

    token: str = ""
    request: GenerateRequest = field(default_factory=GenerateRequest)
    """As it went out: with a token Google takes no other."""
    hop: int = 1
    """The number of the hop that goes on from here."""
    tokens: Mapping[str, int] = field(default_factory=dict)
    """The usage up to here."""
    ahead: tuple[Part, ...] = ()
    """What the client has from behind here: Google makes it again."""
    thoughts_ahead: int = 0
    """Characters of thoughts, likewise; those need not be the same again."""
    shown: bool = False
    """The client has something of the answer."""
    earlier: int = 0
    """Tokens of the answer that other requests of the client's brought."""
    said: str | None = None
    """All words of it that the client has; None where it could not send them back, or nobody would know them."""

    def asking(self) -> GenerateRequest:
        """What Google gets: the same request, and the token."""
        return {**self.request, "continuationToken": self.token}

    @property
    def made(self) -> int:
        """Tokens of thoughts and text so far."""
        counts = (self.tokens.get(name, 0) for name in ("candidatesTokenCount", "thoughtsTokenCount"))
        return self.earlier + sum(counts)


@dataclass(frozen=True, slots=True)
class Pause:
    """A long answer that can go on from `checkpoint`, or be over with `end`."""

    checkpoint: Checkpoint
    end: GenerateResponse


class Hop:
    """Joins one hop's responses to the answer so far."""

    def __init__(self, since: Checkpoint, request: GenerateRequest) -> None:
        self.ended = False
        """Google has come to the end of the hop, and the answer goes on."""
        self._since = since
        self._request = since.request if since.token else request
        self._token = since.token
        self._counted = since.tokens
        """The usage up to the token."""
        self._usage: UsageMetadata = {}
        self._over = False
        """The answer has ended, or was refused."""
        self._limited = False
        """It has ended at the client's own limit."""
        self._words = None if since.said is None else [since.said]
        self._shown = since.shown
        self._awaited = deque(since.ahead)
        self._at = 0
        """Characters of the first awaited text that have come."""
        self._thoughts_awaited = since.thoughts_ahead
        self._behind: list[Part] = list(since.ahead)
        """What the client has from behind the token."""
        self._thoughts_behind = since.thoughts_ahead

    @property
    def moved(self) -> bool:
        """Whether Google has given a token that is new."""
        return self._token != self._since.token

    @property
    def rest(self) -> Checkpoint | None:
        """Where an answer could go on that has ended at its limit."""
        if not self._limited:
            return None
        total = _sum(self._since.tokens, self._usage)
        return replace(self._reached, hop=self._since.hop + 1, tokens=total, said=self._said)

    @property
    def pause(self) -> Pause | None:
        """Where the answer stands, had it to stop here; None where it cannot go on."""
        if not self._token or self._over:
            return None
        total = _sum(self._since.tokens, self._usage)
        reached = self._reached
        if self.ended:
            reached = replace(reached, hop=reached.hop + 1, tokens=total, said=self._said)
        else:
            reached = replace(
                reached, ahead=tuple(_merged(self._behind)), thoughts_ahead=self._thoughts_behind, said=self._said
            )
        end: GenerateResponse = {"candidates": [{"index": 0, "finishReason": TO_BE_CONTINUED}]}
        if total:
            end["usageMetadata"] = cast(UsageMetadata, total)
        return Pause(reached, end)

    @property
    def _reached(self) -> Checkpoint:
        since = self._since
        return Checkpoint(
            self._token, self._request, since.hop, self._counted, shown=self._shown, earlier=since.earlier
        )

    @property
    def _said(self) -> str | None:
        return None if self._words is None else "".join(self._words)

    def take(
        self, responses: Sequence[GenerateResponse], telling: Sequence[GenerateResponse] | None = None
    ) -> Sequence[GenerateResponse]:
        """One read, as the client may have it; itself where nothing is to change. Raises UpstreamFault.

        `telling`: those of them in which a token may stand.
        """
        if self._token or _give_token(responses if telling is None else telling):
            return [self._joined(one) for one in responses]
        for response in responses:
            self._usage = response.get("usageMetadata") or self._usage
            if self._shown and self._words is None:
                continue
            for candidate in response.get("candidates") or ():
                if parts := (candidate.get("content") or {}).get("parts"):
                    self._shown = True
                    if self._words is not None:
                        self._hear(parts)
        return responses

    def _joined(self, response: GenerateResponse) -> GenerateResponse:
        joined = cast(GenerateResponse, {**response})
        if metadata := response.get("usageMetadata"):
            self._usage = metadata
            joined["usageMetadata"] = cast(UsageMetadata, _sum(self._since.tokens, metadata))
        if (response.get("promptFeedback") or {}).get("blockReason"):
            self._over = True
        if candidates := response.get("candidates"):
            joined["candidates"] = [self._candidate(one) for one in candidates]
        return joined

    def _candidate(self, candidate: Candidate) -> Candidate:
        joined, content = {**candidate}, candidate.get("content") or {}
        if parts := content.get("parts"):
            new = [part for one in parts if (part := self._unknown(one)) is not None]
            joined["content"] = {**content, "parts": new}
            self._note(new)
        if candidate.get("finishReason"):
            self._end(joined)
        if token := _token_of(candidate):
            self._reach(token)
        return cast(Candidate, joined)

    def _unknown(self, part: Part) -> Part | None:
        """What the client does not have of it yet."""
        if part.get("thought"):
            return self._unknown_thought(part)
        if not self._awaited:
            return part
        if part.keys() <= {"text", "thoughtSignature"}:
            return self._unknown_text(part)
        if not _are_same(self._awaited.popleft(), part):
            raise went_on_differently()
        return None

    def _unknown_thought(self, part: Part) -> Part | None:
        text = part.get("text") or ""
        known = min(len(text), self._thoughts_awaited)
        self._thoughts_awaited -= known
        return {**part, "text": text[known:]} if known < len(text) or not known else None

    def _unknown_text(self, part: Part) -> Part | None:
        text = part.get("text") or ""
        while text and self._awaited:
            wanted = self._awaited[0].get("text") or ""
            known = min(len(text), len(wanted) - self._at)
            if not known or not wanted.startswith(text[:known], self._at):
                raise went_on_differently()
            text, self._at = text[known:], self._at + known
            if self._at == len(wanted):
                self._awaited.popleft()
                self._at = 0
        return {**part, "text": text} if text else None

    def _hear(self, parts: Sequence[Part]) -> None:
        """What a client could send back of it: words, and nothing else."""
        if self._words is None:
            return
        if any(part.keys() - WORDS for part in parts):
            self._words = None
        else:
            self._words += [part.get("text") or "" for part in parts if not part.get("thought")]

    def _note(self, parts: Sequence[Part]) -> None:
        self._hear(parts)
        for part in parts:
            if part.get("thought"):
                self._thoughts_behind += len(part.get("text") or "")
            elif part.keys() - {"text", "thoughtSignature"} or part.get("text"):
                self._behind.append(part)
        self._shown = self._shown or bool(parts)

    def _end(self, joined: dict[str, object]) -> None:
        """Of the hop, where the answer goes on; a token that is no news would bring the same hop again."""
        if self._awaited:
            raise went_on_differently()
        token = _token_of(cast(Candidate, joined))
        if joined["finishReason"] == TO_BE_CONTINUED and token and token != self._since.token:
            self.ended = True
            del joined["finishReason"]
        else:
            self._over = True
            self._limited = joined["finishReason"] == LIMIT and bool(token) and token != self._since.token

    def _reach(self, token: str) -> None:
        self._token, self._counted = token, _sum(self._since.tokens, self._usage)
        awaited = list(self._awaited)
        if awaited and self._at:
            awaited[0] = {"text": (awaited[0].get("text") or "")[self._at :]}
        self._behind, self._thoughts_behind = awaited, self._thoughts_awaited


def resumable(responses: Sequence[GenerateResponse]) -> Sequence[GenerateResponse]:
    """Of responses that broke off those that Google can go on from: what is behind the last token comes again."""
    last = next((at for at in range(len(responses), 0, -1) if _give_token(responses[at - 1 : at])), 0)
    return responses[:last]


def _give_token(responses: Sequence[GenerateResponse]) -> bool:
    for response in responses:
        for candidate in response.get("candidates") or ():
            if "continuationToken" in candidate and _token_of(candidate):
                return True
    return False


def _token_of(candidate: Candidate) -> str:
    token = candidate.get("continuationToken")
    return token if isinstance(token, str) else ""


def _sum(before: Mapping[str, int], usage: UsageMetadata) -> dict[str, int]:
    """Both counts; a breakdown by kind of only one of them would mislead."""
    counts = {name: value for name, value in usage.items() if isinstance(value, int)}
    return {name: before.get(name, 0) + counts.get(name, 0) for name in (*before, *counts)}


def _merged(parts: Iterable[Part]) -> Iterable[Part]:
    """Texts that follow each other as one: they may come cut differently."""
    texts: list[str] = []
    for part in parts:
        if part.keys() <= {"text", "thoughtSignature"}:
            texts.append(part.get("text") or "")
            continue
        if texts:
            yield {"text": "".join(texts)}
            texts.clear()
        yield part
    if texts:
        yield {"text": "".join(texts)}


def _are_same(known: Part, part: Part) -> bool:
    """A call is the same by what is called; its id and signature are made anew."""
    if known.get("functionCall") or part.get("functionCall"):
        was, now = known.get("functionCall") or {}, part.get("functionCall") or {}
        return (was.get("name"), was.get("args")) == (now.get("name"), now.get("args"))
    return {**known, "thoughtSignature": ""} == {**part, "thoughtSignature": ""}
