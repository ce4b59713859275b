"""Anthropic's paths, and its shape wherever one of its clients asks."""

import asyncio
import itertools
import json
from importlib.resources import files

import pytest
from anthropic.types import ErrorResponse, Message, MessageTokensCount, ModelInfo
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whole_path import Google, Proxy, said

from gcli2api_tui.dialects.anthropic_messages import parse
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.upstream.sse_decoder import SseDecoder

ASK = {"model": "gemini-2.5-pro", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}
VERSION = {"anthropic-version": "2023-06-01"}


async def error_of(answer):
    body = await answer.get_json()
    ErrorResponse.model_validate(body, strict=True)
    assert body["request_id"] == answer.headers["request-id"] == answer.headers["x-request-id"]
    return body["error"]


@pytest.mark.parametrize("path", ["/v1/messages", "/messages", "/v1/messages?beta=true"])
async def test_messages(runtime, path):
    answer = await runtime.ask(path, json=ASK)
    message = Message.model_validate_json(await answer.get_data(), strict=True)
    assert (answer.status_code, message.content[0].text, message.id[:4]) == (200, "hello", "msg_")
    assert answer.headers["request-id"].startswith("req_")
    assert runtime.relay.clients[0].path == path.partition("?")[0]


async def test_a_stream(runtime):
    answer = await runtime.ask("/v1/messages", json={**ASK, "stream": True})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    names = [line for line in (await answer.get_data()).decode().split("\n") if line.startswith("event: ")]
    assert (names[0], names[-1]) == ("event: message_start", "event: message_stop")


@pytest.mark.parametrize("path", ["/v1/messages/count_tokens", "/messages/count_tokens?beta=true"])
async def test_a_count_is_googles(runtime, path):
    answer = await runtime.ask(path, json={key: ASK[key] for key in ("model", "messages")})
    assert MessageTokensCount.model_validate(await answer.get_json(), strict=True).input_tokens == 5


async def test_a_count_that_nobody_can_give(runtime):
    runtime.relay.counted = NoCredential("none", retry_after_s=7)
    answer = await runtime.ask("/v1/messages/count_tokens", json=ASK)
    assert (answer.status_code, (await error_of(answer))["type"]) == (429, "rate_limit_error")
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("path", "headers", "more", "status", "kind"),
    [
        ("/v1/messages", {}, {"key": "bad"}, 401, "authentication_error"),
        ("/v1/models", VERSION, {"key": "", "method": "GET"}, 401, "authentication_error"),
        ("/v1/messages", {}, {"json": {**ASK, "model": "nope"}}, 404, "not_found_error"),
        ("/v1/messages", {}, {"json": {**ASK, "max_tokens": 0}}, 400, "invalid_request_error"),
        ("/v1/messages", {}, {"data": b"{"}, 400, "invalid_request_error"),
        ("/v1/messages", {}, {"method": "GET"}, 405, "invalid_request_error"),
        ("/v1/messages/batches", {}, {}, 501, "api_error"),
        ("/v1/messages/nothing", {}, {}, 404, "not_found_error"),
        ("/v1/models/nope", VERSION, {"method": "GET"}, 404, "not_found_error"),
    ],
)
async def test_errors_have_anthropics_shape(runtime, path, headers, more, status, kind):
    answer = await runtime.ask(path, headers=headers, **more)
    assert (answer.status_code, (await error_of(answer))["type"]) == (status, kind)


async def test_a_key_of_anthropics_kind(runtime):
    answer = await runtime.ask("/v1/messages", key="", headers={"x-api-key": "client-key"}, json=ASK)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/models"])
async def test_models_for_who_says_to_be_anthropics(runtime, path):
    body = await (await runtime.ask(path, method="GET", headers=VERSION)).get_json()
    for one in body["data"]:
        ModelInfo.model_validate_json(json.dumps(one), strict=True)
    assert (body["first_id"], body["last_id"], body["has_more"]) == ("gemini-2.5-pro", "gemini-2.5-flash", False)
    first = await (await runtime.ask(f"{path}?limit=1", method="GET", headers=VERSION)).get_json()
    assert ([one["id"] for one in first["data"]], first["has_more"]) == (["gemini-2.5-pro"], True)
    one = await (await runtime.ask(f"{path}/gpt-4o", method="GET", headers=VERSION)).get_json()
    assert (one["id"], one["type"], one["max_tokens"]) == ("gpt-4o", "model", 65_536)
    plain = await (await runtime.ask(path, method="GET")).get_json()
    assert plain["object"] == "list"


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_the_root_says_that_somebody_is_there(runtime, method):
    assert (await runtime.ask("/", method=method, key="")).status_code == 200


# The whole path.

HELLO = said({"text": "hello"}, finish="STOP")


def fault(kind, message="broken"):
    return UpstreamFault(kind, message)


async def test_a_failure_before_the_first_byte_is_a_status():
    proxy = Proxy(Google([fault(FaultKind.CLIENT, "Too much.")]))
    for stream in (True, False):
        answer = await proxy.ask("/v1/messages", **ASK, stream=stream)
        assert (answer.status, answer.body["error"]["type"]) == (400, "invalid_request_error")
        assert answer.body["request_id"] == answer.headers["request-id"]


async def test_a_failure_after_it_is_an_event_and_the_end():
    proxy = Proxy(Google([said({"text": "hel"}), fault(FaultKind.NETWORK)]))
    answer = await proxy.ask("/v1/messages", **ASK, stream=True)
    kinds = [event["type"] for event in answer.events]
    assert (answer.status, kinds[-1]) == (200, "error")
    assert "message_delta" not in kinds and "message_stop" not in kinds
    assert answer.events[-1]["request_id"] == answer.headers["request-id"]


async def test_another_credential_answers_unseen():
    proxy = Proxy(Google([fault(FaultKind.RATE)], [HELLO]))
    answer = await proxy.ask("/v1/messages", **ASK)
    assert answer.body["content"] == [{"type": "text", "text": "hello"}]
    assert [label for label, _ in proxy.google.asked] == ["ann", "bob"]


async def test_a_blocked_prompt_is_a_refusal():
    proxy = Proxy(Google([{"promptFeedback": {"blockReason": "SAFETY"}}]))
    for stream in (True, False):
        answer = await proxy.ask("/v1/messages", **ASK, stream=stream)
        end = answer.body if not stream else answer.events[-2]["delta"]
        assert (answer.status, end["stop_reason"]) == (200, "refusal")


async def test_a_stop_sequence_is_told():
    proxy = Proxy(Google([said({"text": "one E"}), said({"text": "ND two"}, finish="STOP")]))
    answer = await proxy.ask("/v1/messages", **ASK, stream=True, stop_sequences=["END"])
    assert answer.events[-2]["delta"] == {"stop_reason": "stop_sequence", "stop_sequence": "END"}


SIGNED = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "c2ln"}
TOOLS = [{"name": "f", "input_schema": {"type": "object"}}]


@pytest.mark.parametrize("thinking", [{"type": "adaptive"}, {"type": "disabled"}])
@pytest.mark.parametrize("keeps", [True, False])
async def test_a_signature_comes_back_by_the_client_or_by_our_memory(thinking, keeps):
    """Claude Code fills in defaults among the arguments, and clients without thinking have no place for signatures."""
    asked = {**ASK, "model": "gemini-3-pro-preview", "tools": TOOLS, "thinking": thinking}
    first = Proxy(Google([said({"text": "so"}, SIGNED, finish="STOP")], [HELLO]))
    content = (await first.ask("/v1/messages", **asked)).body["content"]
    call = content[-1]
    call["input"]["filled_in"] = False
    if not keeps:
        content = [call]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": "1"}
    turns = [*ASK["messages"], {"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
    # Another instance has no memory of ours: there only the client's own will do.
    again = Proxy(Google([HELLO])) if keeps and thinking["type"] == "adaptive" else first
    await again.ask("/v1/messages", **{**asked, "messages": turns})
    model = again.google.asked[-1][1]["contents"][1]
    assert model["parts"][-1]["thoughtSignature"] == "c2ln"


async def test_two_turns_share_their_prefix_byte_by_byte():
    """Google's implicit cache goes by the beginning: what Claude Code puts there anew each time must not reach it."""
    proxy = Proxy()
    system = [{"type": "text", "text": "You are an agent.", "cache_control": {"type": "ephemeral"}}]
    question = {"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}]}
    for bill, turns in (
        ("cc_version=2.1; cch=aaaaa;", [question]),
        (
            "cc_version=2.1; cch=bbbbb;",
            [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}, question],
        ),
    ):
        billing = {"type": "text", "text": f"x-anthropic-billing-header: {bill}"}
        more = {"system": [billing, *system], "tools": TOOLS, "messages": turns}
        assert (await proxy.ask("/v1/messages", **{**ASK, **more})).status == 200
    first, second = (json.dumps(request) for _, request in proxy.google.asked)
    assert second.startswith(first.removesuffix("]}"))


LEAF = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4)
)
WORD = st.sampled_from(["user", "assistant", "text", "tool_use", "tool_result", "image", "document", "thinking"])
FIELD = st.sampled_from(["type", "role", "content", "text", "id", "tool_use_id", "name", "input", "source", "data"])
ANY = st.recursive(
    LEAF | WORD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=4), max_leaves=10
)
PLACES = [
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "stop_sequences",
    "thread",
]


def test_any_json_gets_an_answer_or_a_400():
    """By the whole path, streamed and counted too."""
    proxy, seen = Proxy(), set()
    with asyncio.Runner() as runner:

        @given(st.sampled_from(PLACES), ANY, st.sampled_from(["", "/count_tokens"]))
        @example("tools", [{"name": []}], "")
        @settings(max_examples=examples(100), deadline=None)
        def check(place, value, method):
            turn = {"role": "user", "content": value}
            for body in (value, {**ASK, place: value}, {**ASK, "stream": True, "messages": [*ASK["messages"], turn]}):
                answer = runner.run(proxy.ask(f"/v1/messages{method}", data=json.dumps(body).encode()))
                assert answer.status < 500, answer.raw
                assert answer.status == 200 or answer.body["error"]["message"]
                seen.add(answer.status)

        check()
    assert seen >= {200, 400}


@pytest.mark.parametrize("stops", [[], ["llo w"]])
def test_any_split_of_googles_bytes_gives_the_same_answer(stops):
    """From the bytes of the upstream's events to those of ours."""
    texts = ["he", "llo \U0001f389 wor", "ld"]
    raw = "".join(f"data: {json.dumps(said({'text': one}))}\r\n\r\n" for one in texts)
    raw += f"data: {json.dumps(said(CALLED, finish='STOP'))}\r\n\r\n"
    whole = raw.encode()

    def message(cuts):
        frames, places = SseDecoder(0.0), sorted({0, *cuts, len(whole)})
        reads = [frames.feed(whole[start:end]) for start, end in itertools.pairwise(places)]
        body = {**ASK, "stream": True, "stop_sequences": stops}
        encoder = parse(body, {}, read_catalogue(MODELS)).encoder(id="m", request_id="r", new_call_id=lambda: "c")
        out = b"".join(encoder.feed(read(one)) for one in [*reads, frames.flush()])
        lines = (out + encoder.finish()).decode().split("\n")
        events = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        words = "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")
        return words, events[-2]["delta"], [event["type"] for event in events if "delta" not in event["type"]]

    at_once = message([])

    @given(st.lists(st.integers(0, len(whole)), max_size=12))
    @settings(max_examples=examples(60), deadline=None)
    def check(cuts):
        assert message(cuts) == at_once

    check()


CALLED = {"functionCall": {"name": "f", "args": {"x": "\U0001f389"}}}
MODELS = files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8")
