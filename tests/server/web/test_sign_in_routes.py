"""Signing in and out: the cookie, wrong keys, what a session outlives and what it does not."""

import pytest

from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.lockout import FREE, MOST


def cookie_of(browser):
    return next(one.headers["Set-Cookie"] for one in browser.seen if "Set-Cookie" in one.headers)


async def test_the_key_opens_the_page(browser):
    assert (await browser.get("/auth")).path == "/auth/sign-in"
    await browser.sign_in()
    assert (browser.path, browser.status) == ("/auth", 200)
    assert "ann@example.com" in browser.html


async def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(browser):
    await browser.sign_in()
    cookie = cookie_of(browser)
    assert {"HttpOnly", "SameSite=Strict", "Path=/auth"} <= set(cookie.split("; "))
    assert "Secure" not in cookie and "panel-key" not in cookie


async def test_under_tls_the_cookie_is_secure(browser):
    answer = await browser.client.post("/auth/sign-in", form={"key": "panel-key"}, scope_base={"scheme": "https"})
    assert "; Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("key", ["", "wrong", "client-key", "panel-key2", "ключ", "x" * 9000])
async def test_no_other_key_does(browser, key):
    await browser.sign_in(key)
    assert browser.status == 401
    assert not any("Set-Cookie" in one.headers for one in browser.seen)
    assert 'role="alert"' in browser.html
    assert (await browser.get("/auth")).path == "/auth/sign-in"


async def test_an_empty_panel_key_opens_nothing(page, browser):
    page.live.change(panel_password=Secret(""))
    for key in ("", " "):
        assert (await browser.sign_in(key)).status == 401


async def test_wrong_keys_are_slowed_then_refused_and_the_right_one_never_is(page, browser):
    for number in range(MOST + 5):
        await browser.sign_in(f"wrong-{number}")
    assert browser.status == 429
    assert page.slept[0] > 0 and len(page.slept) == MOST - FREE - 1
    assert len(page.recorder.lines) == 1, "a guesser cannot fill the log"
    assert "wrong-" not in repr(page.recorder.events)
    assert (await browser.sign_in()).status == 200


async def test_the_page_and_the_admin_api_count_together(page, browser):
    """Half the guesses here, half there: locked out at the same number."""
    here = {"scope_base": {"client": ("10.0.0.1", 5000)}}
    for number in range(MOST // 2):
        await browser.client.post("/auth/sign-in", form={"key": f"wrong-{number}"}, **here)
        guess = {"Authorization": f"Bearer guess-{number}"}
        answer = await browser.client.get("/admin/api/terms", headers=guess, **here)
    assert answer.status_code == 429
    answer = await browser.client.post("/auth/sign-in", form={"key": "wrong"}, **here)
    assert answer.status_code == 429


async def test_signing_out_ends_the_session_here(person):
    cookies = person.client.cookie_jar
    stolen = [(one.name, one.value) for one in cookies]
    await person.post("/auth/sign-out")
    assert person.path == "/auth/sign-in"
    name, value = stolen[0]
    again = await person.client.get("/auth", headers={"Cookie": f"{name}={value}"})
    assert again.status_code == 303, "the session itself is gone, not only the browser's cookie"


async def test_each_sign_in_is_a_session_of_its_own(person):
    """A cookie that somebody else has planted is never taken over."""
    before = {one.value for one in person.client.cookie_jar}
    await person.sign_in()
    assert before.isdisjoint({one.value for one in person.client.cookie_jar})


async def test_what_came_after_the_end_was_not_done_and_the_person_is_told(page, person):
    page.now += 3 * 3600
    await person.post("/auth/credentials/c1/remove")
    assert person.path == "/auth/sign-in?ended=1" and 'role="alert"' in person.html
    assert page.control.did == []


async def test_the_language_is_the_browsers_until_one_is_chosen(browser):
    await browser.get("/auth/sign-in", headers={"Accept-Language": "zh-TW,en;q=0.5"})
    assert "管理密钥" in browser.html and 'lang="zh-CN"' in browser.html
    await browser.get("/auth/language/en?back=/auth/sign-in", headers={"Accept-Language": "zh"})
    assert browser.path == "/auth/sign-in"
    await browser.get("/auth/sign-in", headers={"Accept-Language": "zh"})
    assert "Panel key" in browser.html


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/auth//evil.example", "/auth/\\evil", "/v1"]
)
async def test_choosing_a_language_leads_nowhere_else(browser, back):
    answer = await browser.client.get("/auth/language/zh", query_string={"back": back})
    assert answer.headers["Location"] == "/auth"
