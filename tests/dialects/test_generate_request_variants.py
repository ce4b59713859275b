"""What a model's name asks for, in both dialects: applied, and outvoted by what the body says itself."""

from importlib import resources
from typing import Any

import pytest

from gcli2api_tui.dialects import gemini_native, openai_chat
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.models_toml import read_catalogue

CATALOGUE = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def chat(model: str, **fields: Any) -> Call:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], **fields}
    return openai_chat.parse(body, {}, CATALOGUE).call


def native(model: str, *, stream: bool = False, **fields: Any) -> Call:
    body = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], **fields}
    return gemini_native.parse(body, model, {}, CATALOGUE, stream=stream)


def test_the_base_model_is_asked_and_the_written_name_kept() -> None:
    call = chat("假流式/gemini-2.5-pro", stream=True)
    assert (call.model, call.requested, call.fake) == ("gemini-2.5-pro", "假流式/gemini-2.5-pro", True)
    assert native("gemini-2.5-pro-fake", stream=True).fake


def test_fake_streaming_is_nothing_for_a_whole_answer() -> None:
    assert not chat("gemini-2.5-pro-fake").fake
    assert not native("fake/gemini-2.5-pro").fake


def test_full_answers_are_for_streams_and_whole_answers() -> None:
    for stream in (True, False):
        assert chat("gemini-2.5-pro-full", stream=stream).full
        assert native("流式抗截断/gemini-2.5-pro", stream=stream).full
    assert not chat("gemini-2.5-pro").full


def test_thinking_from_the_name() -> None:
    assert chat("gemini-2.5-flash-nothinking").request["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 0
    assert native("gemini-3-flash-preview-low").request["generationConfig"]["thinkingConfig"]["thinkingLevel"] == "LOW"


def test_the_body_outvotes_the_name() -> None:
    asked = chat("gemini-2.5-flash-nothinking", reasoning_effort="high").request["generationConfig"]
    assert asked["thinkingConfig"]["thinkingBudget"] == 24576
    own = {"thinkingConfig": {"thinkingBudget": 7}}
    assert native("gemini-2.5-flash-high", generationConfig=own).request["generationConfig"] == own


def test_search_from_the_name() -> None:
    assert chat("gemini-2.5-pro-search").request["tools"] == [{"googleSearch": {}}]
    assert native("gemini-2.5-pro-search").request["tools"] == [{"googleSearch": {}}]


@pytest.mark.parametrize("parse", [chat, native])
@pytest.mark.parametrize("name", ["gemini-2.5-pro-low-high", "fake/gemini-2.5-pro-full"])
def test_a_contradiction_is_refused_by_name(parse: Any, name: str) -> None:
    with pytest.raises(ClientFault) as fault:
        parse(name)
    assert fault.value.param == "model"
