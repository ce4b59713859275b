"""The credentials: shown in words, acted on, taken back; and nothing from outside is markup."""

import pytest
from web_page import EVIL, HOSTILE, quota, row

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.ledger.credential_rows import CredentialState, ModelCooldown
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.server.web.credential_routes import ON_A_PAGE, VERBS


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb_is_used_on_the_credential_and_told_on_the_next_page(page, person, verb):
    page.control.said = Refused(quoted(f"No {verb}."), quoted("Do this."))
    await person.post(f"/auth/credentials/c1/{verb}")
    assert page.control.did == [(verb, "c1")]
    assert person.notices == [f"ann@example.com No {verb}. Do this."]
    await person.get("/auth")
    assert person.notices == [], "it is told once"


async def test_a_removal_can_be_taken_back_from_the_page_that_tells_it(page, person):
    await person.post("/auth/credentials/c1/remove")
    assert person.notices == ["Removed ann@example.com; its file is in trash/. Undo"]
    assert 'action="/auth/credentials/c1/restore"' in person.html
    await person.post("/auth/credentials/c1/restore")
    assert page.control.did == [("remove", "c1"), ("restore", "c1")]


async def test_a_verb_that_is_none(page, person):
    await person.post("/auth/credentials/c1/explode")
    assert person.status == 404 and page.control.did == []


async def test_a_script_gets_what_came_of_it(page, person):
    await person.get("/auth")
    told = await person.json("/auth/credentials/c1/remove", "POST")
    assert told["notices"][0]["undo"] == "/auth/credentials/c1/restore"
    assert told["notices"][0]["tone"] == "ok"
    await person.get("/auth")
    assert person.notices == [], "it was told to the script"


async def test_what_comes_from_outside_is_text(page, person):
    hostile = {"project": HOSTILE, "source": HOSTILE, "file": HOSTILE, "why": EVIL, "last_error": quoted(HOSTILE + "!")}
    rests = (ModelCooldown(HOSTILE, 2000.0, EVIL),)
    page.reader.rows = [
        row("c1", HOSTILE, CredentialState.FORBIDDEN, **hostile),
        row("c2", HOSTILE, CredentialState.COOLING, cooldowns=rests, quotas=(quota(HOSTILE),)),
    ]
    for query in ({}, {"q": HOSTILE}):
        await person.get("/auth", query_string=query)
        assert "<img src=x" not in person.html and "&lt;img src=x onerror=alert(1)&gt;" in person.html
        assert "49" not in person.html, "no value is a template"
    page.control.said = Refused(EVIL)
    await person.post("/auth/credentials/c1/check")
    assert "<img src=x" not in person.html
    assert "<b>gone</b>" not in person.html, "a label in the trash"


async def test_trouble_stands_first_and_those_that_are_off_last(page, person):
    page.reader.rows = [
        row("a", "good"), row("b", "off", CredentialState.DISABLED), row("c", "bad", CredentialState.NEEDS_LOGIN),
        row("d", "warm", CredentialState.COOLING),
    ]  # fmt: skip
    await person.get("/auth")
    order = [person.html.index(f'id="c-{one}"') for one in "cdab"]
    assert order == sorted(order)
    assert "1 of 4 ready" in person.html


async def test_the_filter_takes_all_its_words(page, person):
    page.reader.rows = [
        row("a", "ann", project="red"),
        row("b", "bob", project="red", source=""),
        row("c", "ann", project="x", kind="k"),
    ]
    await person.get("/auth", query_string={"q": "ANN red oauth"})
    assert 'id="c-a"' in person.html and 'id="c-b"' not in person.html and 'id="c-c"' not in person.html
    await person.get("/auth", query_string={"q": "<zzz>"})
    assert "&lt;zzz&gt;" in person.html


@pytest.mark.parametrize("page_number", ["2", "99", "0", "-1", "x", "9" * 5000, "\u0662"])
async def test_many_come_in_pages(page, person, page_number):
    page.reader.rows = [row(f"c{number}", f"k{number:03}") for number in range(ON_A_PAGE + 1)]
    await person.get("/auth", query_string={"page": page_number})
    assert person.status == 200
    last = page_number in ("2", "99")
    assert ('id="c-c0"' in person.html, f'id="c-c{ON_A_PAGE}"' in person.html) == (not last, last)


async def test_the_script_asks_for_the_states_of_what_it_shows(page, person):
    page.reader.rows = [row("a", quotas=(quota(used=95, resets_at=1060.0),)), row("b"), row("c")]
    await person.get("/auth")
    told = await person.json("/auth/states?ids=a,zzz,c")
    assert [one["id"] for one in told["cards"]] == ["a", "c"]
    bar = told["cards"][0]["bars"][0]
    assert (bar["share"], bar["tone"], bar["text"]) == (0.95, "warn", "95 of 100 used, resets in 60 s")
    assert told["standing"] == "3 of 3 ready"


async def test_a_bar_is_a_meter_with_its_words(page, person):
    page.reader.rows = [row(quotas=(quota(used=150), quota("gemini-3-flash", 3, None)))]
    await person.get("/auth")
    assert person.html.count("<meter") == 1, "no limit, no bar"
    assert 'value="1.0"' in person.html and "150 of 100 used" in person.html


async def test_a_rest_says_until_when_and_why(page, person):
    rest = ModelCooldown("gemini-2.5-pro", 1000.0 + 7260, say("control.gone"))
    page.reader.rows = [row(state=CredentialState.COOLING, cooldowns=(rest,))]
    await person.get("/auth")
    assert "gemini-2.5-pro rests for 2 h 1 min: " in person.html
    assert "/clear-cooldown" in person.html


async def test_the_root_leads_people_here_and_tells_programs_who_answers(browser):
    wanted = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = await browser.client.get("/", headers={"Accept": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/auth")
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = await browser.client.get("/", headers=headers)
        assert (await answer.get_json())["name"] == "gcli2api-tui"
