"""A conversation grown message by message: what it comes to for Google, and in words for the transcript."""

import pytest

from gcli2api_tui.dialects.history import History, call, in_words
from gcli2api_tui.dialects.tool_calls import ToolResult
from gcli2api_tui.events.problems import ClientFault

PIXEL = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}


def words(said):
    return {"text": said}


def lookup(identity="1"):
    return call("lookup", {"x": "ü"}, identity, "messages[0]")


def answered(identity, response):
    return {"functionResponse": {"id": identity, "name": "lookup", "response": response}}


def came(said, identity="", name=""):
    return ToolResult([words(said)], "messages[9].tool_call_id", identity, name)


def contents(*said):
    """Of a history: a string is the user's, a list the model's turn, a ToolResult itself."""
    history = History()
    for one in said:
        if isinstance(one, str):
            history.ask([words(one)])
        elif isinstance(one, list):
            history.answer(one)
        else:
            history.result(one)
    history.finish("messages")
    return history.contents


def results(*said):
    """Call → what it got, in Google's order."""
    parts = [part for content in contents(*said) for part in content["parts"]]
    ids = [part["functionCall"]["id"] for part in parts if "functionCall" in part]
    answers = [part["functionResponse"] for part in parts if "functionResponse" in part]
    assert [one["id"] for one in answers] == ids
    return [one["response"].get("result", "-") for one in answers]


def test_the_system_speaks_first_of_all_or_in_its_place():
    history = History()
    history.instruct(["a", "b"])
    history.instruct(["and"])
    history.ask([words("hi")])
    history.instruct(["c", "d"])
    history.finish("messages")
    assert history.system == ["a", "b", "and"]
    assert history.contents == [
        {"role": "user", "parts": [words("hi"), words("<system>\nc\n</system>"), words("<system>\nd\n</system>")]}
    ]
    assert history.prompt == [("system", "a\nb"), ("system", "and"), ("user", "hi"), ("system", "c\nd")]


def test_neighbours_of_one_role_are_one_content_and_nothing_is_none():
    assert contents("a", "b", "", [words("d")], "e") == [
        {"role": "user", "parts": [words("a"), words("b"), words("")]},
        {"role": "model", "parts": [words("d")]},
        {"role": "user", "parts": [words("e")]},
    ]


def test_results_stand_alone_behind_their_calls_and_a_missing_one_says_so():
    history = History()
    history.ask([words("go")])
    history.answer([words("I look."), lookup("1"), lookup("2")])
    history.result(came("r", "1"))
    history.ask([words("and?")])
    history.finish("messages")
    assert history.contents[1:] == [
        {"role": "model", "parts": [words("I look."), lookup("1"), lookup("2")]},
        {"role": "user", "parts": [answered("1", {"result": "r"}), answered("2", {"error": "no result"})]},
        {"role": "user", "parts": [words("and?")]},
    ]
    assert history.prompt[1:3] == [("assistant", 'I look.\nlookup({"x": "ü"})\nlookup({"x": "ü"})'), ("tool", "r")]


def test_more_may_be_asked_behind_what_is_put_together():
    history = History()
    history.ask([words("go")])
    history.answer([lookup("1")])
    history.finish("messages")
    history.ask([words("sum up")])
    history.finish("messages")
    assert [one["role"] for one in history.contents] == ["user", "model", "user", "user"]
    assert history.contents[-1]["parts"] == [words("sum up")]
    assert [role for role, _ in history.prompt] == ["user", "assistant", "user"]


def test_media_of_a_result_follow_it_before_the_next_result():
    first, second = came("one", "1"), came("two", "2")
    first.parts.append(PIXEL)
    parts = contents("go", [lookup("1"), lookup("2")], second, first)[2]["parts"]
    assert parts == [answered("1", {"result": "one"}), PIXEL, answered("2", {"result": "two"})]


def test_calls_told_one_by_one_are_one_turn_until_somebody_speaks():
    """Some clients write a message for each of parallel calls."""
    said = contents("go", [lookup("1")], [lookup("2")], came("a", "1"), came("b", "2"), [lookup("3")])
    assert [len(one["parts"]) for one in said] == [1, 2, 2, 1, 1]
    apart = contents("go", [lookup("1")], [words("so")])
    assert [one["role"] for one in apart] == ["user", "model", "user", "model"], "words come after what they follow"


def test_what_answers_no_call_is_told_in_words_where_it_stands():
    said = contents("go", came("cut", "gone", "lookup"), [lookup("1")], came("r", "1"), came("again", "1"), "so?")
    assert said[0]["parts"] == [words("go"), words("[Result of an earlier call of lookup]\ncut")]
    assert said[-1]["parts"] == [words("[Result of an earlier call]\nagain"), words("so?")]


def test_a_history_that_begins_with_a_call_gets_a_user():
    for first in ([lookup("1")], [words("I look."), lookup("1")]):
        assert contents(first, came("r", "1"))[0] == {"role": "user", "parts": [words("Continue.")]}
    assert contents([words("Hello!")], "hi")[0]["role"] == "model", "words of the model may begin"


def test_ids_are_distinct_within_a_turn_only():
    said = contents("go", [lookup("x"), lookup("x"), lookup("x_2"), lookup("")], came("a", "x"), [lookup("x")])
    ids = [part["functionCall"]["id"] for one in said for part in one["parts"] if "functionCall" in part]
    assert ids == ["x", "x_2", "x_2_2", "call_3", "x"]


@pytest.mark.parametrize(
    ("said", "pairs"),
    [
        # The k-th of an id to the k-th call with it; also over messages, and in the next turn anew.
        ((["x", "x"], ("1", "x"), ("2", "x")), ["1", "2"]),
        ((["x"], ["x"], ("1", "x"), ("2", "x")), ["1", "2"]),
        ((["x"], ("1", "x"), ["x"], ("2", "x")), ["1", "2"]),
        ((["x", "x"], ("1", "x")), ["1", "-"]),
        # What was interrupted has none.
        ((["x"], "go on", ["x"], ("2", "x")), ["-", "2"]),
        ((["x"], "go on", ["x"], ("1", "x"), ("2", "x")), ["1", "2"]),
        # Late, and in another order.
        ((["a", "b"], "wait", ("2", "b"), ("1", "a")), ["1", "2"]),
        # Without ids: by order, but one with an id goes to its own.
        ((["", ""], ("1", ""), ("2", "")), ["1", "2"]),
        ((["", "b"], ("2", "b"), ("1", "")), ["1", "2"]),
        ((["a", "b"], ("2", "b"), ("1", "")), ["1", "2"]),
        # By name, where there is no id.
        ((["f:", "g:"], ("2", "", "g"), ("1", "", "f")), ["1", "2"]),
        ((["f:a", "g:b"], ("2", "", "g"), ("1", "a")), ["1", "2"]),
        ((["f:", "f:"], ("1", "", "f"), ("2", "", "f")), ["1", "2"]),
        # A name that nobody called, an id that nobody gave.
        ((["f:"], ("1", "", "g")), ["-"]),
        ((["a"], ("1", "b")), ["-"]),
    ],
)
def test_each_result_goes_to_its_call(said, pairs):
    def made(one):
        if isinstance(one, str):
            return one
        if isinstance(one, tuple):
            return came(one[0], *one[1:])
        named = [(":" in identity and identity.partition(":")) or ("lookup", "", identity) for identity in one]
        return [call(name, {}, identity, "m") for name, _, identity in named]

    assert results("go", *map(made, said)) == pairs


def test_what_could_belong_to_several_is_refused_by_its_field():
    with pytest.raises(ClientFault) as refused:
        contents("go", [lookup("a"), lookup("b")], came("whose?"))
    assert refused.value.param == "messages[9].tool_call_id"
    assert contents("go", came("of a call that was cut"))[0]["role"] == "user"


def test_a_lone_system_message_is_the_question():
    history = History()
    history.instruct(["a", "b"])
    history.finish("messages")
    assert (history.system, history.contents) == ([], [{"role": "user", "parts": [words("a"), words("b")]}])
    history = History()
    history.instruct(["a"])
    history.ask([words("b")])
    history.finish("messages")
    assert (history.system, history.contents) == (["a"], [{"role": "user", "parts": [words("b")]}])
    with pytest.raises(ClientFault) as none:
        History().finish("messages")
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
    ("part", "shown"),
    [
        (words("a"), "a"),
        ({"inlineData": {"mimeType": "image/png", "data": "A" * 4000}}, "[image/png, 3,000 bytes]"),
        ({"fileData": {"fileUri": "https://x/y"}}, "[file]"),
    ],
)
def test_parts_in_words(part, shown):
    assert in_words(part) == shown
