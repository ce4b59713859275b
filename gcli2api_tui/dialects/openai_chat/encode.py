"""Stream parts of a Gemini answer → chat.completion.chunk events, or one chat.completion body.

Rules that clients break on and that live here: the role once per choice, the finish reason once and last, tool
calls counted over the whole stream, arguments never empty, usage only if asked for, text never touched.
"""

from collections.abc import Callable

from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.dialects.errors import openai_error, openai_refusal
from gcli2api_tui.dialects.openai_chat.choice import Choice, Options, Sound, read_logprobs
from gcli2api_tui.dialects.sse import CONTENT_TYPE, HEARTBEAT, compact, data, quoted
from gcli2api_tui.dialects.tool_calls import DistinctIds
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.google_search import newer
from gcli2api_tui.gemini.service_tier import in_openais_words
from gcli2api_tui.gemini.stream_parts import Batch, BlockedPart, CallPart, EndPart, StreamPart, TextPart, UsagePart
from gcli2api_tui.gemini.types import Candidate

DONE = b"data: [DONE]\n\n"


class ChatEncoder:
    """The way back of one exchange (dialects.call.Encoder)."""

    heartbeat = HEARTBEAT

    def __init__(
        self,
        call: Call,
        options: Options,
        *,
        id: str,  # noqa: A002
        created: int,
        new_call_id: Callable[[], str],
    ) -> None:
        self.content_type = CONTENT_TYPE if call.stream else "application/json"
        self.finish_reason = ""
        self._call = call
        self._options = options
        kind = "chat.completion.chunk" if call.stream else "chat.completion"
        self._id, self._created = id.removeprefix("chatcmpl-"), created
        self._frame = {"id": id, "object": kind, "created": created, "model": call.requested}
        if options.says_tier:
            self._frame["service_tier"] = in_openais_words("")
        self._around: dict[int, tuple[bytes, bytes]] = {}
        """Of each choice what stands before and behind the text in a chunk."""
        self._new_call_id = new_call_id
        self._choices: dict[int, Choice] = {}
        self._ids = DistinctIds()
        self._usage: Usage | None = None
        self._blocked: BlockedPart | None = None

    def opening(self) -> bytes:
        """The role chunk; nothing the second time."""
        return self._role(self._choice(0)) if self._call.stream else b""

    def feed(self, batch: Batch) -> bytes:
        """The chunks for one read."""
        if batch.tier and self._options.says_tier:
            self._frame["service_tier"] = in_openais_words(batch.tier)
            self._around.clear()
        events = list(map(self._take, batch.parts))
        for response in batch.telling:
            for position, candidate in enumerate(response.get("candidates") or ()):
                if "logprobsResult" in candidate or "groundingMetadata" in candidate:
                    events.append(self._weigh(candidate, position))
        return b"".join(events) if self._call.stream else b""

    def finish(self) -> bytes:
        """Finish reasons, usage if asked for, [DONE]."""
        self._settle()
        events = []
        for choice in self._ordered():
            events.append(self._role(choice))
            events += [self._delta(choice, delta) for delta in choice.rest()]
            events.append(self._delta(choice, {}, choice.finish))
        if self._options.include_usage:
            events.append(data({**self._frame, "choices": [], "usage": self._counted()}))
        return b"".join([*events, DONE])

    def whole(self) -> bytes:
        """The complete body."""
        self._settle()
        choices = [choice.whole(raw_sound=self._options.raw_sound) for choice in self._ordered()]
        body = {**self._frame, "choices": choices, "usage": self._counted(), "system_fingerprint": None}
        return compact(body).encode()

    def error(self, problem: Problem) -> bytes:
        """An error object in the stream; nothing may follow it."""
        return data(openai_error(problem))

    def refuse(self, problem: Problem) -> Refusal:
        """The same as an HTTP answer."""
        return openai_refusal(problem)

    def _take(self, part: StreamPart) -> bytes:
        if isinstance(part, TextPart):
            return self._say(part)
        if isinstance(part, UsagePart):
            self._usage = part.usage
        elif isinstance(part, BlockedPart):
            self._blocked = part
        elif isinstance(part, EndPart):
            self._choice(part.choice).reason = part.reason
        else:
            choice = self._choice(part.choice)
            if isinstance(part, CallPart):
                delta = choice.call(part, self._options, self._ids.take(part.id or self._new_call_id()))
            else:
                delta = choice.speak(part)
            if delta and self._call.stream:
                return self._role(choice) + self._delta(choice, delta)
        return b""

    def _say(self, part: TextPart) -> bytes:
        choice = self._choices.get(part.choice) or self._choice(part.choice)
        text = choice.say(part.text)
        if not text or not self._call.stream:
            return b""
        said = self._spoken(choice.index, text)
        return said if choice.role_sent else self._role(choice) + said

    def _weigh(self, candidate: Candidate, position: int) -> bytes:
        """Log probabilities travel behind the text they belong to, in a chunk of their own; grounding waits."""
        index = candidate.get("index", position)
        if candidate.get("groundingMetadata"):
            choice = self._choice(index)
            choice.grounding = newer(choice.grounding, candidate)
        entries = read_logprobs(candidate) if "logprobsResult" in candidate else []
        if not entries:
            return b""
        choice = self._choice(index)
        weights = choice.weigh(entries)
        return self._role(choice) + self._delta(choice, {}, logprobs=weights) if self._call.stream else b""

    def _choice(self, index: int) -> Choice:
        if index not in self._choices:
            self._choices[index] = self._new_choice(index)
        return self._choices[index]

    def _new_choice(self, index: int, *, role_sent: bool = False) -> Choice:
        return Choice(index, Sound(f"audio_{self._id}_{index}", self._created), role_sent=role_sent)

    def _ordered(self) -> list[Choice]:
        return list(map(self._choices.__getitem__, sorted(self._choices)))

    def _role(self, choice: Choice) -> bytes:
        if choice.role_sent:
            return b""
        choice.role_sent = True
        return self._delta(choice, {"role": "assistant", "content": ""})

    def _delta(
        self,
        choice: Choice,
        delta: dict[str, object],
        finish: str | None = None,
        logprobs: dict[str, object] | None = None,
    ) -> bytes:
        if finish is None and logprobs is None and len(delta) == 1 and "content" in delta:
            return self._spoken(choice.index, str(delta["content"]))
        return self._chunk(choice.index, delta, finish, logprobs)

    def _spoken(self, index: int, text: str) -> bytes:
        """A chunk of text, which is what nearly all are: around it all chunks of a choice read alike."""
        around = self._around.get(index)
        if around is None:
            before, _, after = self._chunk(index, {"content": ""}).partition(b'"delta":{"content":""')
            around = self._around[index] = before + b'"delta":{"content":', after
        return b"%b%b%b" % (around[0], quoted(text).encode(), around[1])

    def _chunk(
        self,
        index: int,
        delta: dict[str, object],
        finish: str | None = None,
        logprobs: dict[str, object] | None = None,
    ) -> bytes:
        item = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
        chunk: dict[str, object] = {**self._frame, "choices": [item]}
        if self._options.include_usage:
            chunk["usage"] = None
        return data(chunk)

    def _settle(self) -> None:
        """Decide how each choice ended, or raise: an answer that was cut must not look complete."""
        if self._blocked is not None and not any(choice.reason for choice in self._choices.values()):
            self._choice(0).refuse(self._blocked)
        choices = self._ordered() or [self._new_choice(0)]
        try:
            for choice in choices:
                choice.conclude(legacy=self._options.legacy)
        except UpstreamFault:
            self._forget()
            raise
        self.finish_reason = choices[0].finish

    def _forget(self) -> None:
        """The relay may try again with this encoder: nothing of this attempt stays, but that the role went out."""
        sent = {index: choice.role_sent for index, choice in self._choices.items()}
        self._choices = {index: self._new_choice(index, role_sent=one) for index, one in sent.items()}
        self._usage = self._blocked = None
        self._ids = DistinctIds()

    def _counted(self) -> dict[str, object]:
        usage = self._usage or self._call.estimated_usage(sum(choice.characters for choice in self._choices.values()))
        output = usage.output + usage.thoughts
        return {
            "prompt_tokens": usage.prompt,
            "completion_tokens": output,
            "total_tokens": usage.prompt + output,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.thoughts},
        }
