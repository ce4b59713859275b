"""Embeddings on Vertex AI, where they are predictions. Translates between the Gemini API's form and that one.

In: the body of embedContent or batchEmbedContents, and a function that asks. Out: the Gemini API's answer, vectors in
the order of the texts, with Google's count of tokens.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.messages.message import Message, say

BATCH = "batchEmbedContents"
TOGETHER = 8
"""Requests under way at once; each holds one text."""

Predict = Callable[[dict[str, object]], Awaitable[dict[str, object]]]


def instances(method: str, body: Mapping[str, object]) -> list[dict[str, object]]:
    """One body of `predict` for each text. Raises UpstreamFault(CLIENT) for what is not text."""
    listed = body.get("requests") if method == BATCH else [body]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _refused(say("vertex.requests_no_list"))
    return [_instance(one) for one in listed]


async def embedded(method: str, bodies: list[dict[str, object]], predict: Predict) -> dict[str, object]:
    """Ask for all, a few at a time, and put the answers together."""
    answers: list[dict[str, object]] = []
    for start in range(0, len(bodies), TOGETHER):
        answers += await asyncio.gather(*map(predict, bodies[start : start + TOGETHER]))
    found = [_embedding(answer) for answer in answers]
    vectors = [{"values": one.get("values")} for one in found]
    usage = {"usageMetadata": {"promptTokenCount": sum(map(_tokens, found))}}
    return {"embeddings": vectors, **usage} if method == BATCH else {"embedding": vectors[0], **usage}


def _instance(request: Mapping[str, object]) -> dict[str, object]:
    instance = {
        "content": _text(request.get("content")),
        "task_type": request.get("taskType") or request.get("task_type"),
        "title": request.get("title"),
    }
    length = request.get("outputDimensionality") or request.get("output_dimensionality")
    asked: dict[str, object] = {"instances": [{name: value for name, value in instance.items() if value is not None}]}
    return asked if length is None else {**asked, "parameters": {"outputDimensionality": length}}


def _text(content: object) -> str:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list) or not parts:
        raise _refused(say("vertex.no_parts"))
    return "\n".join(_texts(parts))


def _texts(parts: list[object]) -> Iterator[str]:
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else None
        if not isinstance(text, str):
            raise _refused(say("vertex.text_only"))
        yield text


def _refused(why: Message) -> UpstreamFault:
    way_out = say("vertex.send_text")
    return UpstreamFault(FaultKind.CLIENT, why, status=400, way_out=way_out)


def _embedding(answer: Mapping[str, object]) -> dict[str, object]:
    predictions = answer.get("predictions")
    if isinstance(predictions, list) and len(predictions) == 1 and isinstance(predictions[0], dict):
        embedding = predictions[0].get("embeddings")
        if isinstance(embedding, dict) and isinstance(embedding.get("values"), list):
            return embedding
    raise UpstreamFault(FaultKind.PROTOCOL, say("vertex.no_vector"), way_out=say("try_again"))


def _tokens(embedding: Mapping[str, object]) -> int:
    statistics = embedding.get("statistics")
    count = statistics.get("token_count") if isinstance(statistics, dict) else None
    return int(count) if isinstance(count, int | float) and count >= 0 else 0
