"""Play's lines: exact at any width, the important first; every setting has choices, and takes back what it shows."""

from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.control.question import DIALECTS, EFFORTS, AskedRow, Question
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.ledger.snapshot import ModelsToName
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.cells import plain, width_of
from gcli2api_tui.tui.paint.look import ASCII, Look
from gcli2api_tui.tui.words import Words

ENGLISH, CHINESE = Look(Words("en"), now=20.0), Look(Words("zh"), ASCII, now=20.0)
HOSTILE = "[/red] \x1b[2J\n\u202e 老李 👩‍👩‍👧"
MODELS = (ModelRow("a", "fast", ("vertex",)), ModelRow("b", "", ("vertex",)), ModelRow("gone", "", ()),
          ModelRow("hidden", "", ("vertex",), listed=False))  # fmt: skip
KNOWN = play.Known(MODELS, ModelsToName(fast="a"))
ROW = AskedRow(AskId(1), "gemini", "m", CredentialId(""), 10.0, "answering", 200, ExchangeId(1042), "", 10.4, None, 800)

questions = st.builds(
    Question, st.text(max_size=30), st.just(()), st.sampled_from(DIALECTS), st.text(max_size=30) | st.just(HOSTILE),
    st.sampled_from(EFFORTS), st.none() | st.floats(0, 2), st.none() | st.integers(1, 10**6), st.booleans(),
)  # fmt: skip


@settings(max_examples=examples(60))
@given(question=questions, width=st.integers(20, 200), look=st.sampled_from([ENGLISH, CHINESE]), raw=st.booleans())
def test_the_form_never_exceeds_its_width(question: Question, width: int, look: Look, raw: bool) -> None:
    for letter in ("", "A*"):
        pieces = play.form(question, KNOWN, width, look, letter=letter, raw=raw)
        assert sum(width_of(line) for _, line in pieces) <= width
        assert all(plain(text) == text for _, line in pieces for text, _ in line)


@settings(max_examples=examples(60))
@given(width=st.integers(20, 200), tokens=st.integers(0, 10**7), look=st.sampled_from([ENGLISH, CHINESE]),
       state=st.sampled_from(["waiting", "answering", "done", "failed", "stopped"]))  # fmt: skip
def test_the_figures_are_as_wide_as_the_line(width: int, tokens: int, look: Look, state: str) -> None:
    row = replace(ROW, state=state, usage=Usage(3, 0, tokens, 5), finish=HOSTILE, error=quoted(HOSTILE))  # type: ignore[arg-type]
    assert width_of(play.figures(row, None, width, look)) == width
    assert width_of(play.figures(None, None, width, look)) == width


def test_what_matters_is_told_first() -> None:
    done = replace(ROW, state="done", ended_at=12.4, usage=Usage(8, 0, 90, 10), finish="stop")
    wide = "".join(text for text, _ in play.figures(done, None, 120, ENGLISH))
    assert wide.split("  ")[:6] == [" 200", "first word 0.4s", "2.4s", "100 tok", "50/s", "in 8"]
    assert "#1042" in wide and "1 request" in wide
    narrow = "".join(text for text, _ in play.figures(done, None, 30, ENGLISH))
    assert narrow.startswith(" 200  first word 0.4s  2.4s") and "request" not in narrow


def test_only_models_that_somebody_serves_are_offered_those_with_a_role_first() -> None:
    assert [one.value for one in play.choices("model", KNOWN, ENGLISH)] == ["a", "b"]


@pytest.mark.parametrize("name", play.SETTINGS)
def test_every_choice_of_a_setting_is_taken(name: str) -> None:
    for choice in play.choices(name, KNOWN, CHINESE):
        value = play.read_value(name, choice.value)
        question = replace(Question("m", ()), **{name: value})  # type: ignore[arg-type]
        assert play.value_of(name, question, KNOWN, CHINESE)
    assert len(play.setting_rows(Question("m", ()), KNOWN, CHINESE)) == len(play.SETTINGS)


@pytest.mark.parametrize(
    ("name", "text"), [("temperature", "3"), ("temperature", "warm"), ("max_tokens", "0"), ("max_tokens", "1.5")]
)
def test_what_is_no_value_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError):
        play.read_value(name, text)
