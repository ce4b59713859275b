"""Pages in a browser: nothing without the setting, and never the administration."""

import pytest

PAGE = "https://page.example"
ASKED = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,x-stainless-os",
}
CHAT = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
PATHS = ("/v1/chat/completions", "/v1/models", "/v1beta/models/gemini-2.5-pro:generateContent")


@pytest.fixture
def browsed(runtime):
    """A station whose setting can be chosen: the fixture's own class, once more."""
    return lambda origins: type(runtime)(cors_origins=origins)


def granted(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control")}


async def test_nothing_without_the_setting(runtime):
    refused = await runtime.ask(method="OPTIONS", headers=ASKED)
    assert (refused.status_code, granted(refused)) == (405, {})
    assert (await runtime.ask(method="OPTIONS", key="", headers=ASKED)).status_code == 401
    assert granted(await runtime.ask(json=CHAT, headers={"Origin": PAGE})) == {}


@pytest.mark.parametrize("origins", ["*", f"https://other.example, {PAGE}/"])
async def test_a_browser_may_ask_without_the_key(browsed, origins):
    runtime = browsed(origins)
    for path in PATHS:
        answer = await runtime.ask(path, method="OPTIONS", key="", headers=ASKED)
        assert (answer.status_code, await answer.get_data()) == (204, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == ("*" if origins == "*" else PAGE)
        assert answer.headers["Access-Control-Allow-Headers"] == ASKED["Access-Control-Request-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert runtime.relay.calls == []


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/v1/chat/completions", "POST"), ("/v1/models", "GET, HEAD"), ("/v1beta/files/x", "DELETE, GET, HEAD, POST"),
     ("/v1/responses/r1", "DELETE, GET, HEAD"), ("/v1/nowhere", "GET, POST")],
)  # fmt: skip
async def test_a_browser_is_told_every_method_of_the_path(browsed, path, methods):
    answer = await browsed(PAGE).ask(
        path, method="OPTIONS", key="", headers={**ASKED, "Access-Control-Request-Method": "DELETE"}
    )
    assert (answer.status_code, answer.headers["Access-Control-Allow-Methods"]) == (204, methods)


async def test_answers_and_errors_can_be_read(browsed):
    runtime, page = browsed(PAGE), {"Origin": PAGE}
    for answer, status in (
        (await runtime.ask(json=CHAT, headers=page), 200),
        (await runtime.ask(json={**CHAT, "stream": True}, headers=page), 200),
        (await runtime.ask(json={}, headers=page), 400),
        (await runtime.ask(json=CHAT, key="wrong", headers=page), 401),
        (await runtime.ask("/v1/nope", headers=page), 404),
    ):
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, PAGE)
        assert "retry-after" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Vary"] == "Origin"


async def test_other_pages_get_nothing(browsed):
    runtime = browsed(PAGE)
    for origin in ("https://evil.example", f"{PAGE}.evil.example", "null"):
        answer = await runtime.ask(method="OPTIONS", headers={**ASKED, "Origin": origin})
        assert (answer.status_code, granted(answer)) == (405, {})
        assert granted(await runtime.ask(json=CHAT, headers={"Origin": origin})) == {}


@pytest.mark.parametrize("path", ["/admin/api/snapshot", "/auth/callback"])
async def test_never_the_administration(browsed, path):
    runtime = browsed("*")
    asked = await runtime.ask(path, method="OPTIONS", key="panel-key", headers=ASKED)
    assert (asked.status_code, granted(asked)) == (403, {})
    assert granted(await runtime.ask(path, method="GET", key="panel-key", headers={"Origin": PAGE})) == {}
