"""Stream parts of a Gemini answer → the events of a message, or one message.

Rules that live here: message_start comes with the first content, so that it can tell what Google has counted; pings
may come at any time; only stop reasons that somebody gave leave this place; what Google's cache held is counted apart.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import field

from gcli2api_tui.dialects.anthropic_messages.content_blocks import (
    Content,
    Event,
    before_text,
    citations,
    requests,
    search_blocks,
    written,
)
from gcli2api_tui.dialects.anthropic_messages.stop_sequences import Stops
from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.dialects.errors import anthropic_error, anthropic_refusal
from gcli2api_tui.dialects.media import Drafts, shown
from gcli2api_tui.dialects.sse import CONTENT_TYPE, Mender, compact, named
from gcli2api_tui.dialects.tool_calls import DistinctIds
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.finish_reasons import Ending, ending, refusal_words
from gcli2api_tui.gemini.google_search import newer, read_search
from gcli2api_tui.gemini.service_tier import in_anthropics_words
from gcli2api_tui.gemini.signatures import SignatureEnvelope, encode_signature, family
from gcli2api_tui.gemini.stream_parts import (
    Batch,
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

PING = named({"type": "ping"})
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What Anthropic takes for the id of a call."""


@dataclass(frozen=True, slots=True)
class Options:
    """What of the request decides the shape of the answer."""

    originals: Mapping[str, str] = field(default_factory=dict)
    """Name on the wire → name the client knows."""
    one_call: bool = False
    stops: tuple[str, ...] = ()
    thinking: bool = False
    """Thinking was asked for: thoughts, and blocks that carry signatures, may be in the answer."""
    search: bool = False
    """The client offers web_search: it is told what Google searched for and found."""
    says_tier: bool = False
    """The answer says which service tier it came from."""


class MessagesEncoder:
    """The way back of one exchange (dialects.call.Encoder)."""

    heartbeat = PING

    def __init__(
        self,
        call: Call,
        options: Options,
        *,
        id: str,  # noqa: A002
        request_id: str,
        new_call_id: Callable[[], str],
    ) -> None:
        self.content_type = CONTENT_TYPE if call.stream else "application/json"
        self.finish_reason = ""
        self._call = call
        self._options = options
        self._id = id
        self._request_id = request_id
        self._new_call_id = new_call_id
        self._started = False
        self._tier = ""
        self._forget()

    def _forget(self) -> None:
        """Begin anew: nothing of an answer was sent, or this is the first."""
        self._content = Content()
        self._stops = Stops(self._options.stops)
        self._menders = {"thinking": Mender(), "text": Mender()}
        self._drafts = Drafts()
        self._called = False
        self._ids = DistinctIds()
        self._reason = ""
        self._usage: Usage | None = None
        self._blocked: BlockedPart | None = None
        self._grounding: object = None

    def opening(self) -> bytes:
        """Nothing: a stream may begin with pings."""
        return b""

    def feed(self, batch: Batch) -> bytes:
        """The events for one read."""
        self._tier = batch.tier or self._tier
        for part in batch.parts:
            if isinstance(part, UsagePart):
                self._usage = part.usage
        if self._options.search:
            for candidate in (one for response in batch.telling for one in response.get("candidates") or ()):
                self._grounding = newer(self._grounding, candidate)
        return self._told([event for part in batch.parts for event in self._take(part)])

    def finish(self) -> bytes:
        """The last block's end, the stop reason, usage, message_stop."""
        events = [*self._last_picture(), *self._rest(), *self._cited(), *self._content.close()]
        self._settle()
        events += [event for block in self._found() for event in self._content.add(block)]
        delta = {"stop_reason": self.finish_reason, "stop_sequence": self._stops.found or None, **self._details()}
        events.append({"type": "message_delta", "delta": delta, "usage": self._counted()})
        return self._told([*events, {"type": "message_stop"}])

    def whole(self) -> bytes:
        """The complete body."""
        self._last_picture()
        self._rest()
        self._cited()
        self._content.close()
        self._settle()
        body = {
            **self._frame(before_text(self._content.blocks, self._found())),
            "stop_reason": self.finish_reason,
            "stop_sequence": self._stops.found or None,
            **self._details(),
        }
        return compact(body).encode()

    def error(self, problem: Problem) -> bytes:
        """An error event in the stream; nothing may follow it."""
        return named(anthropic_error(problem, self._request_id))

    def refuse(self, problem: Problem) -> Refusal:
        """The same as an HTTP answer."""
        return anthropic_refusal(problem, self._request_id)

    def _take(self, part: StreamPart) -> list[Event]:
        if isinstance(part, TextPart):  # nearly all
            return [] if part.choice else self._say("text", part.text)
        if isinstance(part, BlockedPart):
            self._blocked = part
        elif isinstance(part, UsagePart) or part.choice:
            return []
        elif isinstance(part, EndPart):
            self._reason = part.reason
        elif isinstance(part, CallPart):
            return self._make_call(part)
        elif isinstance(part, ThoughtPart):
            return self._say("thinking", part.text) if self._options.thinking else []
        elif not self._drafts.holds(part):
            return self._say("text", shown(part))
        return []

    def _say(self, kind: str, words: str) -> list[Event]:
        if self._stops.found:
            return []
        words = self._menders[kind].feed(words)
        return self._content.write(kind, self._stops.feed(words) if kind == "text" else words)

    def _last_picture(self) -> list[Event]:
        """A draft, where no other picture came."""
        draft = self._drafts.rest()
        return self._say("text", shown(draft)) if draft else []

    def _rest(self) -> list[Event]:
        """Words that were held back: half characters, and what might have become a stop sequence."""
        thinking = self._content.write("thinking", self._menders["thinking"].flush())
        text = self._stops.feed(self._menders["text"].flush()) + self._stops.flush()
        return thinking + self._content.write("text", text)

    def _cited(self) -> list[Event]:
        return self._content.cite(citations(self._grounding, self._content.text)) if self._grounding else []

    def _found(self) -> list[Event]:
        search = read_search(self._grounding)
        return search_blocks(search, f"srvtoolu_{self._id.removeprefix('msg_')}") if search else []

    def _make_call(self, part: CallPart) -> list[Event]:
        events = self._rest()
        if self._stops.found or (self._options.one_call and self._called):
            return events
        self._called = True
        identity = self._ids.take(part.id if _ID.fullmatch(part.id) else self._new_call_id())
        if part.signature and self._options.thinking:
            events += self._content.sign(
                encode_signature(SignatureEnvelope(family(self._call.model), part.signature, identity))
            )
        name = self._options.originals.get(part.name, part.name)
        return events + self._content.call(identity, name, part.args)

    def _told(self, events: list[Event]) -> bytes:
        if not events or not self._call.stream:
            return b""
        if not self._started:
            self._started = True
            empty = {**self._frame([]), "stop_reason": None, "stop_sequence": None}
            events = [{"type": "message_start", "message": empty}, *events]
        return b"".join(map(written, events))

    def _frame(self, content: list[Event]) -> dict[str, object]:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._call.requested,
            "content": content,
            "usage": self._counted(),
        }

    def _settle(self) -> None:
        """Decide how the answer ended, or raise: one that was cut must not look complete."""
        try:
            self.finish_reason = self._stop_reason()
        except UpstreamFault:
            self._forget()  # the relay may try again with this encoder
            raise

    @property
    def _refused(self) -> bool:
        """Google took no prompt at all."""
        return self._blocked is not None and not self._reason

    def _stop_reason(self) -> str:
        if self._stops.found:
            return "stop_sequence"
        if self._refused:
            return "refusal"
        match ending(self._reason, content=self._content.answered):
            case Ending.FILTERED:
                return "refusal"
            case Ending.LENGTH:
                return "max_tokens"
            case Ending.DONE:
                return "tool_use" if self._called else "end_turn"

    def _details(self) -> dict[str, object]:
        """Why it was refused; the one place where Anthropic has words for it."""
        if self.finish_reason != "refusal":
            return {}
        said = say("google.ended_answer", reason=self._reason)
        if self._blocked and not self._reason:
            said = refusal_words(self._blocked)
        return {"stop_details": {"type": "refusal", "category": None, "explanation": said}}

    def _counted(self) -> dict[str, object]:
        usage = self._usage or self._call.estimated_usage(self._content.characters)
        search = read_search(self._grounding)
        return {
            "input_tokens": max(0, usage.prompt - usage.cached),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": usage.cached,
            "output_tokens": usage.output + usage.thoughts,
            "output_tokens_details": {"thinking_tokens": usage.thoughts},
            **({"server_tool_use": requests(search)} if search else {}),
            **({"service_tier": in_anthropics_words(self._tier)} if self._options.says_tier else {}),
        }
