import json

import pytest
from anthropic.types import ModelInfo

from gcli2api_tui.dialects.anthropic_messages import page
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.catalogue import Model

MODELS = [Model(name, frozenset()) for name in "abcde"]


def pages(**query):
    found = page(MODELS, 0, query)
    return "".join(one["id"] for one in found["data"]), found["has_more"], found["first_id"], found["last_id"]


def test_each_is_a_model_of_the_sdk():
    for one in page(MODELS, 0, {})["data"]:
        ModelInfo.model_validate_json(json.dumps(one), strict=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ("abcde", False, "a", "e")),
        ({"limit": "2"}, ("ab", True, "a", "b")),
        ({"limit": "2", "after_id": "b"}, ("cd", True, "c", "d")),
        ({"limit": "2", "after_id": "d"}, ("e", False, "e", "e")),
        ({"after_id": "e"}, ("", False, None, None)),
        ({"limit": "2", "before_id": "d"}, ("bc", True, "b", "c")),
        ({"before_id": "c"}, ("ab", False, "a", "b")),
    ],
)
def test_pages(query, expected):
    assert pages(**query) == expected


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"limit": "1001"}, {"after_id": "z"}])
def test_a_query_that_cannot_be_is_named(query):
    with pytest.raises(ClientFault) as caught:
        pages(**query)
    assert caught.value.param in query
