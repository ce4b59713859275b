"""Each screen in an app that is not the panel: answers go in, messages and a result come out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alone import ENGLISH, Page, Stage, alone
from textual import events
from textual.css.query import NoMatches
from textual.widgets import Static

from gcli2api_tui.control.verb_results import Difference, Login, LoginStatus, Notice
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import NewClientKey
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app_messages import Command, Copy
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.paint.play import Choice
from gcli2api_tui.tui.paint.qr import half_blocks
from gcli2api_tui.tui.paint.text_difference import Changes
from gcli2api_tui.tui.screens.add import DEMO, AddCredential, Chosen, PasteIn
from gcli2api_tui.tui.screens.differences import Differences, DifferenceScreen
from gcli2api_tui.tui.screens.help_and_palette import Help, Palette
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.screens.menus import Confirm, NumberedMenu, QuitMenu, TroubleMenu
from gcli2api_tui.tui.screens.models import Models
from gcli2api_tui.tui.screens.pick import Pick
from gcli2api_tui.tui.screens.shown_text import NewKey, PlainText, QrCode
from gcli2api_tui.tui.screens.trash import Trash

KEY = "AIza" + "Sy_-9" * 7
LOGIN = Login(
    "L1", "https://accounts.google.com/o/oauth2", "http://127.0.0.1:7861/auth/callback", 1_790_000_300.0, "ssh -L x"
)


def waiting(login: str) -> LoginStatus:
    return LoginStatus("waiting", (("Waiting for Google", None),))


SCREENS: dict[type, Callable[[], Modal[object]]] = {
    AddCredential: lambda: AddCredential(ENGLISH),  # type: ignore[dict-item, return-value]
    PasteIn: lambda: PasteIn(ENGLISH, "key"),  # type: ignore[dict-item, return-value]
    Confirm: lambda: Confirm(ENGLISH, "Remove [/red]?"),  # type: ignore[dict-item, return-value]
    NumberedMenu: lambda: NumberedMenu(ENGLISH, "[/red]", [("a", "one"), ("b", "two [/x]")]),  # type: ignore[dict-item, return-value]
    QuitMenu: lambda: QuitMenu(ENGLISH, 2),  # type: ignore[dict-item, return-value]
    Help: lambda: Help(ENGLISH, [("t", "credentials.toggle", "on_off"), ("q", "app.quit", "leave")]),  # type: ignore[dict-item, return-value]
    Palette: lambda: Palette(ENGLISH, [Command("On/off", "", print, "t"), Command("[/red]", "model", print)]),  # type: ignore[dict-item, return-value]
    TroubleMenu: lambda: TroubleMenu(ENGLISH, frozenset()),  # type: ignore[dict-item, return-value]
    SignIn: lambda: SignIn(ENGLISH, waiting),  # type: ignore[dict-item, return-value]
    PlainText: lambda: PlainText(ENGLISH, "one\ntwo"),  # type: ignore[dict-item, return-value]
    Models: lambda: Models(ENGLISH, tuple),  # type: ignore[dict-item, return-value]
    Pick: lambda: Pick(ENGLISH, "Which [/red]?", [Choice("a", "the first"), Choice("", "none")], now="a"),  # type: ignore[dict-item, return-value]
    Differences: lambda: Differences(ENGLISH, "Two", Changes(((("+ ", "ok"), ("[/red]", "ok")),), 1)),  # type: ignore[dict-item, return-value]
    DifferenceScreen: lambda: DifferenceScreen(ENGLISH, Difference("codex", "Codex", ("+[/red] x",), "seen")),  # type: ignore[dict-item, return-value]
    NewKey: lambda: NewKey(ENGLISH, NewClientKey(ClientKeyId("[/red]"), Secret("sk-x"), quoted("made")), "http://x"),  # type: ignore[dict-item, return-value]
    Trash: lambda: Trash(ENGLISH, ()),  # type: ignore[dict-item, return-value]
    QrCode: lambda: QrCode(ENGLISH, "http://127.0.0.1", "scan it"),  # type: ignore[dict-item, return-value]
}


def test_all_screens_are_tried_here() -> None:
    bases = {base for kind in Modal.__subclasses__() for base in (kind, *kind.__subclasses__())}
    assert {kind for kind in bases if not kind.__subclasses__()} == set(SCREENS)


@pytest.mark.parametrize("kind", SCREENS)
async def test_a_screen_may_open_while_the_app_closes(kind: type) -> None:
    """Textual mounts nothing any more then, and the screen looks for its parts in vain, for some turns of the loop."""
    for turns in range(4 if kind is Help else 1):
        stage = Stage(Static())
        async with stage.run_test() as pilot:
            await pilot.pause()
            stage.push_screen(SCREENS[kind]())
            for _ in range(turns):
                await asyncio.sleep(0)
            stage.exit()
        assert stage.return_code == 0


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[tuple[Stage, "asyncio.Task[None]"]]:
    """Not by a pilot, who waits for an app that has ended; to its end."""
    stage = Stage(Static())
    run = asyncio.create_task(stage.run_async(headless=True, size=(80, 24)))
    while not stage.is_mounted:
        await asyncio.sleep(0)
    for _ in range(30):  # its first frame
        await asyncio.sleep(0)
    with stage._context():
        yield stage, run
    await asyncio.wait({run})


@pytest.mark.parametrize("kind", SCREENS)
async def test_a_screen_may_open_while_whoever_ran_the_app_is_cancelled(
    kind: type, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running() as (stage, run):
        run.cancel()
        stage.push_screen(SCREENS[kind]())
    assert capsys.readouterr().err == ""


async def test_any_other_fault_while_the_app_closes_is_for_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave() -> None:
        stage.exit()
        raise ValueError("a prompt")

    async with running() as (stage, _):
        stage.call_later(leave)
    assert stage.return_code == 0 and capsys.readouterr().err == ""
    assert "ValueError in leave" in caplog.text and "a prompt" not in caplog.text


async def test_a_crash_before_the_end_is_told_as_ever() -> None:
    with pytest.raises(NoMatches):
        async with alone(Static()) as page:
            page.app.call_later(page.app.query_one, "#nothing")
            await page.pilot.pause()


@pytest.mark.parametrize(
    ("kind", "pressed", "result"),
    [
        (Confirm, ["y"], True), (Confirm, ["n"], False), (Confirm, ["enter"], False), (Confirm, ["escape"], False),
        (Pick, ["enter"], "a"), (Pick, [*"non", "enter"], ""), (Pick, ["escape"], None),
        (Differences, ["escape"], None),
        (QuitMenu, ["enter"], "keep-serving"), (QuitMenu, ["1"], "keep-serving"), (QuitMenu, ["2"], "stop"),
        (QuitMenu, ["q"], ""),
        (NumberedMenu, ["2"], "b"), (NumberedMenu, ["down", "enter"], "b"), (NumberedMenu, ["9", "escape"], ""),
        (Help, [*"quit", "enter"], "q"), (Help, ["escape"], ""),
        (Palette, [*"red", "enter"], "1"), (Palette, ["escape"], ""), (TroubleMenu, ["escape"], None),
        (AddCredential, ["1"], Chosen("key")), (AddCredential, ["enter"], Chosen("key")),
        (AddCredential, ["2"], Chosen("login")), (AddCredential, ["3"], Chosen("path")),
        (AddCredential, ["4"], Chosen("json")), (AddCredential, ["escape"], None), (PasteIn, ["escape"], None),
        (NewKey, ["q", "escape"], None),
        (PlainText, ["space"], None), (QrCode, ["space"], None), (Models, ["escape"], None), (SignIn, ["escape"], ""),
        (TroubleMenu, ["1"], None), (DifferenceScreen, ["y"], True), (DifferenceScreen, ["enter"], False),
        (DifferenceScreen, ["escape"], False), (DifferenceScreen, ["down", "n"], False),
    ],
)  # fmt: skip
async def test_what_a_screen_results_in(kind: type, pressed: list[str], result: object, snapshot: Snapshot) -> None:
    async with alone(screen := SCREENS[kind]()) as page:
        screen.update_from(snapshot)
        await page.press(*pressed)
        assert page.results == [result] and len(page.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (KEY, Chosen("key", KEY)),
        (f"a={KEY}\nb={KEY}x", Chosen("key", f"a={KEY}\nb={KEY}x")),
        ('{"refresh_token":\n "1//x"}', Chosen("json", '{"refresh_token":\n "1//x"}')),
        ("'/tmp/a b.json'", Chosen("path", "'/tmp/a b.json'")),
    ],
)
async def test_a_paste_on_the_list_chooses_the_form_for_it(text: str, chosen: Chosen) -> None:
    async with alone(AddCredential(ENGLISH)) as page:
        page.app.post_message(events.Paste(text))
        await page.until(lambda: page.results == [chosen])


async def test_what_the_list_does_not_know_it_says_and_an_answer_of_google_goes_out() -> None:
    async with alone(screen := AddCredential(ENGLISH)) as page:
        page.app.post_message(events.Paste("hello world"))
        await page.until(lambda: "Was all of it copied?" in page.flat)
        page.app.post_message(events.Paste("code=4/0Ab&state=x"))
        await page.until(lambda: [message.text for message in page.said(AddCredential.SignInPasted)])
        await page.press("5")
        (copy,) = page.said(Copy)
        assert copy.text == DEMO and copy.told is not None
        copy.told("copied by hand")
        await page.until(lambda: "copied by hand" in page.text)
        screen.close(Chosen("login", "It is over."))
        await page.until(lambda: page.results == [Chosen("login", "It is over.")])


async def test_a_form_keeps_what_was_entered_until_it_is_closed() -> None:
    async with alone(form := PasteIn(ENGLISH, "key", "AIzaX")) as page:
        await page.press("enter")
        form.refused("[/red] is no key.")
        await page.press("enter")
        assert [(message.way, message.text) for message in page.said(PasteIn.Entered)] == [("key", "AIzaX")] * 2
        assert "[/red] is no key." in page.text and "AIzaX" not in page.text
        form.close()
        await page.until(lambda: page.results == [None])
        form.refused("too late")
        form.close()


async def test_a_path_goes_out_whole_and_found_files_are_one_key_away(tmp_path: Path) -> None:
    found = tmp_path / ".gemini" / "oauth_creds.json"
    downloaded = tmp_path / "storage" / "downloads" / "bob.json"
    for file in (found, downloaded):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    async with alone(PasteIn(ENGLISH, "path")) as page:
        await page.press("enter", "down", "enter")
        assert [message.text for message in page.said(PasteIn.Entered)] == [str(found), str(downloaded)]


async def signing_in(page: Page, screen: SignIn, *, due: bool = False) -> None:
    screen.show_notice(Notice("public client", due=due))
    if not due:
        screen.show_login(LOGIN)
    await page.pilot.pause()


async def test_a_sign_in_waits_for_the_notice_and_asks_for_nothing_twice() -> None:
    async with alone(screen := SignIn(ENGLISH, waiting, "It was of another.")) as page:
        assert len(page.said(SignIn.Opened)) == 1 and "It was of another." in page.text
        await page.press("y", "r", "v")
        await signing_in(page, screen, due=True)
        assert "I have read this" in page.text
        await page.press("enter", *"4/code", "enter", "escape", "y", "y")
        assert len(page.said(SignIn.Agreed)) == 1
        assert page.said(SignIn.Pasted) == page.said(SignIn.Again) == page.said(Copy) == []


async def test_a_sign_in_gives_its_address_takes_what_is_pasted_and_starts_again() -> None:
    async with alone(screen := SignIn(ENGLISH, waiting)) as page:
        await signing_in(page, screen)
        assert "Google's terms" in page.text and LOGIN.url in page.text and "ssh -L x" in page.text
        await page.press("y")
        assert [copy.text for copy in page.said(Copy)] == [LOGIN.url]
        page.app.post_message(events.Paste("4/co\n de"))
        await page.until(lambda: isinstance(page.app.focused, type(screen.query_one("#paste-back"))))
        await page.press("enter")
        assert [(message.login, message.text) for message in page.said(SignIn.Pasted)] == [(LOGIN, "4/co\n de")]
        screen.refused(LOGIN, "Google refused it.")
        await page.press("r", "r")
        assert [message.login for message in page.said(SignIn.Again)] == [LOGIN]
        assert "Google refused it." in page.text and "r starts again" in page.text


@pytest.mark.parametrize("size", [(45, 20), (80, 24)], ids=str)
async def test_a_sign_in_shows_its_short_link_as_a_code_that_fits_and_says_how_it_ends(size: tuple[int, int]) -> None:
    link = "http://192.168.101.123:7861/a/abcdefghjkmnp"
    async with alone(screen := SignIn(ENGLISH, waiting), size) as page:
        screen.show_login(replace(LOGIN, short_url=link))
        await page.until(lambda: "e QR" in page.text)
        await page.press("e")
        await page.until(lambda: isinstance(page.app.screen, QrCode))
        await page.until(lambda: half_blocks(link)[5] in page.text and "ends in a paste" in page.flat)
        await page.press("e")
        await page.until(lambda: page.app.screen is screen)


async def test_a_sign_in_that_no_other_device_reaches_has_no_code() -> None:
    async with alone(screen := SignIn(ENGLISH, waiting)) as page:
        await page.press("e")
        await signing_in(page, screen)
        await page.press("e")
        assert page.app.screen is screen and "e QR" not in page.text and "ssh -L x" in page.text


@pytest.mark.parametrize("ended", ["done", "failed"])
async def test_a_sign_in_that_ended_elsewhere_is_seen_at_the_next_snapshot(ended: str, snapshot: Snapshot) -> None:
    phases = ["waiting", ended]
    status = lambda login: LoginStatus(phases[0], (), f"is {phases[0]}")  # type: ignore[arg-type]  # noqa: E731
    async with alone(screen := SignIn(ENGLISH, status)) as page:
        await signing_in(page, screen)
        del phases[0]
        screen.update_from(snapshot)
        screen.update_from(snapshot)
        await page.until(lambda: page.results == ["is done"] if ended == "done" else "is failed" in page.text)
