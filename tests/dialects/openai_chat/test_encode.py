import json

import httpx
import openai
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from gcli2api_tui.dialects import sse
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.stream_parts import read


def said(*parts, finish=None, index=0, **more):
    candidate = {"index": index, "content": {"role": "model", "parts": list(parts)}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], **more}


def streamed(encoder, batches):
    raw = encoder.opening() + b"".join(encoder.feed(read(batch)) for batch in batches) + encoder.finish()
    *events, end, rest = raw.decode().split("\n\n")
    assert (end, rest) == ("data: [DONE]", "")
    return [ChatCompletionChunk.model_validate_json(event.removeprefix("data: "), strict=True) for event in events]


def text_of(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def finishes(chunks):
    return [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]


CALL = {"functionCall": {"name": "f", "args": {"city": "Zürich"}}, "thoughtSignature": "SIG"}
USAGE = {"promptTokenCount": 10, "cachedContentTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}


def test_role_once_finish_once_and_no_usage_unasked(encoder):
    chunks = streamed(
        encoder(stream=True), [[said({"text": "a"})], [said({"text": "b"}, finish="STOP", usageMetadata=USAGE)]]
    )
    assert [choice.delta.role for chunk in chunks for choice in chunk.choices] == ["assistant", None, None, None]
    assert finishes(chunks) == ["stop"] and chunks[-1].choices[0].finish_reason == "stop"
    assert all("usage" not in chunk.model_fields_set for chunk in chunks)
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1


def test_usage_asked_for_is_the_last_chunk(encoder):
    wanted = encoder(stream=True, stream_options={"include_usage": True})
    *before, last = streamed(wanted, [[said({"text": "a"}, finish="STOP", usageMetadata=USAGE)]])
    assert all("usage" in chunk.model_fields_set and chunk.usage is None for chunk in before)
    assert last.choices == []
    assert (last.usage.prompt_tokens, last.usage.completion_tokens, last.usage.total_tokens) == (10, 5, 15)
    assert last.usage.completion_tokens_details.reasoning_tokens == 2
    assert last.usage.prompt_tokens_details.cached_tokens == 4


def test_tool_calls_count_over_the_whole_stream(encoder):
    chunks = streamed(encoder(stream=True), [[said(CALL)], [said({"functionCall": {"name": "g"}}, finish="STOP")]])
    calls = [call for chunk in chunks for choice in chunk.choices for call in choice.delta.tool_calls or ()]
    assert [(call.index, call.function.name) for call in calls] == [(0, "f"), (1, "g")]
    assert len({call.id for call in calls}) == 2 and all(call.id.startswith("call_") for call in calls)
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": "Zürich"}, {}]
    assert calls[0].model_extra["extra_content"] == {"google": {"thought_signature": "SIG"}}
    assert "extra_content" not in calls[1].model_extra
    assert finishes(chunks) == ["tool_calls"]


def test_parallel_calls_off_keeps_the_first(encoder):
    wanted = encoder(parallel_tool_calls=False)
    wanted.feed(read([said(CALL, {"functionCall": {"name": "g"}}, finish="STOP")]))
    assert len(json.loads(wanted.whole())["choices"][0]["message"]["tool_calls"]) == 1


WEIGHED = {
    "chosenCandidates": [{"token": "é", "tokenId": 1, "logProbability": -0.5}, {"token": "b", "logProbability": -1}],
    "topCandidates": [{"candidates": [{"token": "é", "logProbability": -0.5}, {"tokenId": 3}]}],
}


def weighed():
    answer = said({"text": "éb"}, finish="STOP")
    answer["candidates"][0]["logprobsResult"] = WEIGHED
    return answer


def test_logprobs_reach_the_client(encoder):
    chunks = streamed(encoder(stream=True, logprobs=True), [[weighed()]])
    whole = encoder(logprobs=True)
    whole.feed(read([weighed()]))
    body = ChatCompletion.model_validate_json(whole.whole(), strict=True)
    content = [item for chunk in chunks for c in chunk.choices if c.logprobs for item in c.logprobs.content]
    for found in (content, body.choices[0].logprobs.content):
        assert [(item.token, item.logprob, item.bytes) for item in found] == [("é", -0.5, [195, 169]), ("b", -1, [98])]
        assert [[one.token for one in item.top_logprobs] for item in found] == [["é"], []]


def test_the_sdk_gathers_logprobs_of_two_reads(encoder):
    def answer(request: httpx.Request) -> httpx.Response:
        first = weighed()
        del first["candidates"][0]["finishReason"]
        made = encoder(stream=True, logprobs=True)
        body = made.opening() + made.feed(read([first])) + made.feed(read([weighed()])) + made.finish()
        return httpx.Response(200, content=body, headers={"content-type": "text/event-stream"})

    asked = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "x"}], "logprobs": True}
    with (
        httpx.Client(transport=httpx.MockTransport(answer)) as http,
        openai.OpenAI(base_url="http://127.0.0.1", api_key="k", http_client=http) as sdk,
        sdk.chat.completions.stream(**asked) as stream,
    ):
        (choice,) = stream.get_final_completion().choices
    assert choice.message.content == "ébéb"
    assert [item.token for item in choice.logprobs.content] == ["é", "b", "é", "b"]


def test_a_custom_tool_gets_its_text(encoder):
    wanted = {"tools": [{"type": "custom", "custom": {"name": "run it"}}]}
    (name,) = encoder(**wanted)._options.customs
    for args, text in (({"input": "ls"}, "ls"), ({"other": 1}, '{"other":1}')):
        whole = encoder(**wanted)
        whole.feed(read([said({"functionCall": {"id": "a", "name": name, "args": args}}, finish="STOP")]))
        (call,) = json.loads(whole.whole())["choices"][0]["message"]["tool_calls"]
        assert call == {"id": "a", "type": "custom", "custom": {"name": "run it", "input": text}}


def test_names_come_back(encoder):
    wanted = encoder(tools=[{"type": "function", "function": {"name": "my tool"}}])
    wire = wanted._call.request["tools"][0]["functionDeclarations"][0]["name"]
    wanted.feed(read([said({"functionCall": {"name": wire}}, finish="STOP")]))
    assert json.loads(wanted.whole())["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "my tool"


def test_whole_body(encoder):
    wanted = encoder()
    assert wanted.feed(read([said({"text": "thinking", "thought": True}, {"text": "a"})])) == b""
    wanted.feed(read([said({"text": "b"}, CALL, finish="STOP", usageMetadata=USAGE)]))
    body = ChatCompletion.model_validate_json(wanted.whole(), strict=True)
    message = body.choices[0].message
    assert (message.content, message.reasoning_content) == ("ab", "thinking")
    assert (body.choices[0].finish_reason, wanted.finish_reason) == ("tool_calls", "tool_calls")
    assert body.usage.total_tokens == 15


def test_usage_is_estimated_rather_than_missing(encoder):
    wanted = encoder(messages=[{"role": "user", "content": "12345678"}])
    wanted.feed(read([said({"text": "12345"}, finish="STOP")]))
    usage = json.loads(wanted.whole())["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (2, 2)


def test_legacy_functions(encoder):
    wanted = encoder(functions=[{"name": "f"}])
    wanted.feed(read([said(CALL, finish="STOP")]))
    choice = ChatCompletion.model_validate_json(wanted.whole(), strict=True).choices[0]
    assert (choice.finish_reason, choice.message.function_call.name) == ("function_call", "f")


@pytest.mark.parametrize(
    ("reason", "parts", "word"),
    [
        ("MAX_TOKENS", [], "length"),
        ("MAX_TOKENS", [CALL], "length"),
        ("SAFETY", [{"text": "a"}], "content_filter"),
        ("OTHER", [{"text": "a"}], "stop"),
        ("OTHER", [], "content_filter"),
        ("SOMETHING_NEW", [{"text": "a"}], "content_filter"),
        ("SOMETHING_NEW", [CALL], "content_filter"),
        ("CONTINUATION", [{"text": "a"}], "length"),
        ("MODEL_ARMOR", [{"text": "a"}], "content_filter"),
    ],
)
def test_finish_reasons(encoder, reason, parts, word):
    assert finishes(streamed(encoder(stream=True), [[said(*parts, finish=reason)]])) == [word]


def test_blocked_prompt(encoder):
    blocked = read([{"promptFeedback": {"blockReason": "SAFETY"}}])
    wanted = encoder()
    wanted.feed(blocked)
    choice = ChatCompletion.model_validate_json(wanted.whole(), strict=True).choices[0]
    assert (choice.finish_reason, choice.message.content) == ("content_filter", None)
    assert "SAFETY" in choice.message.refusal
    chunks = streamed(encoder(stream=True), [[{"promptFeedback": {"blockReason": "SAFETY"}}]])
    assert finishes(chunks) == ["content_filter"]


@pytest.mark.parametrize("end", [None, "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"])
@pytest.mark.parametrize("stream", [True, False])
def test_no_good_end_is_a_fault_and_the_next_try_starts_clean(encoder, end, stream):
    wanted = encoder(stream=stream)
    opening = wanted.opening()
    wanted.feed(read([said({"text": "old"}, finish=end)]))
    with pytest.raises(UpstreamFault):
        wanted.finish() if stream else wanted.whole()
    wanted.feed(read([said({"text": "new"}, finish="STOP")]))
    raw = wanted.finish() if stream else wanted.whole()
    assert b"old" not in raw
    assert (opening + raw).count(b'"role"') == 1


def test_nothing_at_all_is_a_fault(encoder):
    with pytest.raises(UpstreamFault):
        encoder().whole()


def test_two_choices_have_a_role_and_an_end_each(encoder):
    chunks = streamed(
        encoder(stream=True, n=2), [[said({"text": "a"}, finish="STOP")], [said({"text": "b"}, index=1, finish="STOP")]]
    )
    roles = [choice.index for chunk in chunks for choice in chunk.choices if choice.delta.role]
    ends = [choice.index for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert (roles, ends) == ([0, 1], [0, 1])


TRAPS = ["...", "  \n", "[DONE]", "data: x\n\n", "\u2028", "\x85", "é", "👩‍👩‍👧", "\ud83d", "\ude00", "a"]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(TRAPS), st.booleans()), min_size=1, max_size=12), st.booleans())
def test_any_split_gives_the_same_text(encoder, pieces, with_call):
    """The flag says where a new read begins; the text is what Python makes of the joined UTF-16."""
    parts = [{"text": text} for text, _ in pieces] + ([CALL] if with_call else [])
    expected = "".join(text for text, _ in pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    batches = [[]]
    for part, (_, new) in zip(parts, [*pieces, ("", True)], strict=False):
        batches += [[]] if new else []
        batches[-1].append(said(part))
    batches[-1].append(said(finish="STOP"))
    for split in (batches, [[event for batch in batches for event in batch]]):
        chunks = streamed(encoder(stream=True), split)
        assert text_of(chunks) == expected
        assert finishes(chunks) == ["tool_calls" if with_call else "stop"]
    wanted = encoder()
    for batch in batches:
        wanted.feed(read(batch))
    assert json.loads(wanted.whole())["choices"][0]["message"]["content"] == expected


def test_a_stream_has_no_line_breaks_that_python_clients_split_on(encoder):
    wanted = encoder(stream=True)
    raw = wanted.feed(read([said({"text": "a\u2028b\x85c\x0bd"})])).decode()
    assert all(line.startswith("data: {") and line.endswith("}") for line in raw.splitlines() if line)


ODD_TEXTS = ['a "quote" \\', "\u2028\u2029\x85\x00\x1f\x7f", "Zürich 🦊", '"delta":{"content":""', "\n"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_a_chunk_of_text_reads_as_any_chunk(encoder, text):
    """Text is put between halves of a chunk that was made once: never may a byte of it differ."""
    one = encoder(stream=True)
    one._frame["model"] = 'gpt "delta":{"content":""'
    for index in (0, 1, 0):
        delta = {"index": index, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
        assert one._chunk(index, one.said % sse.quoted(text)) == sse.event({**one._frame, "choices": [delta]})
