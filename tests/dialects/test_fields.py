"""Whole numbers as a query or a header writes them."""

import pytest

from gcli2api_tui.dialects.fields import digits
from gcli2api_tui.events.problems import ClientFault


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("100", 100), ("0" * 5000 + "7", 7)])
def test_a_whole_number_is_read(text: str, number: int) -> None:
    assert digits(text, "limit", 0, 100) == number


@pytest.mark.parametrize("text", ["", "101", "1000", "9" * 5000, "-1", "+1", "1.0", "1_0", "٣", "²", " 1", "x"])
def test_what_is_none_or_too_much_names_the_field(text: str) -> None:
    """Python reads Arabic digits and underscores, and fails on more than 4,300 digits."""
    with pytest.raises(ClientFault) as caught:
        digits(text, "limit", 0, 100)
    assert (caught.value.param, caught.value.status) == ("limit", 400)
