"""What a tool said, as Google's response: an object where that changes nothing, else text; media beside it."""

import pytest

from gcli2api_tui.dialects.tool_calls import DistinctIds, ToolResult, response

PIXEL = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ('  {"a": 1}', {"a": 1}),
        ("[1]", {"result": [1]}),
        ("{cut", {"result": "{cut"}),
        ("[" * 100_000, {"result": "[" * 100_000}),
        ("7", {"result": "7"}),
        ("", {"result": ""}),
        ('{"hint": "use $ref here"}', {"hint": "use $ref here"}),
        ('{"n": 9007199254740992}', {"n": 2**53}),
        ('{"id": "12345678901234567890"}', {"id": "12345678901234567890"}),
    ],
)
def test_it_is_an_object(said, expected):
    assert response(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        '{"a": {"$ref": "#/$defs/A"}}',
        '[{"b": [{"$ref": 1}]}]',
        '{"\\u0024ref": "x"}',
        # Google's numbers are doubles: an id of 19 digits would come out as another one.
        '{"id": 1234567890123456789}',
        '[[{"id": -9007199254740993}]]',
    ],
)
def test_what_google_would_read_otherwise_travels_as_text(said):
    assert response(said) == {"result": said}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([{"text": "a"}, {"text": "b"}], "a\nb"),
        ([{"text": "a"}, PIXEL], "a"),
        ([PIXEL, {"text": "a"}, PIXEL], "[image/png, below]\na"),
        ([PIXEL], "[image/png, below]"),
        ([{"fileData": {"fileUri": "gs://a/b"}}], "[file, below]"),
        ([], ""),
    ],
)
def test_a_mark_keeps_the_place_of_media_where_words_do_not(parts, words):
    assert ToolResult(parts, "m").response == {"result": words}
    assert ToolResult(parts, "m", failed=True).response == {"error": words}


def test_one_without_a_call_is_told_in_words():
    lone = ToolResult([{"text": "a"}, PIXEL], "m", name="look")
    assert lone.told() == [{"text": "[Result of an earlier call of look]\na"}, PIXEL]
    assert ToolResult([], "m", failed=True).told() == [{"text": "[Error of an earlier call]\n"}]


def test_one_that_is_taken_gets_a_number():
    ids = DistinctIds()
    assert [ids.take(one) for one in ("a", "a", "a_2", "a", "b", "a_2")] == ["a", "a_2", "a_2_2", "a_3", "b", "a_2_3"]


def test_many_of_one_are_as_cheap_as_others():
    ids = DistinctIds()
    assert len({ids.take("x") for _ in range(20_000)}) == 20_000
