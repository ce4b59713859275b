"""A conversation grown message by message: what it comes to for Google, and in words for the transcript."""

import pytest

from gcli2api_tui.dialects.history import History, call, in_words, result
from gcli2api_tui.events.problems import ClientFault


def words(said):
    return {"text": said}


def lookup(identity="1"):
    return call("lookup", {"x": "ü"}, identity, "messages[0]")


def answered(identity, response):
    return {"functionResponse": {"id": identity, "name": "lookup", "response": response}}


def test_the_system_speaks_first_of_all_or_in_its_place():
    history = History()
    history.instruct(["a", "b"])
    history.instruct(["and"])
    history.ask([words("hi")])
    history.instruct(["c", "d"])
    assert history.system == ["a", "b", "and"]
    assert history.contents == [
        {"role": "user", "parts": [words("hi"), words("<system>\nc\n</system>"), words("<system>\nd\n</system>")]}
    ]
    assert history.prompt == [("system", "a\nb"), ("system", "and"), ("user", "hi"), ("system", "c\nd")]


def test_neighbours_of_one_role_are_one_content_and_nothing_is_none():
    history = History()
    history.ask([words("a")])
    history.ask([words("b"), words("c")])
    history.ask([])
    history.answer([words("d")], {})
    history.ask([words("e")])
    assert history.contents == [
        {"role": "user", "parts": [words("a"), words("b"), words("c")]},
        {"role": "model", "parts": [words("d")]},
        {"role": "user", "parts": [words("e")]},
    ]
    assert history.prompt[1] == ("user", "b\nc")
    assert history.prompt[3] == ("assistant", "d")


def test_results_stand_alone_behind_their_calls_and_a_missing_one_says_so():
    history = History()
    history.ask([words("go")])
    history.answer([words("I look."), lookup("1"), lookup("2")], {"1": {"result": "r"}, "9": {"result": "nobody's"}})
    history.ask([words("and?")])
    assert history.contents[1:] == [
        {"role": "model", "parts": [words("I look."), lookup("1"), lookup("2")]},
        {"role": "user", "parts": [answered("1", {"result": "r"}), answered("2", {"error": "no result"})]},
        {"role": "user", "parts": [words("and?")]},
    ]
    assert history.prompt[1] == ("assistant", 'I look.\nlookup({"x": "ü"})\nlookup({"x": "ü"})')


def test_a_lone_system_message_is_the_question():
    history = History()
    history.instruct(["a", "b"])
    history.begun("messages")
    assert (history.system, history.contents) == ([], [{"role": "user", "parts": [words("a"), words("b")]}])
    history = History()
    history.instruct(["a"])
    history.ask([words("b")])
    history.begun("messages")
    assert (history.system, history.contents) == (["a"], [{"role": "user", "parts": [words("b")]}])
    with pytest.raises(ClientFault) as none:
        History().begun("messages")
    assert (none.value.param, none.value.message) == ("messages", "No message has any content.")


@pytest.mark.parametrize(
    ("written", "args"),
    [
        ({"a": 1}, {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        ("[1]", {"value": [1]}),
        (" \n", {}),
        ("{cut", {"_raw": "{cut"}),
        ('{"a": NaN}', {"_raw": '{"a": NaN}'}),
        ('{"a": "\\ud800"}', {"a": "\ufffd"}),
    ],
)
def test_arguments_become_the_object_that_google_needs(written, args):
    assert call("f", written, "7", "messages[1]") == {"functionCall": {"id": "7", "name": "f", "args": args}}


@pytest.mark.parametrize(
    ("name", "arguments", "field", "says"),
    [("", {}, "m[1].name", "A function call needs a name."), ("f", 7, "m[1].arguments", "string")],
)
def test_a_call_that_is_none_is_refused_by_its_field(name, arguments, field, says):
    with pytest.raises(ClientFault) as refused:
        call(name, arguments, "7", "m[1]")
    assert refused.value.param == field
    assert says in refused.value.message


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ('{"a": 1}', {"a": 1}),
        ('  {"a": 1}', {"a": 1}),
        ("[1]", {"result": [1]}),
        ("{cut", {"result": "{cut"}),
        ("[" * 100_000, {"result": "[" * 100_000}),
        ("7", {"result": "7"}),
        ("", {"result": ""}),
    ],
)
def test_what_a_tool_said_is_an_object(said, response):
    assert result(said) == response


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (words("a"), "a"),
        ({"inlineData": {"mimeType": "image/png", "data": "A" * 4000}}, "[image/png, 3,000 bytes]"),
        ({"fileData": {"fileUri": "https://x/y"}}, "[file]"),
    ],
)
def test_parts_in_words(part, shown):
    assert in_words(part) == shown
