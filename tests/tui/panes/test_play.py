"""Play by its keys, in the panel: letters are keys until one writes, answers stream and scroll, nothing is lost."""

import json
from dataclasses import replace
from typing import Any

import pytest
from alone import shown, until
from textual import events
from textual.pilot import Pilot

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.question import AskedRow, AskRequest, Question, Turn, request_of
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.ledger.snapshot import ModelsToName
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.panes.play import Play
from gcli2api_tui.tui.widgets.play_column import PromptField

LONG = "\n".join(f"line {number} 你好" for number in range(200))


@pytest.fixture
def reader(reader: Any) -> Any:
    reader.now = replace(reader.now, server=replace(reader.now.server, models=ModelsToName("big", "quick", "small")))
    return reader


def asked(control: Any) -> list[AskRequest]:
    return [request for verb, request in control.calls if verb == "ask"]


def answer(reader: Any, ask: int, text: str, *, done: bool = True, error: str = "") -> None:
    """What a client hears; the panel is told."""
    number = AskId(ask)
    row = AskedRow(number, "openai-chat", "quick", CredentialId(""), reader.now.at, "answering", 200, ExchangeId(6))
    if done:
        state = "failed" if error else "done"
        row = replace(row, state=state, ended_at=reader.now.at + 2, usage=Usage(8, 0, 32), error=quoted(error))  # type: ignore[arg-type]
    reader.asks[number] = replace(row, first_at=reader.now.at + 0.4)
    reader.answers[number] = [Passage("answer", text)]
    reader.change()


async def write(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("e")
    await pilot.pause()
    for char in text:
        await pilot.press("space" if char == " " else char)
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize(("size", "language"), [((45, 20), "zh"), ((80, 24), "en"), ((160, 50), "zh")], ids=str)
async def test_a_question_from_the_first_key_to_its_figures(
    reader: Any, control: Any, size: tuple[int, int], language: str
) -> None:
    panel = Panel(reader, control, Clock(), refresh_hz=50, language=language)
    async with panel.run_test(size=size) as pilot:
        await pilot.press("p")
        await pilot.pause()
        field = panel.query_one(PromptField)
        assert not field.has_focus
        await write(pilot, "hi you")
        assert field.text == "" and field.has_focus
        (request,) = asked(control)
        assert (
            request.fields["messages"] == [{"role": "user", "content": "hi you"}] and request.fields["model"] == "quick"
        )
        answer(reader, 1, LONG)
        await until(pilot, lambda: "line 199" in shown(panel))
        screen = shown(panel)
        assert "200" in screen and "0.4s" in screen and "32" in screen
        await pilot.press("escape", "g")
        await until(pilot, lambda: "hi you" in shown(panel))
        assert panel.pane.copy_text() == ("copy.answer", LONG)
        await pilot.press("d")
        assert panel.pane.id == "dashboard"


async def test_a_paste_before_the_field_is_open_begins_the_question(reader: Any, control: Any, panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await pilot.pause()
        field = panel.query_one(PromptField)
        panel.post_message(events.Paste("What is\nthis"))
        await until(pilot, lambda: field.has_focus)
        assert field.text == "What is\nthis" and not asked(control)
        panel.post_message(events.Paste(" and"))
        await until(pilot, lambda: field.text == "What is\nthis and")
        await pilot.press("escape")
        await until(pilot, lambda: not field.has_focus)
        panel.post_message(events.Paste(" that?"))
        await until(pilot, lambda: field.has_focus)
        assert field.text == "What is\nthis and that?" and not asked(control)
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert asked(control)[0].fields["messages"] == [{"role": "user", "content": "What is\nthis and that?"}]


async def test_the_next_question_holds_what_was_said(reader: Any, control: Any, panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await write(pilot, "a")
        answer(reader, 1, "yes")
        await until(pilot, lambda: "yes" in shown(panel))
        await pilot.press("escape")
        await write(pilot, "b")
        assert [one["content"] for one in asked(control)[1].fields["messages"]] == ["a", "yes", "b"]
        answer(reader, 2, "no", error="Quota exceeded [/red].")
        await until(pilot, lambda: "Quota exceeded [/red]." in shown(panel))
        await pilot.press("escape", "b")
        await pilot.pause()
        assert asked(control)[2].body == asked(control)[1].body
        await pilot.press("x")
        await pilot.pause()
        assert ("stop_asking", 3) in control.calls


async def test_a_conversation_outlives_a_change_of_language_and_privacy_hides_it(
    reader: Any, control: Any, panel: Panel
) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await write(pilot, "secret question")
        answer(reader, 1, "secret answer")
        await until(pilot, lambda: "secret answer" in shown(panel))
        await pilot.press("h", "a")
        await panel.action_language("zh")
        await pilot.pause()
        await until(pilot, lambda: "secret answer" in shown(panel))
        assert panel.query_one(PromptField).text == "ha", "what was being written stays too"
        await panel.action_private()
        await pilot.pause()
        await until(pilot, lambda: "•••••• ••••••••" in shown(panel))
        assert "secret" not in shown(panel)
        await panel.action_private()
        await pilot.pause()
        await until(pilot, lambda: "secret answer" in shown(panel))
        assert panel.query_one(Play).sides.chosen.spoken[0].text == "secret answer", "once, not twice"
        await pilot.press("e", "enter")
        await until(pilot, lambda: len(asked(control)) == 2)
        assert [one["content"] for one in asked(control)[1].fields["messages"]] == [
            "secret question",
            "secret answer",
            "ha",
        ]


@pytest.mark.parametrize(("size", "both"), [((160, 50), True), ((45, 20), False)], ids=str)
async def test_two_models_answer_the_same_question(
    reader: Any, control: Any, panel: Panel, size: tuple[int, int], both: bool
) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("p", "t", "m")
        await pilot.pause()
        await pilot.press(*"big", "enter")
        await pilot.pause()
        await write(pilot, "hi")
        assert [request.fields["model"] for request in asked(control)] == ["quick", "big"]
        answer(reader, 1, "from the quick")
        answer(reader, 2, "from the big")
        await until(pilot, lambda: "from the big" in shown(panel))
        assert ("from the quick" in shown(panel)) == both
        await pilot.press("escape", "tab")
        await until(pilot, lambda: "from the quick" in shown(panel))
        await pilot.press("i")
        await until(pilot, lambda: "+ from the big" in shown(panel))
        await pilot.press("escape", "t")
        await until(pilot, lambda: "from the big" not in shown(panel))


async def test_several_lines_are_sent_by_enter_after_esc_or_by_a_tap(reader: Any, control: Any, panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("p", "e", "a", "ctrl+j", "b", "enter", "c")
        await pilot.pause()
        assert not asked(control)
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert asked(control)[0].fields["messages"][0]["content"] == "a\nb\nc"
        answer(reader, 1, "yes")
        await pilot.press("e", "d")
        await until(pilot, lambda: not panel.query_one(Play).sides.running)
        await pilot.click("#play-buttons", offset=(2, 0))
        await pilot.pause()
        assert asked(control)[1].fields["messages"][-1]["content"] == "d"


async def test_settings_are_chosen_and_typed(reader: Any, control: Any, panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("p", "s")
        await pilot.pause()
        await pilot.press(*"temp", "enter")
        await pilot.pause()
        await pilot.press(*"1.25", "enter")
        await pilot.pause()
        await pilot.press(*"dial", "enter")
        await pilot.pause()
        await pilot.press(*"anth", "enter")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        await write(pilot, "hi")
        (request,) = asked(control)
        assert (request.path, request.fields["temperature"]) == ("/v1/messages", 1.25)


TOOLS = {
    "model": "m",
    "tools": [{"type": "function", "function": {"name": "f"}}],
    "messages": [{"role": "user", "content": "hi"}],
}


async def test_a_request_is_edited_and_nothing_else_of_it_changes(reader: Any, control: Any, panel: Panel) -> None:
    plain = request_of(Question("gemini-2.5-pro", (Turn("user", "hi"),)), {"top_p": 0.3})
    reader.sent[ExchangeId(6)] = plain
    reader.sent[ExchangeId(5)] = AskRequest("openai-chat", "/v1/chat/completions", json.dumps(TOOLS).encode())
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "e")
        await until(pilot, lambda: panel.pane.id == "play" and panel.query_one(PromptField).text == "hi")
        await pilot.press("end", "enter")
        await pilot.pause()
        assert asked(control)[0].fields == plain.fields
        answer(reader, 1, "yes")
        await pilot.press("escape", "r", "up", "e")
        field = panel.query_one(PromptField)
        await until(pilot, lambda: "tools" in field.text)
        assert json.loads(field.text) == TOOLS
        field.load_text(field.text.replace('"hi"', '"ho"') + "}")
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert len(asked(control)) == 1 and "no JSON" in shown(panel)
        field.load_text(field.text[:-1])
        await pilot.press("enter")
        await pilot.pause()
        assert asked(control)[1].fields == {**TOOLS, "messages": [{"role": "user", "content": "ho"}]}


async def test_a_resend_names_its_cost_and_asks_for_the_credential(reader: Any, control: Any, panel: Panel) -> None:
    reader.sent[ExchangeId(6)] = request_of(Question("gemini-2.5-pro", (Turn("user", "hi"),)))
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("r", "b")
        await until(pilot, lambda: "uses 1 request" in shown(panel))
        await pilot.press(*"bob", "enter")
        await until(pilot, lambda: panel.pane.id == "play")
        assert control.calls[-1] == ("resend", (6, "bob", ""))
        await pilot.press("r", "up", "b")
        await until(pilot, lambda: "no longer kept" in shown(panel))
