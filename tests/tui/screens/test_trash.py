"""The trash over the tabs: more than fits, and what is restored goes from the list."""

from alone import ENGLISH, alone

from gcli2api_tui.control.verb_results import Trashed
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.tui.screens.trash import Trash, TrashTable

ROWS = tuple(Trashed(CredentialId(f"id{n}"), f"user{n}@example.org", "oauth", f"u{n}.json", 1e9) for n in range(40))


async def test_what_was_removed_is_listed_and_enter_restores_it() -> None:
    async with alone(screen := Trash(ENGLISH, ROWS), (45, 20)) as page:
        table = screen.query_one(TrashTable)
        await page.press("end")
        assert "user39" in page.text and "user0@" not in page.text and "…" not in page.text
        await page.press("enter")
        assert [message.row for message in page.said(Trash.Restore)] == [ROWS[39]]
        screen.told("user39 is back.", "ok")
        screen.show(ROWS[:-1])
        await page.pilot.pause()
        assert "user39 is back." in page.text and table.selected == ROWS[38]
        await page.press("escape")
        assert page.results == [None]


async def test_an_empty_trash_says_so() -> None:
    async with alone(Trash(ENGLISH, ()), (45, 12)) as page:
        assert "Nothing was removed" in page.text
