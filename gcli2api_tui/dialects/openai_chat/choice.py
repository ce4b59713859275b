"""One choice of an answer: its words, calls, sound and log probabilities so far, and its end in OpenAI's words.

In: the stream parts of one candidate. Out: deltas while it streams, the message when it is whole. Only the five finish
reasons of OpenAI leave this place. A stream carries samples of sound as they come (OpenAI's pcm16); a whole answer is a
WAV file unless samples were asked for. An odd entry of Google's log probabilities is left out, because clients read
`token` and `logprob` without asking.
"""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import field
from itertools import zip_longest

from gcli2api_tui.dialects.media import Drafts, is_sound, playable, shown
from gcli2api_tui.dialects.sse import Mender, compact
from gcli2api_tui.dialects.tool_calls import free_text
from gcli2api_tui.gemini.finish_reasons import STOP, Ending, ending, refusal_words
from gcli2api_tui.gemini.google_search import read_citations
from gcli2api_tui.gemini.stream_parts import BlobPart, BlockedPart, CallPart, ThoughtPart
from gcli2api_tui.gemini.types import Candidate
from gcli2api_tui.quick_dataclass import dataclass

_KINDS = ("reasoning_content", "content")
"""What a delta says in words, in the order in which halves of characters are flushed."""


@dataclass(frozen=True, slots=True)
class Options:
    """What of the request decides the shape of the answer."""

    include_usage: bool = False
    originals: Mapping[str, str] = field(default_factory=dict)
    """Name on the wire → name the client knows."""
    one_call: bool = False
    customs: frozenset[str] = frozenset()
    """Names on the wire that the client knows as custom tools."""
    legacy: bool = False
    raw_sound: bool = False
    """Sound is wanted as its samples, without the head of a WAV file."""
    says_tier: bool = False
    """The answer says which service tier it came from."""


class Sound:
    """Grows blob by blob. `created`: nothing is kept here, so it has expired when it arrives."""

    def __init__(self, identity: str, created: int) -> None:
        self._identity = identity
        self._created = created
        self._mime = ""
        self._content = bytearray()

    def __bool__(self) -> bool:
        return bool(self._content)

    def add(self, blob: BlobPart) -> dict[str, object]:
        """What a delta says of this blob; its id comes with the first."""
        begun = bool(self)
        self._mime = blob.mime
        try:
            self._content += base64.b64decode(blob.data)
        except binascii.Error:
            return {}
        return {"data": blob.data} if begun else {"id": self._identity, "data": blob.data}

    def last(self) -> dict[str, object]:
        """What the last delta says."""
        return {"expires_at": self._created}

    def whole(self, *, raw: bool) -> dict[str, object]:
        """What a message says of all blobs together."""
        blob = BlobPart(self._mime, base64.b64encode(self._content).decode())
        data = blob.data if raw else playable(blob).data
        return {"id": self._identity, "data": data, "expires_at": self._created, "transcript": ""}


class Choice:
    """Grows part by part; `conclude` fixes `finish`."""

    def __init__(self, index: int, answer: str, created: int, *, role_sent: bool = False) -> None:
        """`answer` is its id, without OpenAI's word before it."""
        self.index = index
        self.role_sent = role_sent
        self.reason = ""
        self.finish = ""
        self.grounding: object = None
        """Google's groundingMetadata, so far."""
        self._text: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[dict[str, object]] = []
        self._called = 0
        self._logprobs: list[dict[str, object]] = []
        self._refusal: str | None = None
        self._answer, self._created = answer, created
        self._drafts: Drafts | None = None
        """From the first picture on."""
        self._sound: Sound | None = None
        """From the first sound on."""
        self._menders: dict[str, Mender] = {}
        """From the first letter that is not ASCII on; by the field of a delta."""

    @property
    def characters(self) -> int:
        """Length of all it said, for an estimate."""
        return sum(map(len, self._text)) + sum(map(len, self._thoughts)) + self._called

    def say(self, text: str) -> str:
        """What of the text can go out now."""
        words = text if text.isascii() and not self._menders else self._mended("content", text)
        if words:
            self._text.append(words)
        return words

    def _mended(self, kind: str, text: str) -> str:
        if kind not in self._menders:
            self._menders[kind] = Mender()
        return self._menders[kind].feed(text)

    def speak(self, part: ThoughtPart | BlobPart) -> dict[str, object]:
        """The delta for a thought, an image or sound; empty if there is nothing to say yet."""
        if isinstance(part, BlobPart):
            return self._show(part)
        return self._said("reasoning_content", self._mended("reasoning_content", part.text))

    def call(self, part: CallPart, options: Options, identity: str) -> dict[str, object]:
        """The delta for a whole call; empty for one too many."""
        if options.one_call and self._calls:
            return {}
        call = _tool_call(part, options, identity)
        self._calls.append(call)
        self._called += len(compact(part.args))
        if options.legacy:
            return {"function_call": call["function"]}
        return {"tool_calls": [{"index": len(self._calls) - 1, **call}]}

    def weigh(self, entries: list[dict[str, object]]) -> dict[str, object]:
        """Log probabilities of tokens just said, in the shape that a chunk carries them."""
        self._logprobs += entries
        return {"content": entries, "refusal": None}

    def rest(self) -> list[dict[str, object]]:
        """Deltas that were still held back at the end, and where the text was found."""
        deltas = [self._said(kind, self._menders[kind].flush()) for kind in _KINDS if kind in self._menders]
        if self._drafts and (draft := self._drafts.rest(self.index)):
            deltas.append(self._said("content", shown(draft)))
        if self._sound:
            deltas.append({"audio": self._sound.last()})
        if self._refusal is not None:
            deltas.append({"refusal": self._refusal})
        if found := self._annotations():
            deltas.append({"annotations": found})
        return [delta for delta in deltas if delta]

    def refuse(self, blocked: BlockedPart) -> None:
        """Google refused the prompt."""
        self._refusal = refusal_words(blocked)

    def conclude(self, *, legacy: bool) -> None:
        """Fix the finish reason. Raises UpstreamFault where there was no answer: it must not look complete."""
        self.finish = self._finish()
        if legacy and self.finish == "tool_calls":
            self.finish = "function_call"

    def _finish(self) -> str:
        if self._refusal is not None:
            return "content_filter"
        if self.reason == STOP:
            return "tool_calls" if self._calls else "stop"
        match ending(self.reason, content=bool(self._text or self._calls or self._sound or self._drafts)):
            case Ending.FILTERED:
                return "content_filter"
            case Ending.LENGTH:
                return "length"
            case Ending.DONE:
                return "tool_calls" if self._calls else "stop"

    def whole(self, *, raw_sound: bool = False) -> dict[str, object]:
        """The choice of a complete body; call after conclude()."""
        self.rest()
        nothing = None if self._calls or self._sound or self._refusal is not None else ""
        message: dict[str, object] = {
            "role": "assistant",
            "content": "".join(self._text) or nothing,
            "refusal": self._refusal,
        }
        if found := self._annotations():
            message["annotations"] = found
        if self._sound:
            message["audio"] = self._sound.whole(raw=raw_sound)
        if self._thoughts:
            message["reasoning_content"] = "".join(self._thoughts)
        if self._calls and self.finish == "function_call":
            message["function_call"] = self._calls[0]["function"]
        elif self._calls:
            message["tool_calls"] = self._calls
        weights = {"content": self._logprobs, "refusal": None} if self._logprobs else None
        return {"index": self.index, "message": message, "logprobs": weights, "finish_reason": self.finish}

    def _annotations(self) -> list[dict[str, object]]:
        """Citations of the web, as OpenAI's search gives them."""
        if self.grounding is None:
            return []
        return [
            {
                "type": "url_citation",
                "url_citation": {"start_index": one.start, "end_index": one.end, "url": one.url, "title": one.title},
            }
            for one in read_citations(self.grounding, "".join(self._text))
        ]

    def _show(self, blob: BlobPart) -> dict[str, object]:
        if is_sound(blob):
            if self._sound is None:
                self._sound = Sound(f"audio_{self._answer}_{self.index}", self._created)
            said = self._sound.add(blob)
            return {"audio": said} if said else {}
        if self._drafts is None:
            self._drafts = Drafts()
        return {} if self._drafts.holds(blob) else self._said("content", shown(blob))

    def _said(self, kind: str, words: str) -> dict[str, object]:
        if not words:
            return {}
        (self._text if kind == "content" else self._thoughts).append(words)
        return {kind: words}


def _tool_call(part: CallPart, options: Options, identity: str) -> dict[str, object]:
    """id, type, what is called and, where Google signed it, the signature in the place Google's own layer uses."""
    name = options.originals.get(part.name, part.name)
    kind, said = "function", {"name": name, "arguments": compact(part.args)}
    if part.name in options.customs:
        kind, said = "custom", {"name": name, "input": free_text(part.args)}
    call: dict[str, object] = {"id": identity, "type": kind, kind: said}
    if part.signature:
        call["extra_content"] = {"google": {"thought_signature": part.signature}}
    return call


def read_logprobs(candidate: Candidate) -> list[dict[str, object]]:
    """The entries of one candidate's share of the answer."""
    result = _object(candidate.get("logprobsResult"))
    chosen, others = _list(result.get("chosenCandidates")), _list(result.get("topCandidates"))
    entries = []
    for token, alternatives in zip_longest(chosen, others[: len(chosen)]):
        if entry := _entry(token):
            ranked = map(_entry, _list(_object(alternatives).get("candidates")))
            entries.append({**entry, "top_logprobs": [one for one in ranked if one]})
    return entries


def _entry(value: object) -> dict[str, object]:
    found = _object(value)
    token, probability = found.get("token"), found.get("logProbability")
    if not isinstance(token, str) or not isinstance(probability, int | float) or not math.isfinite(probability):
        return {}
    # A token may be half a character; what cannot be written as bytes has none.
    return {"token": token, "logprob": float(probability), "bytes": list(token.encode("utf-8", "replace"))}


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
