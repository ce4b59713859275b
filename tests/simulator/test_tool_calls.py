"""Whose words are a wish, and when it is granted."""

import pytest

from gcli2api_tui.simulator.tool_calls import answered, last_text, wanted_calls

TOOLS = [{"functionDeclarations": [{"name": name, "parameters": {"type": "OBJECT"}} for name in ("Agent", "Read")]}]
REMINDER = "<system-reminder>\nUse Agent and Read.\n</system-reminder>"


def said(*texts):
    return {"role": "user", "parts": [{"text": text} for text in texts]}


CALLED = {"role": "model", "parts": [{"functionCall": {"name": "Read", "args": {}}}]}
RESULT = {"role": "user", "parts": [{"functionResponse": {"name": "Read", "response": {}}}]}


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        ([said("Hello")], "Hello"),
        ([said(REMINDER, "Hello")], "Hello"),
        ([said("Hello", REMINDER)], "Hello"),
        ([said(f"{REMINDER}\nHello {REMINDER}")], "Hello"),
        ([said("Hello"), said("<system>\nAvailable: Agent, Read\n</system>")], "Hello"),
        ([said("<environment_context>\n<cwd>/a/Read</cwd>\n</environment_context>"), said("Hello")], "Hello"),
        ([said("is 1 < 2 or </b>? <i>never closed")], "is 1 < 2 or </b>? <i>never closed"),
        ([said("one"), {"role": "model", "parts": [{"text": "two"}]}], "one"),
        ([said(REMINDER)], REMINDER),
        ([], ""),
    ],
)
def test_the_person_said(contents, text):
    assert last_text({"contents": contents}) == text


def wishes(*contents):
    request = {"contents": list(contents), "tools": TOOLS}
    return [call["name"] for call in wanted_calls(request, last_text(request))]


def test_what_programs_say_is_nobodys_wish():
    assert wishes(said(REMINDER, "Hello")) == []
    assert wishes(said("Hello"), said("<system>\nAvailable: Agent, Read\n</system>")) == []
    assert wishes(said(REMINDER, "Use Agent")) == ["Agent"]


def test_a_wish_is_granted_once():
    assert wishes(said("Use Read"), CALLED, RESULT) == []
    assert wishes(said("Use Read"), CALLED, RESULT, said(REMINDER)) == []
    assert wishes(said("Use Read"), CALLED, RESULT, said("Use Read again")) == ["Read"]
    assert answered({"contents": [said("Use Read"), CALLED, RESULT, said(REMINDER)]})


CMD = {"type": "object", "properties": {"cmd": {"type": "string"}}, "required": ["cmd"]}
SHELL = {"name": "exec_command", "parametersJsonSchema": CMD}
READER = {"name": "read_file", "parameters": {"type": "OBJECT"}}


@pytest.mark.parametrize(
    ("declared", "words", "calls"),
    [
        ([SHELL], "What does notes.txt say?", [("exec_command", {"cmd": "cat notes.txt"})]),
        ([SHELL, READER], "What does notes.txt say?", [("read_file", {})]),
        ([SHELL], "What do you say?", []),
        ([{**SHELL, "name": "list_exec_commands"}], "What does notes.txt say?", []),
    ],
)
def test_a_file_is_read_by_what_there_is(declared, words, calls):
    """Codex has a shell and nothing else."""
    request = {"contents": [said(words)], "tools": [{"functionDeclarations": declared}]}
    assert [(call["name"], call["args"]) for call in wanted_calls(request, words)] == calls


def test_a_hundred_thousand_tags_are_read_in_one_pass():
    assert last_text({"contents": [said("<a>" * 100_000 + "</b>")]}) == "<a>" * 100_000 + "</b>"
