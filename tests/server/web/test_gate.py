"""What other sites get of the page: nothing, by form, fetch, image, frame or WebSocket. Our own forms go through."""

import re

import pytest

from gcli2api_tui.server.web.web_routes import OPEN

NAVIGATED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", **NAVIGATED},
]


def verbs(page):
    """Every path of the page that changes something."""
    rules = [rule for rule in page.app.url_map.iter_rules() if rule.endpoint.startswith("web.")]
    posts = [rule.rule for rule in rules if "POST" in rule.methods]
    return [re.sub(r"<[^>]*>", "x", path) for path in posts]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_no_verb_is_taken_from_another_site_even_with_the_token(page, person, headers):
    for path in verbs(page):
        await person.get("/auth")
        await person.post(path, headers=headers)
        assert person.status == 403, path
    assert page.control.did == []
    assert (await person.get("/auth")).status == 200, "and nobody was signed out"


@pytest.mark.parametrize("token", ["", "x", "панель"])
async def test_no_verb_is_taken_without_the_sessions_token(page, person, token):
    tried = [path for path in verbs(page) if not re.search(r"/(sign-in|a/.*)$", path)]
    assert len(tried) > 6
    for path in tried:
        await person.get("/auth")
        assert (await person.post(path, token=token)).status == 403, path
    assert page.control.did == []


async def test_the_token_of_another_session_is_none(page, person):
    other = type(person)(page.app.test_client())
    await other.sign_in()
    await person.post("/auth/credentials/c1/remove", token=other.token)
    assert person.status == 403 and page.control.did == []


async def test_who_is_not_signed_in_gets_no_page_and_no_verb(page, browser):
    rules = [rule for rule in page.app.url_map.iter_rules() if rule.endpoint.startswith("web.")]
    closed = [rule for rule in rules if rule.endpoint.partition(".")[2] not in OPEN]
    assert len(closed) > 10
    for rule in closed:
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            answer = await browser.client.open(path, method=method)
            assert answer.status_code == 303 and answer.headers["Location"].startswith("/auth/sign-in"), path
    assert page.control.did == []


async def test_scripts_are_told_that_they_are_signed_out(browser):
    assert await browser.json("/auth/states") == {"signed_out": True} and browser.status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    ],
)
async def test_pages_are_not_read_by_other_sites(person, headers):
    for path in ("/auth", "/auth/states", "/auth/add"):
        assert (await person.client.get(path, headers=headers)).status_code == 403


async def test_a_link_elsewhere_may_lead_here(person):
    answer = await person.client.get("/auth", headers={"Sec-Fetch-Site": "cross-site", **NAVIGATED})
    assert answer.status_code == 200


async def test_no_websocket(person):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    assert (await person.client.get("/auth/states", headers=upgrade)).status_code == 426


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
     {"Sec-Fetch-Site": "none"}],
)  # fmt: skip
async def test_our_own_forms_are_taken(page, person, headers):
    await person.post("/auth/credentials/c1/check", headers=headers)
    assert page.control.did == [("check", "c1")]


async def test_every_answer_has_the_policy_and_no_answer_is_kept(person):
    for path in ("/auth", "/auth/add", "/auth/nothing", "/auth/sign-in", "/auth/states", "/auth/callback?code=x"):
        headers = (await person.client.get(path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store"), path
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    refused = await person.client.post("/auth/sign-out", headers={"Origin": "null"})
    assert refused.status_code == 403 and "default-src 'none'" in refused.headers["Content-Security-Policy"]
    assert refused.headers["Content-Type"].startswith("text/html")


async def test_a_script_gets_errors_as_json(person):
    answer = await person.client.post("/auth/sign-out", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/json")


async def test_a_body_too_large_is_refused_and_nothing_done(page, person):
    await person.post("/auth/credentials/c1/remove", filler="x" * 2_000_000)
    assert person.status == 413 and page.control.did == []
