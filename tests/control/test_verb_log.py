"""Each verb of a person is a line of the log: what it was used on, and what came of it."""

import inspect
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.question import ask_once
from gcli2api_tui.control.verb_log import LoggedControl
from gcli2api_tui.control.verb_results import Difference, Done, Login, Refused
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import NOTHING, in_words_of, quoted, say

SILENT = {"login_status", "sign_in_notice", "trash", "connect"}
"""They look and change nothing."""
ARGUMENTS = {
    "credential": "id-1",
    "exchange": 7,
    "mode": "drain",
    "data": b"AIza",
    "name": "keys.txt",
    "path": "/x/keys.txt",
    "model": "gemini-x",
    "login": "l1",
    "text": "4/secret-code",
    "project": "my-project",
    "location": "eu",
    "shown": Difference("codex", "Codex", ("+secret-code",), "seen"),
    "request": ask_once("gemini-x", "4/secret-code"),
    "ask": 3,
    "value": "4/secret-code",
    "exchanges": (7, 8),
    "form": "har",
    "private": True,
    "local": True,
    "svg": "<svg>4/secret-code</svg>",
}
FILTERS = {"keep_filter": {"text": "m:flash"}, "drop_filter": {"text": "m:flash"}}
"""What is kept under its own text is told by it."""


class Inner:
    """Answers every verb with `answer`."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.calls = answer, []

    def __getattr__(self, verb: str) -> Any:
        async def act(*values: object, **more: object) -> Any:
            self.calls.append((verb, values))
            return self.answer

        return act


class Lines:
    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    def record(self, event: LogLine) -> None:
        self.lines.append(event)


async def used(verb: str, answer: Any, label: str = "anna") -> tuple[Inner, list[LogLine], Any]:
    inner, lines = Inner(answer), Lines()
    control = LoggedControl(inner, lines, Clock(now=lambda: 5.0), "panel", lambda identity: label)  # type: ignore[arg-type]
    given = {**ARGUMENTS, **FILTERS.get(verb, {})}
    wanted = inspect.signature(getattr(Control, verb)).parameters
    answered = await getattr(control, verb)(**{name: given[name] for name in wanted if name != "self"})
    return inner, lines.lines, answered


VERBS = [name for name, member in vars(Control).items() if inspect.iscoroutinefunction(member) and name not in SILENT]


@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_reaches_the_control_and_the_log(verb: str) -> None:
    done = Done(say("control.stopped"))
    inner, lines, answered = await used(verb, done)
    assert [name for name, _ in inner.calls] == [verb]
    assert answered is (None if verb == "cancel_login" else done)
    (line,) = lines
    assert (line.level, line.source, line.at) == ("info", "panel", 5.0)
    assert "secret-code" not in line.text and "AIza" not in line.text, "never what was pasted"
    assert in_words_of(CHINESE, line.text) != line.text


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("check", "check anna: Stopped."),
        ("remove", "remove anna: Stopped."),
        ("add_path", "import /x/keys.txt: Stopped."),
        ("cancel_exchange", "stop request #7: Stopped."),
        ("clear_cooldown", "clear the cooldown of anna: Stopped."),
    ],
)
async def test_the_line_names_what_it_was_used_on(verb: str, line: str) -> None:
    assert (await used(verb, Done(say("control.stopped"))))[1][0].text == line


async def test_a_refusal_is_a_warning_with_its_way_out() -> None:
    _, (line,), _ = await used("check", Refused(quoted("Google says no."), say("way_out.add_key")))
    assert (line.level, line.text) == ("warning", "check anna: Google says no. Add a new key.")


async def test_done_without_words_is_said_too() -> None:
    assert (await used("enable", Done(NOTHING)))[1][0].text == "enable anna: Done."


async def test_what_is_not_in_the_pool_is_called_by_its_id() -> None:
    _, (line,), _ = await used("restore", Done(say("control.stopped")), label="")
    assert line.text == "restore id-1: Stopped."


async def test_a_sign_in_that_begins_is_logged_without_its_address() -> None:
    login = Login("l1", "https://accounts.google.com/?state=secret-state", "http://127.0.0.1", 9.0, "")
    _, (line,), answered = await used("begin_login", login)
    assert answered is login and line.text == "sign in my-project: Google's page was opened for it."
