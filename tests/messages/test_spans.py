import pytest

from gcli2api_tui.messages.spans import span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"), (47.0, "47 s"), (119.0, "119 s"), (119.5, "2 min"), (120.0, "2 min"), (121.0, "3 min"),
        (7140.0, "119 min"), (7141.0, "2 h 0 min"), (31_440.0, "8 h 44 min"),
    ],
)  # fmt: skip
def test_a_span_is_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert span(seconds) == said
