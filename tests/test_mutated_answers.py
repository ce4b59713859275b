"""The short form of mutated_answers.py: odd answers of Google's end as answers, or as a 502 or 503 with words."""

from mutated_answers import play


async def test_no_odd_answer_is_an_error_of_ours() -> None:
    told: list[str] = []
    counts = await play(240, 20261129, told.append)
    assert told == []
    assert set(counts) <= {"200", "502", "503"}
    assert counts["200"] > counts["502"]
