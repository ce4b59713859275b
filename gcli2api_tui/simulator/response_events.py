"""Bytes on the wire: answers become events, events become frames and packets.

Frames end with CRLF CRLF and there is no `[DONE]`: the end of the body is the end. Without `alt=sse` the body is one
JSON array, written as it grows. A packet is what is written at once; splitting and joining packets happens here only.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import texts
from gcli2api_tui.simulator.invented_answers import Answer
from gcli2api_tui.simulator.thought_signatures import signed
from gcli2api_tui.simulator.usage import Usage, tokens

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is the same in every event of one answer; `wrapped` is Code Assist's form."""

    model: str
    family: int
    response_id: str
    created: str
    route: str
    """Whose signatures they are."""
    wrapped: bool = False
    traffic: str = ""
    retires: str = ""
    """The moment from which the model is served no more, where Google says so."""

    def around(self, body: JSON) -> JSON:
        inner = {**body, "modelVersion": self.model, "responseId": self.response_id}
        if self.retires:
            inner["modelStatus"] = {"modelStage": "LEGACY", "retirementTime": self.retires}
        if not self.wrapped:
            return inner
        return {"response": {**inner, "createTime": self.created}, "traceId": self.response_id[:16]}


def events(answer: Answer, envelope: Envelope, *, huge: int = 0, one_event: bool = False) -> list[JSON]:
    """The partial responses of a stream; usage is in each, and final in the last."""
    if answer.blocked:
        return [envelope.around(_blocked(answer, envelope))]
    groups = [[part] for part in parts(answer, envelope, huge=huge)]
    if one_event:
        groups = [[part for group in groups for part in group]]
    final = _closing(answer, envelope)
    steps = [(group, "") for group in groups[:-1]]
    steps += [(groups[-1] if groups else [], "" if final else answer.finish)]
    steps += [(final, answer.finish)] if final else []
    return [envelope.around(one) for one in _marked(answer, [_event(*step, answer, envelope) for step in steps])]


def _marked(answer: Answer, steps: list[JSON]) -> list[JSON]:
    """With the tokens of a long answer: where its text can be resumed, and usage up to there."""
    said, marks = 0, dict(answer.checkpoints)
    for step in steps:
        candidate = step["candidates"][0]
        parts = candidate["content"].get("parts", ())
        said += sum(len(part.get("text", "")) for part in parts if not part.get("thought"))
        if said in marks and "finishReason" not in candidate:
            candidate["continuationToken"] = marks.pop(said)
            spoken = Usage(answer.prompt_tokens, tokens(answer.text[:said]), answer.thought_tokens)
            step["usageMetadata"] = spoken.metadata()
    return steps


def whole(answer: Answer, envelope: Envelope, *, huge: int = 0) -> JSON:
    """The one response of generateContent."""
    if answer.blocked:
        return envelope.around(_blocked(answer, envelope))
    merged = [*parts(answer, envelope, huge=huge, pieces=False), *_closing(answer, envelope, marked_text=False)]
    return envelope.around(_event(merged, answer.finish, answer, envelope))


def parts(answer: Answer, envelope: Envelope, *, huge: int = 0, pieces: bool = True) -> list[JSON]:
    """Thoughts, then text in pieces, then all calls; of parallel calls only the first has a signature."""
    found: list[JSON] = [{"text": thought, "thought": True} for thought in answer.thoughts]
    if huge:
        found.append({"text": "x" * huge})
    elif answer.text:
        for start, end in pairwise((0, *(place for place, _ in answer.checkpoints), len(answer.text))):
            text = answer.text[start:end]
            cut = texts.pieces(envelope.response_id, text) if pieces else (text,)
            found += [{"text": piece} for piece in cut]
    if answer.picture:
        found.append({"inlineData": {"mimeType": "image/png", "data": answer.picture}})
    for position, call in enumerate(answer.calls):
        signature = signed(envelope.route, envelope.family, f"{envelope.response_id}{call['name']}")
        found.append({"functionCall": dict(call), **({"thoughtSignature": signature} if position == 0 else {})})
    return found


def _closing(answer: Answer, envelope: Envelope, *, marked_text: bool = True) -> list[JSON]:
    """Gemini 3 ends a text with an empty part that carries the signature."""
    if not marked_text or envelope.family < 3 or answer.calls or not answer.text or answer.finish == "CONTINUATION":
        return []
    return [{"text": "", "thoughtSignature": signed(envelope.route, envelope.family, envelope.response_id)}]


def _event(found: Sequence[JSON], finish: str, answer: Answer, envelope: Envelope) -> JSON:
    content: JSON = {"role": "model"}
    if found:
        content = {"parts": list(found), "role": "model"}
    candidate: JSON = {"content": content, "index": 0}
    if finish:
        candidate["finishReason"] = finish
        if answer.token:
            candidate["continuationToken"] = answer.token
        if answer.searched and answer.text:
            candidate["groundingMetadata"] = _grounding(answer.text)
    usage = answer.usage if finish else Usage(answer.prompt_tokens, 0, answer.thought_tokens)
    return {"candidates": [candidate], "usageMetadata": usage.metadata(traffic=envelope.traffic)}


def _grounding(text: str) -> JSON:
    """The first sentence, found on one page. Places are bytes of UTF-8; a startIndex of 0 is left out."""
    sentence = re.split(r"(?<=[.!?。！？])", text, maxsplit=1)[0]
    segment = {"endIndex": len(sentence.encode()), "text": sentence}
    return {
        "webSearchQueries": ["what was asked"],
        "searchEntryPoint": {"renderedContent": "<div></div>"},
        "groundingChunks": [{"web": {"uri": "https://example.com/found", "title": "example.com"}}],
        "groundingSupports": [{"segment": segment, "groundingChunkIndices": [0]}],
    }


def _blocked(answer: Answer, envelope: Envelope) -> JSON:
    feedback = {"blockReason": answer.blocked, "safetyRatings": []}
    return {"promptFeedback": feedback, "usageMetadata": answer.usage.metadata(traffic=envelope.traffic)}


# --- framing -----------------------------------------------------------------------------------------------------


def sse(payloads: Sequence[Mapping[str, object]]) -> Iterator[bytes]:
    for payload in payloads:
        yield b"data: " + dumps(payload) + b"\r\n\r\n"


def array(payloads: Sequence[Mapping[str, object]]) -> Iterator[bytes]:
    """`[{…}` `,\\r\\n{…}` … `]`: the closing bracket rides with the last element."""
    last = len(payloads) - 1
    for position, payload in enumerate(payloads):
        yield (b"," if position else b"[") + b"\r\n" * bool(position) + dumps(payload) + b"]" * (position == last)


def split_inside_character(frame: bytes) -> tuple[bytes, ...]:
    """Two packets that meet inside the first multi-byte character; one packet where there is none."""
    for position, byte in enumerate(frame):
        if byte >= 0xC0:
            return frame[: position + 1], frame[position + 1 :]
    return (frame,)


def compressed(packets: Sequence[bytes]) -> list[bytes]:
    """The packets as one gzip stream that can be read up to the end of each packet."""
    squeeze = zlib.compressobj(wbits=31)
    flushed = [squeeze.compress(packet) + squeeze.flush(zlib.Z_SYNC_FLUSH) for packet in packets]
    return [*flushed, squeeze.flush()]


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
