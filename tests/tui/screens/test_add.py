"""Pasting: anywhere on the sign-in screen it lands in the field, anywhere on the list it is recognised.

What a pasted text seems to be.
"""

from typing import Any

import pytest
from alone import ENGLISH, alone, until
from textual import events
from textual.pilot import Pilot

from gcli2api_tui.control.verb_results import Answer, Done, Login, LoginStatus, Notice, Refused
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.screens.add import AddCredential, PasteField, PasteIn, kind_of, path_in
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.widgets.panel_rows import MessageRow

SIZES = [(45, 20), (80, 24), (160, 50)]
KEY = "AIza" + "Sy_-9" * 7
BACK = "http://127.0.0.1:7861/auth/callback?state=abc\n  &code=4/0Ab"


def shown(panel: Panel) -> str:
    lines = ["".join(segment.text for segment in line) for line in panel.screen._compositor.render_strips()]
    return " ".join(" ".join(line.strip(" │") for line in lines).split())


async def opened(panel: Panel, pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press("a", *keys)
    if keys:
        await until(pilot, lambda: isinstance(panel.screen, SignIn) and panel.screen.login is not None)
    else:
        await until(pilot, lambda: isinstance(panel.screen, AddCredential))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("focused", [True, False])
async def test_a_paste_on_the_sign_in_screen_lands_in_the_field_whole(size: tuple[int, int], focused: bool) -> None:
    screen = SignIn(ENGLISH, lambda login: LoginStatus("waiting", ()))
    async with alone(screen, size) as page:
        screen.show_login(Login("L1", "https://accounts.google.com", "http://127.0.0.1:1", 0.0, ""))
        if focused:
            await page.press("tab")
        page.app.post_message(events.Paste(BACK))
        await page.until(lambda: screen.query_one(PasteField).value)
        await page.press("enter")
        assert [message.text for message in page.said(SignIn.Pasted)] == [BACK]


async def test_a_wrong_code_leaves_the_sign_in_open_says_why_and_r_starts_again(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot, "2")
        control.refusal = Refused("Google refused this code.", "Copy it again.")
        panel.post_message(events.Paste("4/wrong"))
        await until(pilot, lambda: panel.screen.query_one(PasteField).value)
        await pilot.press("enter")
        await until(pilot, lambda: "Google refused this code. Copy it again." in shown(panel))
        await until(pilot, lambda: "r starts again" in shown(panel))
        assert isinstance(panel.screen, SignIn)
        panel.post_message(events.Paste("4/better"))
        await until(pilot, lambda: panel.screen.query_one(PasteField).value == "4/better")
        await pilot.press("enter")
        await until(pilot, lambda: ("finish_login", "4/better") in control.calls)
        control.refusal = None
        await until(pilot, lambda: panel.screen.focused is None)
        await pilot.press("r")
        await until(pilot, lambda: control.calls[-2:] == [("cancel_login", "L1"), ("begin_login", None)])
        await until(pilot, lambda: isinstance(panel.screen, SignIn) and panel.screen.login is not None)


async def test_what_the_last_paste_was_told_is_not_written_over_by_the_clock(
    panel: Panel, control: Any, reader: Any
) -> None:
    """A sign-in that failed says so once; the sentence for a paste that came later stays."""
    control.phase = "failed"
    async with panel.run_test(size=(80, 24)) as pilot:
        await opened(panel, pilot, "2")
        await until(pilot, lambda: "is failed" in shown(panel))
        control.refusal = Refused("It is over.")
        panel.post_message(events.Paste("4/late"))
        await until(pilot, lambda: panel.screen.query_one(PasteField).value)
        await pilot.press("enter")
        await until(pilot, lambda: "It is over." in shown(panel))
        reader.change()
        await until(pilot, lambda: panel.snapshot.revision == reader.revision)
        assert "It is over." in shown(panel)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (KEY, ("add_credentials", KEY.encode())),
        ('{"refresh_token":\n "1//x"}', ("add_credentials", b'{"refresh_token":\n "1//x"}')),
        ("'/tmp/a b.json'", ("add_path", "/tmp/a b.json")),
    ],
)
async def test_a_paste_on_the_list_opens_the_form_for_it(panel: Panel, control: Any, text: str, call: object) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot)
        panel.post_message(events.Paste(text))
        await until(pilot, lambda: isinstance(panel.screen, PasteIn) and panel.screen.query(PasteField))
        await pilot.press("enter")
        await until(pilot, lambda: call in control.calls)


async def test_an_answer_of_google_pasted_on_the_list_ends_the_sign_in_that_waits(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot)
        panel.post_message(events.Paste(BACK))
        await until(pilot, lambda: len(panel.screen_stack) == 1)
        assert control.calls == [("finish_login", BACK)]


async def test_an_answer_that_nobody_waits_for_begins_a_new_sign_in_and_says_why(panel: Panel, control: Any) -> None:
    async def finish_login(login: str, text: str) -> Answer:
        return Refused("This answer belongs to no sign-in.")

    control.finish_login = finish_login
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot)
        panel.post_message(events.Paste(BACK))
        await until(pilot, lambda: isinstance(panel.screen, SignIn))
        await until(pilot, lambda: "This answer belongs to no sign-in." in shown(panel))


async def test_anything_else_is_said_to_be_nothing_of_it(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot)
        panel.post_message(events.Paste("hello world"))
        await until(pilot, lambda: "Was all of it copied?" in shown(panel))
        assert isinstance(panel.screen, AddCredential) and control.calls == []


async def test_what_google_refuses_of_an_added_key_is_told_as_a_warning(panel: Panel, control: Any) -> None:
    async def add_credentials(data: bytes, name: str) -> Answer:
        return Done("Added key. Google refuses it: API key not valid.", warned=True)

    control.add_credentials = add_credentials
    async with panel.run_test(size=(160, 50)) as pilot:
        await opened(panel, pilot)
        panel.post_message(events.Paste(KEY))
        await until(pilot, lambda: isinstance(panel.screen, PasteIn) and panel.screen.query(PasteField))
        await pilot.press("enter")
        row = panel.screen_stack[0].query_one(MessageRow)
        await until(pilot, lambda: "Google refuses it" in row.text)
        assert row.mood == "warn"


async def test_the_demo_of_the_list_is_not_dead(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await opened(panel, pilot)
        await pilot.press("5")
        await until(pilot, lambda: panel.clipboard == "gcli2api-tui demo --port 7862")
        await until(pilot, lambda: "Copied by OSC 52" in shown(panel))


async def test_until_the_notice_is_answered_there_is_nothing_to_paste_into() -> None:
    screen = SignIn(ENGLISH, lambda login: LoginStatus("waiting", ()))
    async with alone(screen, (45, 20)):
        screen.show_notice(Notice("own client", due=True))
        assert not screen.query_one(PasteField).display
        screen.show_notice(Notice("own client", due=False))
        assert screen.query_one(PasteField).display


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"  {KEY}\n", "key"),
        ("AQ." + "Ab8" * 12, "key"),
        (f"vertex:{KEY}", "key"),
        (f"work={KEY}\nhome={KEY}", "key"),
        (f"export GEMINI_API_KEY='{KEY}'", "key"),
        ("new-kind-of_key.1234567890", "key"),
        ('{"type": "service_account",\n "x": 1}', "json"),
        (f'["{KEY}"]', "json"),
        ("http://127.0.0.1:7861/auth/callback?state=abc&code=4/0Ab", "answer"),
        ("http://127.0.0.1:7861/auth/callb\n  ack?state=abc&co\nde=4%2F0Ab", "answer"),
        ("?error=access_denied&state=x", "answer"),
        ("4/0AVMBsJhkq2-pQ", "answer"),
        ("/storage/downloads/oauth_creds.json", "path"),
        ("'/tmp/my files/a.json'", "path"),
        ("~/creds", "path"),
        (r"C:\Users\me\creds.json", "path"),
        ("file:///tmp/a.json", "path"),
        ("creds.zip", "path"),
        ("hello world", ""),
        ("", ""),
        ("https://aistudio.google.com/apikey", ""),
    ],
)
def test_by_its_looks(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("'/tmp/my files/a.json' ", "/tmp/my files/a.json"),
        (r"/tmp/my\ files/a.json", "/tmp/my files/a.json"),
        ("file:///tmp/a.json\n", "/tmp/a.json"),
        (r"C:\Users\me\creds.json", r"C:\Users\me\creds.json"),
    ],
)
def test_a_dropped_file_is_its_path(text: str, path: str) -> None:
    assert path_in(text) == path
