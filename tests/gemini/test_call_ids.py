"""Ids that must not meet."""

from gcli2api_tui.dialects.tool_calls import DistinctIds


def test_one_that_is_taken_gets_a_number():
    ids = DistinctIds()
    assert [ids.take(one) for one in ("a", "a", "a_2", "a", "b", "a_2")] == ["a", "a_2", "a_2_2", "a_3", "b", "a_2_3"]


def test_many_of_one_are_as_cheap_as_others():
    ids = DistinctIds()
    assert len({ids.take("x") for _ in range(20_000)}) == 20_000
