"""A question as the request of each dialect: what is set is said in its own words, what is not is left out."""

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from gcli2api_tui.control.question import (
    DIALECTS,
    EFFORTS,
    AskRequest,
    Question,
    Turn,
    ask_once,
    known_dialect,
    model_of,
    request_of,
    text_of,
)
from gcli2api_tui.dialects import anthropic_messages, gemini_native, openai_chat, openai_responses
from gcli2api_tui.gemini.models_toml import read_catalogue

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
TURNS = (Turn("user", "Hi"), Turn("assistant", "Hello."), Turn("user", "And 你?"))
WHOLE = Question("gemini-2.5-flash", TURNS, system="Be brief.", effort="low", temperature=0.5, max_tokens=300)


def understood(request: AskRequest):
    """As our own server reads it."""
    body = request.fields
    match request.dialect:
        case "openai-chat":
            return openai_chat.parse(body, {}, CATALOGUE).call
        case "openai-responses":
            return openai_responses.parse(body, {}, CATALOGUE, {}, keeping=False, compacting=False).call
        case "anthropic-messages":
            return anthropic_messages.parse(body, {}, CATALOGUE).call
    return gemini_native.parse(body, model_of(request), {}, CATALOGUE, stream="stream" in request.path)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_all_of_it_reaches_google_in_every_dialect(dialect) -> None:
    call = understood(request_of(replace(WHOLE, dialect=dialect)))
    assert (call.model, call.stream) == ("gemini-2.5-flash", True)
    texts = [(one["role"], one["parts"][0]["text"]) for one in call.request["contents"]]
    assert texts == [("user", "Hi"), ("model", "Hello."), ("user", "And 你?")]
    assert "Be brief." in json.dumps(call.request["systemInstruction"])
    config = call.request["generationConfig"]
    assert (config["temperature"], config["maxOutputTokens"]) == (0.5, 300)
    assert config["thinkingConfig"] == {"thinkingBudget": 1024, "includeThoughts": True}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("effort", EFFORTS)
def test_every_effort_is_understood(dialect, effort) -> None:
    call = understood(request_of(Question("gemini-2.5-flash", TURNS, dialect, effort=effort, stream=False)))
    thinking = call.request.get("generationConfig", {}).get("thinkingConfig")
    assert call.stream is False
    assert (thinking is None) == (effort == "")
    if effort == "none":
        assert thinking["thinkingBudget"] == 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_not_set_is_not_sent(dialect) -> None:
    sent = request_of(Question("gemini-2.5-pro", TURNS[:1], dialect, stream=False)).fields
    demanded = {"max_tokens"} if dialect == "anthropic-messages" else set()
    assert set(sent) <= {"model", "messages", "input", "contents", "stream", "store"} | demanded


def test_fields_of_an_earlier_request_stay_and_unset_ones_go() -> None:
    before = {"top_p": 0.3, "temperature": 1.0, "stop": ["x"], "max_tokens": 9, "metadata": {"a": "b"}}
    sent = request_of(Question("m", TURNS, max_tokens=12), before).fields
    assert (sent["top_p"], sent["stop"], sent["metadata"]) == (0.3, ["x"], {"a": "b"})
    assert "temperature" not in sent
    assert sent["max_tokens"] == 12 and "max_completion_tokens" not in sent


def test_the_model_of_any_request_is_found_without_reading_all_of_it() -> None:
    assert model_of(ask_once("gemini-2.5-pro", "x" * 500_000)) == "gemini-2.5-pro"
    assert model_of(request_of(Question("models/假流式/x", TURNS, "gemini"))) == "models/假流式/x"
    assert (
        model_of(AskRequest("openai-chat", "/v1/chat/completions", b'{"messages": [{"content": "\\"model\\": 1"}]}'))
        == ""
    )


def test_the_newest_words_of_a_person() -> None:
    assert text_of(TURNS) == "And 你?" and text_of(()) == ""


def test_other_dialects_have_no_form() -> None:
    assert known_dialect("gemini") == "gemini" and known_dialect("openai-images") is None
