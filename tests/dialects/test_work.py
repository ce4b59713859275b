"""What clients send in masses costs in proportion: no walk over it is quadratic, and none unfolds without bound.

Steps are counted, not timed (many_items).
"""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import many_items
import pytest
from many_items import BODIES, MODEL, steps

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects import (
    anthropic_messages,
    gemini_native,
    openai_chat,
    openai_completions,
    openai_embeddings,
    openai_responses,
    tool_calls,
)
from gcli2api_tui.dialects.anthropic_messages.stop_sequences import Stops
from gcli2api_tui.dialects.openai_responses import Kept
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini import signatures
from gcli2api_tui.gemini.google_search import read_citations
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.openapi_subset import in_subset
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.ledger.transcripts import TranscriptRing

FEW = 150
MOST = 2.3
"""Twice the items are twice the work, and something for chance."""
CATALOGUE = read_catalogue((files("gcli2api_tui.gemini") / "models.toml").read_text("utf-8"))
RESPONSE = f"resp_{'0' * 24}"
OUTPUT = [{"id": f"msg_{'0' * 24}{n:02d}", "type": "message", "role": "user", "content": "a"} for n in range(2 * FEW)]
KEPT = {RESPONSE: Kept({"id": RESPONSE, "output": OUTPUT}, [])}

PARSE: dict[str, Callable[[Any], Any]] = {
    "chat": lambda body: openai_chat.parse(body, {}, CATALOGUE).call,
    "responses": lambda body: openai_responses.parse(body, {}, CATALOGUE, KEPT).call,
    "messages": lambda body: anthropic_messages.parse(body, {}, CATALOGUE).call,
    "native": lambda body: gemini_native.parse(body, MODEL, {}, CATALOGUE, stream=False),
    "completions": lambda body: openai_completions.parse(body, {}, CATALOGUE).call,
    "embeddings": lambda body: openai_embeddings.parse(body),
}


def understood(name: str, body: Any) -> Any:
    """What becomes of a body: the request as it goes to Google, signed; a refusal is an end, too."""
    try:
        call = PARSE[name.partition(":")[0]](body)
    except ClientFault as fault:
        return fault
    if not hasattr(call, "request"):
        return call
    return signatures.settled(call.request, lambda made, step: "known", lambda one: True, demanded=True)


def ratio(work: Callable[[int], Callable[[], Any]], few: int = FEW) -> float:
    """How many times the steps double the items take; what prepares them is not counted."""
    return steps(work(2 * few)) / steps(work(few))


@pytest.mark.parametrize("name", BODIES)
def test_twice_the_items_are_twice_the_work(name: str) -> None:
    def work(n: int) -> Callable[[], Any]:
        body = BODIES[name](n)
        return lambda: understood(name, body)

    assert ratio(work) <= MOST


@pytest.mark.parametrize("name", many_items.SCHEMAS)
def test_a_schema_that_google_refused_is_mended_in_proportion(name: str) -> None:
    def work(n: int) -> Callable[[], Any]:
        declared = [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": many_items.SCHEMAS[name](n)}]}]
        return lambda: in_subset({"contents": [], "tools": declared})

    assert ratio(work) <= MOST


def test_all_schemas_of_a_request_share_what_references_may_add() -> None:
    declared = [{"name": f"f{n}", "parametersJsonSchema": many_items.doubling(14)} for n in range(40)]
    found = in_subset({"contents": [], "tools": [{"functionDeclarations": declared}]})["tools"][0]
    first, last = found["functionDeclarations"][0], found["functionDeclarations"][-1]
    assert 60_000 > len(str(first)) > 10 * len(str(last))


def streamed(n: int) -> list[Any]:
    """n reads of an answer, each with a word, a thought and a call."""
    parts = [{"text": "é"}, {"text": "t", "thought": True}, {"functionCall": {"name": "f", "args": {}}}]
    supports = [{"segment": {"endIndex": 2 * k + 2}, "groundingChunkIndices": [0]} for k in range(n)]
    found = {"groundingChunks": [{"web": {"uri": "u"}}], "groundingSupports": supports}
    reads = [[{"candidates": [{"content": {"parts": parts}}]}] for _ in range(n)]
    return [*reads, [{"candidates": [{"finishReason": "STOP", "groundingMetadata": found}]}]]


ENCODERS: dict[str, Callable[[bool], Any]] = {
    "chat": lambda stream: openai_chat.parse(many_items.chat(stream=stream), {}, CATALOGUE).encoder(
        id="c", created=0, new_call_id=lambda: "x"
    ),
    "responses": lambda stream: openai_responses.parse(many_items.responses(stream=stream), {}, CATALOGUE).encoder(
        id="resp_0", created=0, now=lambda: 0.0, keep=lambda response: None
    ),
    "messages": lambda stream: anthropic_messages.parse(
        many_items.messages(stream=stream, stop_sequences=["t" * 40, "éé!"], thinking={"type": "adaptive"}),
        {},
        CATALOGUE,
    ).encoder(id="m", request_id="r", new_call_id=lambda: "x"),
    "native": lambda stream: gemini_native.NativeEncoder(stream=stream),
}


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("name", ENCODERS)
def test_an_answer_costs_what_it_holds(name: str, stream: bool) -> None:
    def work(n: int) -> Callable[[], Any]:
        batches = [read(one) for one in streamed(n)]

        def encode() -> None:
            encoder = ENCODERS[name](stream)
            for batch in batches:
                encoder.feed(batch)
            encoder.finish() if stream else encoder.whole()

        return encode

    assert ratio(work) <= MOST


def test_a_character_costs_the_same_whatever_the_stop_sequences() -> None:
    text = "a" * 500
    few, many = Stops(["ab"]), Stops(["a" * n + "b" for n in range(1, 190)])
    assert steps(lambda: many.feed(text)) <= 2 * steps(lambda: few.feed(text))


def test_citations_cost_what_they_are() -> None:
    def work(n: int) -> Callable[[], Any]:
        supports = streamed(n)[-1][0]["candidates"][0]["groundingMetadata"]
        return lambda: read_citations(supports, "é" * n)

    assert ratio(work) <= MOST


def test_a_transcript_that_is_too_long_drops_its_beginning_in_lumps() -> None:
    ring = TranscriptRing(1, 400_000, Clock())
    transcript = ring.open(1)  # type: ignore[arg-type]
    shortened = 0
    kept = ring.size_bytes
    for _ in range(5_000):
        transcript.add("answer", "x" * 100)
        shortened += ring.size_bytes < kept
        kept = ring.size_bytes
    assert kept <= 400_000 and 1 <= shortened <= 40


@pytest.mark.parametrize("name", ["chat", "responses"])
def test_the_arguments_of_a_call_are_parsed_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent sends its whole past with each request, with the files that it wrote among the arguments."""
    parsed: list[str] = []
    monkeypatch.setattr(tool_calls.json, "loads", lambda written: parsed.append(written) or {})
    called = {"name": "write", "arguments": '{"a": 1}'}
    bodies = {
        "chat": many_items.chat(
            [
                {"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": called}]},
                {"role": "tool", "tool_call_id": "a", "content": "done"},
            ]
        ),
        "responses": many_items.responses(
            [
                {"type": "function_call", "call_id": "a", **called},
                {"type": "function_call_output", "call_id": "a", "output": "done"},
            ]
        ),
    }
    PARSE[name](bodies[name])
    assert parsed == ['{"a": 1}']


def test_a_request_refers_to_few_kept_responses() -> None:
    items = [{"type": "item_reference", "id": f"msg_{n:024x}00"} for n in range(1_000)]
    with pytest.raises(ClientFault) as caught:
        openai_responses.wanted({"input": items})
    assert caught.value.param == "input"


@pytest.mark.parametrize(
    "name",
    ["chat:user", "chat:stops", "responses:assistant", "messages:blocks", "native:contents", "messages:schema-enum"],
)
def test_200_000_items_are_read(name: str) -> None:
    """Here a walk in C that is quadratic (`x in a_list`, a copy for each item) would take minutes."""
    found = understood(name, BODIES[name](200_000))
    assert isinstance(found, ClientFault) == (name == "chat:stops")
