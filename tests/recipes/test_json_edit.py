"""JSON with comments: one value changes, the rest stays to the letter."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcli2api_tui.recipes import json_edit
from gcli2api_tui.recipes.recipe import MISSING, NotUnderstood

LIVED_IN = """\
// my settings
{
    "theme": "dark", // not light
    /* keys below */
    "env": {
        "A": "1",  // keep, "B": is not here
    },
    "list": [1, {"x": 2},],
}
"""


def test_a_lived_in_file_keeps_comments_order_and_indent() -> None:
    text = json_edit.put(LIVED_IN, ("env", "URL"), "http://x")
    assert text == LIVED_IN.replace(
        '"A": "1",  // keep, "B": is not here\n', '"A": "1",  // keep, "B": is not here\n        "URL": "http://x",\n'
    )
    assert json_edit.found(text, ("env", "URL")) == "http://x"
    assert json_edit.dropped(text, ("env", "URL")) == LIVED_IN
    assert json_edit.found(LIVED_IN, ("list",)) == [1, {"x": 2}]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", '{\n  "a": {\n    "b": 1\n  }\n}\n'),
        ("{}", '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"x": 1}', '{"x": 1, "a": {"b": 1}}'),
        ('{\n\t"x": 1\n}\n', '{\n\t"x": 1,\n\t"a": {\n\t\t"b": 1\n\t}\n}\n'),
        ('{"a": {"b": "old"}, "c": 2}', '{"a": {"b": 1}, "c": 2}'),
        ('{\n  "x": 1 // one\n}', '{\n  "x": 1, // one\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"a": {"b": 0, "b": 2}}', '{"a": {"b": 0, "b": 1}}'),
    ],
)
def test_a_value_is_put_where_it_belongs(text: str, after: str) -> None:
    assert json_edit.put(text, ("a", "b"), 1) == after


@pytest.mark.parametrize("text", ["[]", "{", "{'a': 1}", '{"a": 1}}', '{"a" 1}', "nonsense", '{"a": "b"}', "[" * 200])
def test_what_is_not_understood_is_left_alone(text: str) -> None:
    with pytest.raises(NotUnderstood):
        json_edit.put(text, ("a", "b"), 1)


def test_the_line_of_what_is_odd_is_named() -> None:
    with pytest.raises(NotUnderstood, match="line 3"):
        json_edit.found('{\n  "a": 1,\n  b: 2\n}', ("a",))


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)


def with_comments(text: str) -> str:
    """Comments wherever a line ends, and behind what a string does not hold."""
    return "\n".join(f"{line} // , }} ] {{" for line in text.split("\n"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TABLES, st.lists(NAMES, min_size=1, max_size=3), VALUES, st.sampled_from([None, 1, 4, "\t"]), st.booleans())
def test_put_is_what_a_dictionary_would_do_and_drop_undoes_it(
    table: dict[str, Any], path: list[str], value: Any, indent: Any, commented: bool
) -> None:
    text = json.dumps(table, indent=indent, ensure_ascii=False)
    text = with_comments(text) if commented else text
    expected, where = json.loads(json.dumps(table)), tuple(path)
    inner = expected
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            with pytest.raises(NotUnderstood):
                json_edit.put(text, where, value)
            return
    known = path[-1] in inner
    inner[path[-1]] = value
    new = json_edit.put(text, where, value)
    assert json_edit.found(new, ()) == expected
    if not known:
        gone = json_edit.dropped(new, where)
        assert json_edit.found(gone, where) is MISSING
        del inner[path[-1]]
        assert json_edit.found(gone, ()) == expected
