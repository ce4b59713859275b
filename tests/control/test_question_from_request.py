"""A request that was kept, in the form or as JSON: nothing of it is lost when only the prompt is edited."""

import json
from dataclasses import replace

import pytest

from gcli2api_tui.control.question import DIALECTS, AskRequest, Question, Turn, request_of
from gcli2api_tui.control.question_from_request import LARGEST, on_model, question_of, sent_again, shown_json
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.wire_rows import Sent

TURNS = (Turn("user", "Hi"), Turn("assistant", "Hello."), Turn("user", "And 你?"))
ASKED = Question("gemini-2.5-flash", TURNS, system="Be brief.", temperature=0.5, max_tokens=300)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_play_asked_comes_back_as_it_was(dialect, stream) -> None:
    asked = replace(ASKED, dialect=dialect, stream=stream, effort="" if dialect == "gemini" else "low")
    request = request_of(asked)
    found = question_of(request)
    assert found is not None and found[0] == asked
    again = request_of(*found)
    assert (again.fields, again.path) == (request.fields, request.path)


MORE = {
    "openai-chat": {"top_p": 0.3, "stop": ["x"], "seed": 7, "response_format": {"type": "json_object"}, "user": "u"},
    "openai-responses": {"top_p": 0.3, "metadata": {"a": "b"}, "text": {"format": {"type": "text"}}, "store": True},
    "anthropic-messages": {"top_k": 3, "stop_sequences": ["x"], "metadata": {"user_id": "u"}},
    "gemini": {"safetySettings": [{"category": "C", "threshold": "T"}], "generationConfig": {"topP": 0.3, "seed": 7}},
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_the_form_has_no_field_for_stays(dialect) -> None:
    plain = request_of(Question("m", TURNS, dialect, stream=False))
    before = {**plain.fields, **MORE[dialect]}
    found = question_of(replace(plain, body=json.dumps(before).encode()))
    assert found is not None
    question, fields = found
    changed = request_of(replace(question, turns=(Turn("user", "Other"),)), fields).fields
    for name in MORE[dialect]:
        assert changed[name] == before[name], name
    assert {name for name in before if changed.get(name) != before[name]} <= {"messages", "input", "contents"}


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
KEPT_AS_JSON = {
    "tools": {"tools": [{"type": "function", "function": {"name": "f"}}]},
    "a picture": {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, PICTURE]}]},
    "a call": {"messages": [{"role": "assistant", "content": None, "tool_calls": []}]},
    "a result": {"messages": [{"role": "tool", "tool_call_id": "1", "content": "x"}]},
    "a name": {"messages": [{"role": "user", "name": "Ann", "content": "x"}]},
    "two instructions": {"messages": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}]},
    "a late instruction": {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "b"}]},
    "several answers": {"n": 2},
    "a strange effort": {"reasoning_effort": "xhigh"},
    "no messages": {"messages": "hi"},
    "a strange number": {"temperature": "warm"},
    "size": {"user": "x" * LARGEST},
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT_AS_JSON)
def test_what_the_form_would_lose_is_edited_as_json(case: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], **KEPT_AS_JSON[case]}
    request = AskRequest("openai-chat", "/v1/chat/completions", json.dumps(body).encode())
    assert question_of(request) is None
    assert json.loads(shown_json(request)) == body


def test_other_dialects_and_no_json_have_no_form() -> None:
    assert question_of(AskRequest("openai-completions", "/v1/completions", b"{}")) is None
    for body in (b"", b"[]", b"{", b'"x"'):
        assert question_of(AskRequest("gemini", "/v1beta/models/m:generateContent", body)) is None


@pytest.mark.parametrize(
    ("dialect", "target", "path"),
    [
        ("openai-chat", "/v1/chat/completions?key=***", "/v1/chat/completions"),
        ("gemini", "/v1/models/m:streamGenerateContent?key=***&alt=sse", "/v1/models/m:streamGenerateContent?alt=sse"),
        ("gemini", "/models/m:streamGenerateContent", "/models/m:streamGenerateContent?alt=sse"),
        ("gemini", "/v1/models/m:generateContent", "/v1/models/m:generateContent"),
    ],
)  # fmt: skip
def test_the_same_again_goes_to_the_same_path_without_keys(dialect, target, path) -> None:
    sent = Sent("POST", target, (("Authorization", "***"),), '{"a": "你"}', 9)
    assert sent_again(sent, dialect, CredentialId("c")) == AskRequest(
        dialect, path, '{"a": "你"}'.encode(), CredentialId("c")
    )


def test_another_model_is_the_only_change() -> None:
    for dialect in DIALECTS:
        request = request_of(replace(ASKED, dialect=dialect))
        other = on_model(request, "gemini-2.5-pro")
        assert other == request_of(replace(ASKED, dialect=dialect, model="gemini-2.5-pro"))
