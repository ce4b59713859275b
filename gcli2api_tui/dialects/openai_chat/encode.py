"""Stream parts of a Gemini answer → chat.completion.chunk events, or one chat.completion body.

Rules that clients break on and that live here: the role once per choice, the finish reason once and last, tool
calls counted over the whole stream, arguments never empty, usage only if asked for, text never touched.
"""

from collections.abc import Callable

from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.dialects.errors import openai_error, openai_refusal
from gcli2api_tui.dialects.openai_chat.choice import Choice, Options, read_logprobs
from gcli2api_tui.dialects.sse import CONTENT_TYPE, HEARTBEAT, compact, data, event, quoted
from gcli2api_tui.dialects.tool_calls import DistinctIds
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.google_search import newer
from gcli2api_tui.gemini.service_tier import in_openais_words
from gcli2api_tui.gemini.stream_parts import Batch, BlockedPart, CallPart, EndPart, StreamPart, TextPart, UsagePart
from gcli2api_tui.gemini.types import Candidate

DONE = "data: [DONE]\n\n"
ROLE = '{"role":"assistant","content":""}'


class ChatEncoder:
    """The way back of one exchange (dialects.call.Encoder)."""

    heartbeat = HEARTBEAT
    said = '{"content":%s}'
    """What a chunk of text says of it."""

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
        self._around: tuple[str, str] | None = None
        """What stands before and behind the choice in every chunk of this stream."""
        self._new_call_id = new_call_id
        self._choices: dict[int, Choice] = {}
        self._ids = DistinctIds()
        self._usage: Usage | None = None
        self._blocked: BlockedPart | None = None

    def opening(self) -> bytes:
        """The role chunk; nothing the second time."""
        return self._role(self._choice(0)).encode() if self._call.stream else b""

    def feed(self, batch: Batch) -> bytes:
        """The chunks for one read."""
        if batch.tier and self._options.says_tier:
            self._frame["service_tier"] = in_openais_words(batch.tier)
            self._around = None
        events = [self._say(part) if type(part) is TextPart else self._take(part) for part in batch.parts]
        for response in batch.telling:
            for position, candidate in enumerate(response.get("candidates") or ()):
                if "logprobsResult" in candidate or "groundingMetadata" in candidate:
                    events.append(self._weigh(candidate, position))
        return "".join(events).encode() if self._call.stream else b""

    def finish(self) -> bytes:
        """Finish reasons, usage if asked for, [DONE]."""
        events = []
        for choice in self._settle():
            if not choice.role_sent:
                events.append(self._role(choice))
            events += [self._delta(choice, delta) for delta in choice.rest()]
            events.append(self._ended(choice))
        if self._options.include_usage:
            events.append(event({**self._frame, "choices": [], "usage": self._counted()}))
        return "".join([*events, DONE]).encode()

    def whole(self) -> bytes:
        """The complete body."""
        choices = [choice.whole(raw_sound=self._options.raw_sound) for choice in self._settle()]
        body = {**self._frame, "choices": choices, "usage": self._counted(), "system_fingerprint": None}
        return compact(body).encode()

    def error(self, problem: Problem) -> bytes:
        """An error object in the stream; nothing may follow it."""
        return data(openai_error(problem))

    def refuse(self, problem: Problem) -> Refusal:
        """The same as an HTTP answer."""
        return openai_refusal(problem)

    def _take(self, part: StreamPart) -> str:
        """All that is not text."""
        if isinstance(part, UsagePart):
            self._usage = part.usage
        elif isinstance(part, BlockedPart):
            self._blocked = part
        elif isinstance(part, EndPart):
            self._choice(part.choice).reason = part.reason
        elif not isinstance(part, TextPart):
            choice = self._choice(part.choice)
            if isinstance(part, CallPart):
                delta = choice.call(part, self._options, self._ids.take(part.id or self._new_call_id()))
            else:
                delta = choice.speak(part)
            if delta and self._call.stream:
                return self._role(choice) + self._delta(choice, delta)
        return ""

    def _say(self, part: TextPart) -> str:
        choice = self._choices.get(part.choice) or self._choice(part.choice)
        text = choice.say(part.text)
        if not text or not self._call.stream:
            return ""
        said = self._chunk(choice.index, self.said % quoted(text))
        return said if choice.role_sent else self._role(choice) + said

    def _weigh(self, candidate: Candidate, position: int) -> str:
        """Log probabilities travel behind the text they belong to, in a chunk of their own; grounding waits."""
        index = candidate.get("index", position)
        if candidate.get("groundingMetadata"):
            choice = self._choice(index)
            choice.grounding = newer(choice.grounding, candidate)
        entries = read_logprobs(candidate) if "logprobsResult" in candidate else []
        if not entries:
            return ""
        choice = self._choice(index)
        weights = choice.weigh(entries)
        return self._role(choice) + self._delta(choice, {}, logprobs=weights) if self._call.stream else ""

    def _choice(self, index: int) -> Choice:
        if index not in self._choices:
            self._choices[index] = self._new_choice(index)
        return self._choices[index]

    def _new_choice(self, index: int, *, role_sent: bool = False) -> Choice:
        return Choice(index, self._id, self._created, role_sent=role_sent)

    def _ordered(self) -> list[Choice]:
        return list(map(self._choices.__getitem__, sorted(self._choices)))

    def _role(self, choice: Choice) -> str:
        if choice.role_sent:
            return ""
        choice.role_sent = True
        return self._chunk(choice.index, ROLE)

    def _delta(self, choice: Choice, delta: dict[str, object], logprobs: dict[str, object] | None = None) -> str:
        return self._chunk(choice.index, compact(delta), logprobs=compact(logprobs) if logprobs else "null")

    def _ended(self, choice: Choice) -> str:
        return self._chunk(choice.index, "{}", quoted(choice.finish))

    def _chunk(self, index: int, delta: str, finish: str = "null", logprobs: str = "null") -> str:
        """An event, of parts that are JSON already: around the choice all of a stream read alike."""
        before, after = self._around or self._frame_in_words()
        return f'{before}{{"index":{index},"delta":{delta},"logprobs":{logprobs},"finish_reason":{finish}}}{after}'

    def _frame_in_words(self) -> tuple[str, str]:
        usage = ',"usage":null' if self._options.include_usage else ""
        self._around = f'data: {compact(self._frame)[:-1]},"choices":[', f"]{usage}}}\n\n"
        return self._around

    def _settle(self) -> list[Choice]:
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
        return choices

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
