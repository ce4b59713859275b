"""OpenAI's embeddings. In: a JSON body. Out: Calls for batchEmbedContents, and their answers as one OpenAI list.

Pure. The order of the inputs is the order of the answer, whatever number of Calls they took; no number is made up.
"""

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import NoReturn, cast

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import items, sound, table, text, whole, wrong
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.model_names import without_provider
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

DIALECT = "openai-embeddings"
METHOD = "batchEmbedContents"
MAX_INPUTS = 2048
"""OpenAI's own limit."""
PER_CALL = 100
"""Google's."""


@dataclass(frozen=True, slots=True)
class EmbeddingsRequest:
    """A request understood: ask all `calls` in order, then give their answers to `answered`."""

    calls: tuple[Call, ...]
    requested: str
    inputs: tuple[str, ...]
    packed: bool

    def answered(self, answers: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """OpenAI's list. Raises UpstreamFault(PROTOCOL) unless Google gave one vector for each input."""
        vectors = [_vector(one) for answer in answers for one in _listed(answer.get("embeddings"))]
        if len(vectors) != len(self.inputs):
            _odd()
        shape = _packed if self.packed else list
        data = [{"object": "embedding", "index": n, "embedding": shape(one)} for n, one in enumerate(vectors)]
        tokens = self._tokens(answers)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": self.requested, "usage": usage}

    def _tokens(self, answers: Sequence[Mapping[str, object]]) -> int:
        """Google's count where it gives one; else four characters to a token, as everywhere here."""
        counts = [table(answer.get("usageMetadata"), "usageMetadata").get("promptTokenCount") for answer in answers]
        if all(isinstance(count, int) for count in counts):
            return sum(cast("list[int]", counts))
        return sum(-(-len(words) // 4) for words in self.inputs)


def parse(body: object) -> EmbeddingsRequest:
    """Understand a request. Raises ClientFault with the field's name."""
    fields = table(sound(body), "body")
    requested = text(fields.get("model"), "model")
    if not requested:
        wrong("model", say("model.missing"), say("model.list_embedding"))
    model = without_provider(requested)
    if len(model) > 200 or "/" in model:
        wrong("model", say("model.no_name"))
    inputs = _inputs(fields.get("input"))
    encoding = text(fields.get("encoding_format"), "encoding_format") or "float"
    if encoding not in ("float", "base64"):
        wrong("encoding_format", say("request.encoding"))
    length = whole(fields.get("dimensions"), "dimensions", 1)
    requests = [_request(model, words, length) for words in inputs]
    calls = (_call(model, requested, requests[n : n + PER_CALL]) for n in range(0, len(requests), PER_CALL))
    return EmbeddingsRequest(tuple(calls), requested, tuple(inputs), encoding == "base64")


def _inputs(value: object) -> list[str]:
    if isinstance(value, str):
        value = [value]
    found = items(value, "input")
    if not 1 <= len(found) <= MAX_INPUTS:
        wrong("input", say("request.input", most=MAX_INPUTS))
    for position, one in enumerate(found):
        if isinstance(one, int | float | list):
            wrong("input", say("request.tokens"), _SEND_TEXT)
        if not text(one, f"input.[{position}]"):
            wrong(f"input.[{position}]", say("request.empty_text"))
    return found


_SEND_TEXT = say("request.send_text_langchain")


def _request(model: str, words: str, length: int | None) -> dict[str, object]:
    request: dict[str, object] = {"model": f"models/{model}", "content": {"parts": [{"text": words}]}}
    return request if length is None else {**request, "outputDimensionality": length}


def _call(model: str, requested: str, requests: list[dict[str, object]]) -> Call:
    return Call(
        dialect=DIALECT,
        model=model,
        requested=requested,
        stream=False,
        request=cast(GenerateRequest, {"requests": requests}),
        backends=frozenset({"gemini-api", "vertex"}),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _vector(one: object) -> list[float]:
    values = one.get("values") if isinstance(one, dict) else None
    if not isinstance(values, list) or not all(isinstance(number, int | float) for number in values):
        _odd()
    return values


def _packed(vector: list[float]) -> str:
    """What OpenAI's Python SDK asks for unless told otherwise: little-endian 32-bit floats."""
    try:
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    except OverflowError:
        _odd()


def _odd() -> NoReturn:
    raise UpstreamFault(FaultKind.PROTOCOL, say("google.no_vectors"), way_out=say("try_again"))
