"""`.env` files as programs that load one read them."""

import pytest

from gcli2api_tui.installations.source_folder import read_environment


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("  export A = b  ", "b"),
        ("A='b # c'", "b # c"),
        ('A="b" # comment', "b"),
        ("A=b # comment", "b"),
        ("A=b#c", "b#c"),
        ("A=", ""),
        ('A={"x": "y"}', '{"x": "y"}'),
        ("\ufeffA=b", "b"),
        ("A=$HOME", "$HOME"),
    ],
)
def test_a_line(line: str, value: str) -> None:
    assert read_environment(line) == {"A": value}


def test_the_last_of_a_name_holds_and_other_lines_say_nothing() -> None:
    assert read_environment("# all\n#B=1\n\nA=1\nA=2\n- A=3\nnonsense\n") == {"A": "2"}
