"""Credentials on the page: shown, acted on and taken back; added; taken along by who proved the key."""

import io
import zipfile

import pytest
from web_page import EVIL, HOSTILE, quota, row

from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.credential_rows import CredentialState, ModelCooldown
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.server.web.credential_routes import ON_A_PAGE, VERBS, safe_name
from gcli2api_tui.server.web.gate import LONGEST_NAME, MOST_FILES, shown_name
from gcli2api_tui.server.web.sessions import PROVED_S


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
        assert str(7654321 * 1234567) not in person.html, "no value is a template"
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


async def test_each_file_has_its_result(page, person):
    await person.send_files(("good.json", b"{}"), ("broken.json", b"bad"), ("more.zip", b"PK"))
    assert [what for what in page.control.did if what[0] == "add"] == [
        ("add", b"{}", "good.json"), ("add", b"bad", "broken.json"), ("add", b"PK", "more.zip"),
    ]  # fmt: skip
    assert person.notices[0] == "Added good.json." and person.notices[1].startswith("broken.json ")
    assert len(person.notices) == 3 and 'class="notice bad"' in person.html
    assert person.path == "/auth/add", "where one can try again"


async def test_good_files_lead_to_the_credentials(person):
    await person.send_files(("good.json", b"{}"))
    assert person.path == "/auth"


async def test_names_of_files_are_text(page, person):
    for name in (HOSTILE, "a\nSet-Cookie: x=1\r\n\r\n<b>", "../../etc/passwd", "C:\\keys\\x.json", "x" * 200 + ".json"):
        await person.send_files((name, b"bad"))
        assert person.status == 200
        assert "<img src=x" not in person.html and "<b></b>" not in person.html
        taken = page.control.did[-1][2]
        assert taken.isprintable() and "/" not in taken and "\\" not in taken and len(taken) <= LONGEST_NAME


def test_a_long_name_keeps_its_ending():
    assert shown_name("k" * 200 + ".json").endswith(".json")
    assert shown_name("a/b\\c\u202e\x00d.json") == "cd.json"
    assert shown_name("钥匙.json") == "钥匙.json"


async def test_no_file_and_a_file_without_a_name(page, person):
    await person.send_files()
    assert person.notices == ["No file was chosen."]
    await person.send_files(("", b""))
    assert person.notices == ["No file was chosen."] and page.control.did == []


async def test_more_files_than_are_taken(page, person):
    await person.send_files(*[(f"{n}.json", b"x") for n in range(MOST_FILES + 1)])
    assert person.status == 413 and page.control.did == []


async def test_more_bytes_than_are_taken(page, person):
    await person.send_files(("big.zip", b"x" * (21 * 2**20)))
    assert person.status == 413 and page.control.did == []


async def test_a_form_that_is_none(page, person):
    kind = {"Content-Type": "multipart/form-data"}
    for body in (b"", b"--x", b"\r\n" * 5000):
        assert (await person.client.post("/auth/add/files", data=body, headers=kind)).status_code == 403
    many = b"&".join(b"a%d=1" % n for n in range(2000))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await person.client.post("/auth/add/text", data=many, headers=kind)).status_code == 400


async def test_a_key_or_json_is_pasted(page, person):
    await person.get("/auth/add")
    await person.post("/auth/add/text", text=" AIza-key \n")
    assert page.control.did[-1] == ("add", b"AIza-key", "the pasted text")
    assert person.path == "/auth"
    await person.get("/auth/add")
    await person.post("/auth/add/text", text="bad")
    assert person.path == "/auth/add" and "bad" in page.control.did[-1][1].decode()
    await person.post("/auth/add/text", text="   ")
    assert person.notices == ["Nothing was pasted."]


async def test_what_was_pasted_stands_on_no_page(person):
    await person.get("/auth/add")
    await person.post("/auth/add/text", text="bad-secret-value")
    assert "bad-secret-value" not in person.html


HERE = {"scope_base": {"client": ("127.0.0.1", 5000)}}
FAR = {"scope_base": {"client": ("192.168.1.7", 5000)}}


async def download(person, base=HERE, **form):
    return await person.client.post("/auth/download", form={"csrf": person.token, **form}, **base)


async def test_one_as_json_and_all_as_a_zip(page, person):
    one = await download(person, id="c1")
    assert await one.get_data() == b'{"refresh_token": "1//secret"}'
    assert one.headers["Content-Disposition"] == 'attachment; filename="an_n_x.json"'
    assert (one.headers["Cache-Control"], one.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    whole = await download(person, all="yes")
    assert len(zipfile.ZipFile(io.BytesIO(await whole.get_data())).namelist()) == 2
    assert page.exported == [["c1"], None]
    assert "downloaded" in page.recorder.lines[0].text and "secret" not in repr(page.recorder.events)


async def test_after_some_minutes_the_key_is_asked_for_and_the_same_form_goes_on(page, person):
    page.now += PROVED_S
    asked = (await (await download(person, id="c1")).get_data()).decode()
    assert 'name="id" value="c1"' in asked and 'name="key"' in asked and page.exported == []
    assert (await download(person, id="c1", key="wrong")).status_code == 401
    assert b"1//secret" in await (await download(person, id="c1", key="panel-key")).get_data()
    assert b"1//secret" in await (await download(person, id="c1")).get_data(), "and it holds for a while"


@pytest.mark.parametrize(("base", "status"), [(FAR, 403), ({"scope_base": {}}, 403), (HERE, 200)])
async def test_never_in_clear_over_a_network(page, person, base, status):
    assert (await download(person, base, all="yes")).status_code == status


async def test_over_tls_from_anywhere(page, person):
    signed = await person.client.post("/auth/sign-in", form={"key": "panel-key"}, scope_base={"scheme": "https"})
    assert signed.status_code == 303
    await person.get("/auth", scope_base={"scheme": "https"})
    base = {"scope_base": {"scheme": "https", "client": ("192.168.1.7", 5000)}}
    assert (await download(person, base, all="yes")).status_code == 200


async def test_what_is_gone_and_what_nobody_may_get(page, person):
    assert (await download(person, id="zzz")).status_code == 404
    assert (await person.client.get("/auth/download", **HERE)).status_code in (404, 405)
    assert (await person.client.post("/auth/download", form={"all": "yes"}, **HERE)).status_code == 403
    stranger = page.app.test_client()
    assert (await stranger.post("/auth/download", form={"all": "yes"}, **HERE)).status_code == 303


@pytest.mark.parametrize("name", ["", "..", "/etc/passwd", '"; x="', "a\r\nb: c", "钥.json", "x" * 300])
def test_a_name_is_safe_in_a_header_and_on_a_disk(name):
    safe = safe_name(name)
    assert safe and safe.isascii() and len(safe) <= 100
    assert not set(safe) & set('/\\"\r\n ;') and not safe.startswith(".")
