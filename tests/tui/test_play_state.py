"""A side of Play: which turns the next request holds, what stays of an edited one, what can be compared."""

import json

import pytest

from gcli2api_tui.control.question import AskedRow, AskRequest, Question, Turn, request_of
from gcli2api_tui.control.question_from_request import question_of
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.tui.play_state import Side, Sides


def side(**settings: object) -> Side:
    made = Side(Question("gemini-2.5-flash", ()))
    made.change(**settings)
    return made


def answered(one: Side, text: str, state: str = "done") -> None:
    spoken = one.spoken[-1]
    spoken.ask = AskId(len(one.spoken))
    spoken.row = AskedRow(spoken.ask, "openai-chat", "m", CredentialId(""), 0.0, state, 200, ended_at=1.0)  # type: ignore[arg-type]
    spoken.answer.append(text)


def said(request: AskRequest) -> list[str]:
    return [message["content"] for message in request.fields["messages"]]


def test_a_conversation_goes_on_with_what_went_well() -> None:
    one = side()
    assert said(one.ask("first")) == ["first"]
    answered(one, "yes")
    one.ask("second")
    answered(one, "half", "failed")
    assert said(one.ask("third")) == ["first", "yes", "third"]
    one.begin_anew()
    assert said(one.ask("other")) == ["other"]


def test_what_the_screen_hides_of_an_answer_is_whole_in_the_next_turn() -> None:
    one = Side(Question("gemini-2.5-flash", ()), said=lambda ask: f"the whole answer {ask}")
    one.ask("first")
    answered(one, "••• ••••• ••••••")
    assert said(one.ask("second")) == ["first", "the whole answer 1", "second"]


def test_a_prompt_is_asked_again_in_its_place() -> None:
    one = side()
    one.ask("first")
    answered(one, "yes")
    assert said(one.ask(one.take_back())) == ["first"]


def test_an_edited_request_keeps_all_but_its_prompt() -> None:
    before = request_of(Question("m", (Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"))), {"top_p": 0.2})
    one, found = side(), question_of(before)
    assert found is not None and one.edit(*found) == "c"
    sent = one.ask("d").fields
    assert sent == {**before.fields, "messages": [*before.fields["messages"][:-1], {"role": "user", "content": "d"}]}


def test_another_dialect_takes_no_fields_of_the_first() -> None:
    one = side()
    one.kept = {"top_p": 0.2}
    one.change(temperature=1.0)
    assert one.ask("a").fields["top_p"] == 0.2
    one.change(dialect="gemini")
    assert "top_p" not in one.ask("a").fields


def test_edited_json_is_sent_as_it_stands_on_the_chosen_credential() -> None:
    raw = AskRequest("openai-chat", "/v1/chat/completions", b'{"tools": [1], "x": "\xe4\xbd\xa0"}')
    one = side()
    text = one.edit_json(raw)
    assert json.loads(text) == raw.fields and "你" in text
    one.change(credential=CredentialId("c"))
    sent = one.ask_json(raw, text.replace("[", "[2, ").replace("2, \n", "2,\n"), "(edited)")
    assert (sent.fields["x"], sent.credential, sent.path) == ("你", "c", raw.path)
    with pytest.raises(ValueError):
        one.ask_json(raw, "{", "(edited)")
    assert len(one.spoken) == 1


def test_two_sides_are_compared_by_their_newest() -> None:
    sides = Sides((side(temperature=0.5), Side(Question("", ()))))
    assert sides.pair() is None
    sides.toggle()
    assert sides.chosen.question == sides.both[0].question and sides.letters == ("A", "B*")
    for one in sides.shown:
        one.ask("a")
    assert sides.pair() == (sides.both[0].last, sides.both[1].last)
    sides.toggle()
    assert sides.pair() is None and sides.letters == ("", "")
    sides.both[0].ask("b")
    assert [one.prompt for one in sides.pair() or ()] == ["a", "b"]
