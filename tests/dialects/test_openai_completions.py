"""Legacy completions: the prompt as one message, and answers held to the SDK's type."""

import json
from importlib.resources import files

import pytest
from openai.types import Completion

from gcli2api_tui.dialects.openai_completions import parse
from gcli2api_tui.events.problems import ClientFault, UpstreamFault
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.stream_parts import read

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
USAGE = {"promptTokenCount": 10, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}


def understand(**fields):
    return parse({"model": "gemini-2.5-pro", "prompt": "Say hi", **fields}, {}, CATALOGUE)


def encoder(**fields):
    return understand(**fields).encoder(id="cmpl-1", created=7)


def said(*parts, finish=None, index=0, **more):
    end = {"finishReason": finish} if finish else {}
    return {"candidates": [{"index": index, "content": {"parts": list(parts)}, **end}], **more}


def whole(encoder, *responses):
    assert encoder.feed(read(responses)) == b""
    return Completion.model_validate_json(encoder.whole(), strict=True)


def streamed(encoder, *responses):
    raw = encoder.opening() + b"".join(encoder.feed(read([one])) for one in responses) + encoder.finish()
    *events, end, rest = raw.decode().split("\n\n")
    assert (end, rest) == ("data: [DONE]", "")
    return [json.loads(event.removeprefix("data: ")) for event in events]


@pytest.mark.parametrize("prompt", ["Say hi", ["Say hi"]])
def test_the_prompt_is_the_one_message(prompt):
    call = understand(prompt=prompt, max_tokens=5, stop="\n", messages=[{"role": "user", "content": "no"}]).call
    assert call.request == {
        "contents": [{"role": "user", "parts": [{"text": "Say hi"}]}],
        "generationConfig": {"maxOutputTokens": 5, "stopSequences": ["\n"]},
    }
    assert (call.dialect, call.prompt) == ("openai-completions", (("user", "Say hi"),))


def test_a_whole_answer_without_its_thoughts():
    thought, text = {"text": "hm", "thought": True}, {"text": "hello"}
    answer = whole(encoder(), said(thought), said(text, finish="STOP", usageMetadata=USAGE))
    assert (answer.object, answer.id, answer.created) == ("text_completion", "cmpl-1", 7)
    assert [(one.text, one.finish_reason) for one in answer.choices] == [("hello", "stop")]
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (10, 5, 15)


@pytest.mark.parametrize(
    ("response", "finish"),
    [
        (said({"text": "a"}, finish="MAX_TOKENS"), "length"),
        (said({"text": "a"}, finish="SAFETY"), "content_filter"),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "content_filter"),
    ],
)
def test_ends(response, finish):
    assert whole(encoder(), response).choices[0].finish_reason == finish
    assert streamed(encoder(stream=True), response)[-1]["choices"][0]["finish_reason"] == finish


def test_a_stream_is_text_and_one_end():
    wanted = encoder(stream=True, stream_options={"include_usage": True})
    thought = said({"text": "hm", "thought": True})
    end = said({"text": "b"}, finish="STOP", usageMetadata=USAGE)
    *chunks, last = streamed(wanted, thought, said({"text": "a"}), end)
    assert [one["choices"][0]["text"] for one in chunks] == ["a", "b", ""]
    assert [one["choices"][0]["finish_reason"] for one in chunks] == [None, None, "stop"]
    assert {one["object"] for one in (*chunks, last)} == {"text_completion"}
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 15)


def test_a_cut_answer_is_no_answer():
    for stream in (False, True):
        cut = encoder(stream=stream)
        cut.feed(read([said({"text": "a"})]))
        with pytest.raises(UpstreamFault):
            cut.finish() if stream else cut.whole()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": ["a", "b"]}, "prompt"),
        ({"prompt": [1, 2]}, "prompt"),
        ({"prompt": [[1, 2]]}, "prompt"),
        ({"prompt": {}}, "prompt"),
        ({"suffix": "end"}, "suffix"),
        ({"echo": True}, "echo"),
        ({"best_of": 2}, "best_of"),
        ({"logprobs": 3}, "logprobs"),
        ({"temperature": 3}, "temperature"),
        ({"model": ""}, "model"),
    ],
)
def test_what_is_wrong_is_named(fields, param):
    with pytest.raises(ClientFault) as caught:
        understand(**fields)
    assert (caught.value.param, caught.value.status) == (param, 400)


def test_what_asks_for_nothing_is_taken():
    assert understand(suffix="", echo=False, best_of=1, logprobs=None).call.request == understand().call.request
