"""Stream parts of a Gemini answer → the events of a response, or one response object.

Both ways go through the same Output: the body is what the stream adds up to. Rules that live here: created and
in_progress first, once; sequence numbers without gaps; completed, incomplete or failed last, and never a completed
that Google did not give.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.dialects.errors import openai_error_type, openai_refusal, sentence
from gcli2api_tui.dialects.media import Drafts
from gcli2api_tui.dialects.openai_chat.choice import read_logprobs
from gcli2api_tui.dialects.openai_responses.compaction import Summary, compacted
from gcli2api_tui.dialects.openai_responses.response_object import Output
from gcli2api_tui.dialects.openai_responses.stored_responses import listed_item
from gcli2api_tui.dialects.openai_responses.stream_items import Event, written
from gcli2api_tui.dialects.openai_responses.tools import Known
from gcli2api_tui.dialects.sse import CONTENT_TYPE, HEARTBEAT, compact
from gcli2api_tui.events.problems import TOO_LONG, ClientFault, FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.finish_reasons import Ending, empty, ending, refusal_words
from gcli2api_tui.gemini.google_search import newer
from gcli2api_tui.gemini.service_tier import in_openais_words
from gcli2api_tui.gemini.stream_parts import (
    Batch,
    BlobPart,
    BlockedPart,
    CallPart,
    EndPart,
    StreamPart,
    TextPart,
    ThoughtPart,
    UsagePart,
)
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What of the request decides the shape of the answer."""

    frame: Mapping[str, object]
    """The response as it begins, without id and time (response_object.py)."""
    known: Mapping[str, Known] = field(default_factory=dict)
    one_call: bool = False
    family: str | None = None
    """Of the model, where the client wants signatures; None where not."""
    summary: bool = False
    """The answer is a summary of the conversation (compaction.py)."""
    beside: Sequence[dict[str, object]] | None = None
    """For /responses/compact: the messages that stay beside the summary."""


class ResponseEncoder:
    """The way back of one exchange (dialects.call.Encoder)."""

    heartbeat = HEARTBEAT

    def __init__(
        self,
        call: Call,
        options: Options,
        *,
        id: str,  # noqa: A002
        created: int,
        now: Callable[[], float],
        keep: Callable[[dict[str, object]], None],
    ) -> None:
        self.content_type = CONTENT_TYPE if call.stream else "application/json"
        self.finish_reason = ""
        self._call = call
        self._options = options
        self._now = now
        self._keep = keep
        self._frame = {"id": id, "created_at": created, **options.frame}
        self._sequence = 0
        self._opened = False
        self._restart()

    def opening(self) -> bytes:
        """That the response exists and is in progress; nothing the second time."""
        if self._opened or not self._call.stream:
            return b""
        self._opened = True
        steps = ("response.created", "response.in_progress")
        return self._sent([{"type": step, "response": self._frame} for step in steps])

    def feed(self, batch: Batch) -> bytes:
        """The events of one read."""
        if batch.tier:
            self._frame["service_tier"] = in_openais_words(batch.tier)
        events = [event for part in batch.parts for event in self._take(part)]
        for response in batch.telling:
            for candidate in response.get("candidates") or ():
                if "logprobsResult" in candidate:
                    self._logprobs += read_logprobs(candidate)
                if "groundingMetadata" in candidate:
                    self._output.grounding = newer(self._output.grounding, candidate)
        return self._sent(events)

    def finish(self) -> bytes:
        """What is still open, and how it ended."""
        events = self._conclude()
        return self.opening() + self._sent(events)

    def whole(self) -> bytes:
        """The complete body."""
        response, beside = self._conclude()[-1]["response"], self._options.beside
        assert isinstance(response, dict)
        if beside is None:
            return compact(response).encode()
        if not self._output.answered:  # the body could not say so
            said = refusal_words(self._blocked) if self._blocked else say("google.ended_answer", reason=self._reason)
            raise UpstreamFault(FaultKind.CLIENT, said, status=400)
        stem = str(response["id"]).removeprefix("resp_")
        messages = [listed_item(item, f"in_{stem}{number:02d}") for number, item in enumerate(beside)]
        return compact(compacted(response, messages)).encode()

    def error(self, problem: Problem) -> bytes:
        """An error, and that the response failed; nothing may follow.

        As from OpenAI: SDKs raise what stands under `error`, and some programs take a response that failed without it
        for a good end. The same stands outside too, where OpenAI's reference has it.
        """
        begun, failure = self.opening(), _failure(problem)
        told = {**failure, "param": problem.param if isinstance(problem, ClientFault) else None}
        error: Event = {"type": "error", **told, "error": {"type": openai_error_type(problem), **told}}
        return begun + self._sent(
            [error, {"type": "response.failed", "response": self._ended("failed", error=failure)}]
        )

    def refuse(self, problem: Problem) -> Refusal:
        """The same as an HTTP answer."""
        return openai_refusal(problem)

    def _restart(self) -> None:
        """As before the first part: the relay may try again with this encoder."""
        stem = str(self._frame["id"]).removeprefix("resp_")
        options = self._options
        self._output = Summary(stem) if options.summary else Output(stem, options.known, options.family)
        self._usage: Usage | None = None
        self._blocked: BlockedPart | None = None
        self._logprobs: list[dict[str, object]] = []
        self._drafts = Drafts()
        self._reason = ""

    def _take(self, part: StreamPart) -> list[Event]:
        if isinstance(part, TextPart):  # nearly all
            return [] if part.choice else self._output.say(part.text, part.signature)
        if isinstance(part, UsagePart):
            self._usage = part.usage
        elif isinstance(part, BlockedPart):
            self._blocked = part
        elif part.choice == 0:
            return self._speak(part)
        return []

    def _speak(self, part: ThoughtPart | CallPart | BlobPart | EndPart) -> list[Event]:
        if isinstance(part, EndPart):
            self._reason = part.reason
            return []
        if isinstance(part, ThoughtPart):
            return self._output.think(part.text)
        if isinstance(part, BlobPart):
            return [] if self._drafts.holds(part) else self._output.show(part)
        surplus = self._options.one_call and self._output.calls
        return [] if surplus else self._output.call(part)

    def _conclude(self) -> list[Event]:
        """The last events, or UpstreamFault: an answer that was cut must not look complete."""
        draft = self._drafts.rest()
        events = self._output.show(draft) if draft else []
        status, why = self._settle()
        if self._blocked is not None and not self._reason:
            events += self._output.refuse(refusal_words(self._blocked))
        events += self._output.close(status, self._logprobs)
        details = {"reason": why} if why else None
        response = self._ended(status, incomplete_details=details)
        self.finish_reason = why or ("tool_calls" if self._output.calls else "stop")
        self._keep(response)
        return [*events, {"type": f"response.{status}", "response": response}]

    def _settle(self) -> tuple[str, str]:
        """(status, why it is incomplete)"""
        if self._blocked is not None and not self._reason:
            return "incomplete", "content_filter"
        try:
            ended = ending(self._reason, content=self._output.answered)
            if self._options.summary and ended is Ending.DONE and not self._output.answered:
                raise empty()
        except UpstreamFault:
            if not self._call.stream or not self._output.items:
                self._restart()
            raise
        match ended:
            case Ending.FILTERED:
                return "incomplete", "content_filter"
            case Ending.LENGTH:
                return "incomplete", "max_output_tokens"
            case Ending.DONE:
                return "completed", ""

    def _ended(self, status: str, **more: object) -> dict[str, object]:
        done = {"completed_at": int(self._now())} if status == "completed" else {}
        return {
            **self._frame,
            "status": status,
            "output": list(self._output.items),
            "usage": self._counted(),
            **done,
            **more,
        }

    def _sent(self, events: list[Event]) -> bytes:
        if not self._call.stream:
            return b""
        return b"".join(map(self._numbered, events))

    def _numbered(self, event: Event) -> bytes:
        number, self._sequence = self._sequence, self._sequence + 1
        return written(event, number)

    def _counted(self) -> dict[str, object]:
        usage = self._usage or self._call.estimated_usage(self._output.characters)
        output = usage.output + usage.thoughts
        return {
            "input_tokens": usage.prompt,
            "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": usage.thoughts},
            "total_tokens": usage.prompt + output,
        }


_CODES = {"rate_limit_error": "rate_limit_exceeded", "invalid_request_error": "invalid_prompt"}


def _failure(problem: Problem) -> dict[str, str]:
    """`{code, message}` of a response that failed after it had begun.

    The Responses API knows few codes there, and agents act on them: what may be tried again is a server_error or a
    rate_limit_exceeded, what may not an invalid_prompt.
    """
    too_long = isinstance(problem, UpstreamFault) and problem.code == TOO_LONG
    code = TOO_LONG if too_long else _CODES.get(openai_error_type(problem), "server_error")
    return {"code": code, "message": sentence(problem)}
