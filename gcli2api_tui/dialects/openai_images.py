"""OpenAI's image generations. In: a JSON body. Out: a Call for each picture, and their answers as OpenAI's one.

Pure. Google's models draw one picture an answer, so `n` pictures are `n` calls. A picture is data; where an address is
wanted, it is a `data:` URL. A size means one of Google's aspect ratios.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import cast

from gcli2api_tui.dialects.call import Call, Refusal
from gcli2api_tui.dialects.errors import openai_refusal
from gcli2api_tui.dialects.fields import flag, sound, table, text, whole, wrong
from gcli2api_tui.dialects.generate_request import session
from gcli2api_tui.dialects.openai_chat.request_options import read_tier
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault, FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.finish_reasons import Ending, ending, refusal_words
from gcli2api_tui.gemini.model_choices import draws
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.gemini.stream_parts import Batch, BlobPart, BlockedPart, EndPart, TextPart, UsagePart
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.quick_dataclass import dataclass

DIALECT = "openai-images"
MOST = 10
"""OpenAI's own limit."""
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_MEANT = {"7:4": "16:9", "4:7": "9:16", "7:3": "21:9"}
"""DALL-E's 1792x1024 and its like are what everybody else calls wide and tall; Google does not reduce 21:9."""
_FORMATS = ("b64_json", "url")
_SIZE = re.compile(r"([1-9]\d{0,4})\s*[x×:]\s*([1-9]\d{0,4})", re.I)


@dataclass(frozen=True, slots=True)
class ImagesRequest:
    """A request understood: ask `call` `count` times."""

    call: Call
    count: int
    as_url: bool


def parse(body: object, headers: Mapping[str, str], catalogue: Catalogue, drawing: Sequence[str]) -> ImagesRequest:
    """`drawing` are the models here that draw, the usual one first. Raises ClientFault with the field's name."""
    fields = table(sound(body), "body")
    prompt = text(fields.get("prompt"), "prompt")
    if not prompt.strip():
        wrong("prompt", say("request.prompt"))
    if flag(fields.get("stream"), "stream"):
        raise ClientFault(say("images.no_stream"), param="stream", status=501, way_out=say("leave_out"))
    form = text(fields.get("response_format"), "response_format") or _FORMATS[0]
    if form not in _FORMATS:
        wrong("response_format", say("request.one_of", param="response_format", names=", ".join(_FORMATS)))
    ratio = ratio_of(text(fields.get("size"), "size"))
    if ratio == "?":
        wrong("size", say("images.size"), say("images.sizes", ratios=", ".join(RATIOS)))
    count = whole(fields.get("n"), "n", 1, MOST) or 1
    call = _call(fields, prompt, ratio, catalogue, drawing)
    return ImagesRequest(replace(call, affinity=session(headers)), count, form == "url")


def ratio_of(size: str) -> str:
    """Google's ratio for `1024x1536`, `3:2` or `auto`: empty for auto, "?" where it has none of Google's."""
    if not size or size.lower() == "auto":
        return ""
    sides = _SIZE.fullmatch(size.strip())
    if not sides:
        return "?"
    width, height = int(sides[1]), int(sides[2])
    common = math.gcd(width, height)
    ratio = f"{width // common}:{height // common}"
    ratio = _MEANT.get(ratio, ratio)
    return ratio if ratio in RATIOS else "?"


def _call(fields: Mapping[str, object], prompt: str, ratio: str, catalogue: Catalogue, drawing: Sequence[str]) -> Call:
    requested = text(fields.get("model"), "model") or next(iter(drawing), "")
    if not requested:
        wrong("model", say("images.nobody"), say("images.name_one"))
    model = resolve(requested, catalogue).model
    if not draws(model.id):
        there = say("images.there_are", names=", ".join(drawing[:6])) if drawing else say("images.name_one")
        wrong("model", say("images.draws_not", model=model.id), there)
    config: dict[str, object] = {"responseModalities": ["TEXT", "IMAGE"]}
    if ratio:
        config["imageConfig"] = {"aspectRatio": ratio}
    asked: dict[str, object] = {"contents": [{"role": "user", "parts": [{"text": prompt}]}], "generationConfig": config}
    if tier := read_tier(fields):
        asked["serviceTier"] = tier
    return Call(
        dialect=DIALECT,
        model=model.id,
        requested=requested,
        stream=False,
        request=cast(GenerateRequest, asked),
        prompt=(("user", prompt),),
        backends=model.backends,
    )


@dataclass(slots=True)
class Picture:
    """The way back of one call (dialects.call.Encoder), and what came of it."""

    content_type: str = "application/json"
    finish_reason: str = ""
    heartbeat: bytes = b""
    usage: Usage = field(default_factory=Usage)
    blob: BlobPart | None = None
    """The last one: what comes before it are drafts."""
    _words: list[str] = field(default_factory=list)
    _reason: str = ""
    _blocked: BlockedPart | None = None

    def opening(self) -> bytes:
        return b""

    def feed(self, batch: Batch) -> bytes:
        for part in batch.parts:
            if isinstance(part, BlobPart):
                self.blob = part
            elif isinstance(part, TextPart):
                self._words.append(part.text)
            elif isinstance(part, EndPart):
                self._reason = part.reason
            elif isinstance(part, BlockedPart):
                self._blocked = part
            elif isinstance(part, UsagePart):
                self.usage = part.usage
        return b""

    def finish(self) -> bytes:
        return self.whole()

    def whole(self) -> bytes:
        """Raises UpstreamFault where there is no picture: what Google said in its place is said on."""
        self.finish_reason = "stop"
        if self.blob is None:
            raise self._missing()
        return b""

    def error(self, problem: Problem) -> bytes:
        return openai_refusal(problem).body

    def refuse(self, problem: Problem) -> Refusal:
        return openai_refusal(problem)

    def _missing(self) -> UpstreamFault:
        blocked = self._blocked and not self._reason
        if blocked or ending(self._reason, content=True) is Ending.FILTERED:
            said = refusal_words(self._blocked) if self._blocked else say("google.ended_answer", reason=self._reason)
            return UpstreamFault(FaultKind.CLIENT, said, status=400, code="moderation_blocked")
        words = "".join(self._words).strip()
        said = say("images.words", said=quoted(words[:300])) if words else say("images.none")
        return UpstreamFault(FaultKind.PROTOCOL, said, way_out=say("images.ask_for_one"))


def answered(asked: ImagesRequest, pictures: Sequence[Picture], created: int) -> bytes:
    """OpenAI's list of pictures."""
    blobs = [picture.blob for picture in pictures if picture.blob]
    data = [{"url": f"data:{one.mime};base64,{one.data}"} if asked.as_url else {"b64_json": one.data} for one in blobs]
    body = {
        "created": created,
        "data": data,
        "output_format": blobs[0].mime.removeprefix("image/"),
        "usage": _counted([picture.usage for picture in pictures]),
    }
    return compact(body).encode()


def _counted(usages: Sequence[Usage]) -> dict[str, object]:
    asked, drawn = sum(one.prompt for one in usages), sum(one.output + one.thoughts for one in usages)
    return {
        "input_tokens": asked,
        "input_tokens_details": {"text_tokens": asked, "image_tokens": 0},
        "output_tokens": drawn,
        "total_tokens": asked + drawn,
    }
