"""Which names are served, whose pages may ask for what is for people, and which pages may call the API."""

import re
import socket

import pytest
from werkzeug.datastructures import Headers

from gcli2api_tui.config.allowed_hosts_and_proxies import check
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server.cross_origin import check_host, check_origin, is_ours

CHAT = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
EVIL, OWN = "https://evil.example", "http://localhost"
LOOPBACK = ("127.0.0.1:7861", "LOCALHOST:1", "[::1]:7861", "127.9.9.9", "localhost.", "a.localhost")
REBOUND = ("evil.example", "evil.example:7861", "127.0.0.1.evil.example", "localhost.evil.example", ":7861", "[", "[]")


def served(host: str, bound: str, allowed: str = "") -> bool:
    try:
        check_host(host, bound, allowed)
    except ClientFault as refused:
        assert refused.status == 421 and "allowed_hosts" in refused.sentence
        return False
    return True


@pytest.mark.parametrize("name", ["evil.example", "a" * 90 + ".example", "10.0.0.5", "nas"])
def test_a_name_is_proposed_whole_where_the_setting_takes_it(name: str) -> None:
    with pytest.raises(ClientFault) as refused:
        check_host(f"{name}:7861", "127.0.0.1", "")
    proposed = re.search(r"`gcli2api-tui config set allowed_hosts (.*?)`", refused.value.sentence)
    assert proposed and proposed[1] == name
    check("allowed_hosts", proposed[1], "test")
    assert served(name, "127.0.0.1", proposed[1])


@pytest.mark.parametrize(
    "name",
    [".", "", ":1", "[]", "*", "*.com", "a b", "a'b", 'a"b', "$(x)", "a;b", "-x", "[fe80::1%$(x)]", "a\x1b[2J", "é",
     "a" * 254],
)  # fmt: skip
def test_no_other_name_is_proposed(name: str) -> None:
    """A stranger wrote it: it is nothing to paste into a shell."""
    with pytest.raises(ClientFault) as refused:
        check_host(name or " ", "127.0.0.1", "")
    assert "`" not in refused.value.sentence and "allowed_hosts" in refused.value.sentence


@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0", "::", "192.168.7.7", "nas.example"])
def test_loopback_is_served_at_every_bind_and_a_strangers_name_at_none(bound: str) -> None:
    assert all(served(host, bound) for host in LOOPBACK)
    assert not any(served(host, bound) for host in REBOUND)
    assert served("proxy.example:443", bound, "other, Proxy.example") and served("x.lan", bound, "*.lan")
    assert served("evil.example", bound, "*")


@pytest.mark.parametrize("host", ["192.168.7.7:7861", "[fe80::1]:1", "gcli2api:7861", "nas.home.arpa", "nas.local:1"])
def test_what_nobody_can_point_here_is_served_beyond_loopback_only(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "NAS.home.arpa")
    assert served(host, "0.0.0.0") and not served(host, "127.0.0.1")


def test_the_name_that_was_bound_is_served() -> None:
    assert served("nas.example:7861", "NAS.example")


def refused(path: str, method: str = "POST", **headers: str) -> bool:
    try:
        check_origin(path, method, Headers({name.replace("_", "-"): value for name, value in headers.items()}))
    except ClientFault as fault:
        return fault.status == 403
    return False


def link(site: str = "cross-site", *, mode: str = "navigate", dest: str = "document") -> dict[str, str]:
    """What a browser says of a link that was followed on another site's page."""
    return {"Host": "localhost", "Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": dest}


@pytest.mark.parametrize("path", ["/admin/api/settings", "/auth", "/auth/sign-in", "/metrics", "/auth/callback"])
def test_a_page_of_another_site_gets_nothing(path: str) -> None:
    for origin in (
        EVIL,
        "null",
        "http://localhost:3000",
        "http://localhost.evil.example",
        "file://",
        "http://[",
        "http://x:y",
    ):
        assert refused(path, "GET", Host="localhost", Origin=origin)
    for site in ("cross-site", "same-site", "odd"):
        assert refused(path, "GET", **link(site, mode="no-cors", dest="image"))
        assert refused(path, "POST", **link(site))


def test_our_own_page_gets_through_also_behind_a_proxy_that_speaks_https() -> None:
    assert not refused("/auth", Host="localhost:7861", Origin="http://localhost:7861")
    assert not refused("/auth", Host="me.example", Origin="https://me.example")
    assert not refused("/auth", Host="me.example:443", Origin="https://ME.example")
    assert not refused("/auth", Host="localhost", Origin="null", Sec_Fetch_Site="same-origin")
    assert not refused("/admin/api/x", Host="localhost")


def test_a_link_may_lead_to_a_page_and_not_to_the_administration() -> None:
    assert not refused("/auth", "GET", **link()) and not refused("/auth/callback", "GET", **link())
    assert refused("/admin/api/snapshot", "GET", **link()) and refused("/metrics", "GET", **link())
    assert refused("/auth", "GET", **link(dest="iframe"))


def test_clients_paths_are_not_ours() -> None:
    assert not refused("/v1/chat/completions", Host="localhost", Origin=EVIL, Sec_Fetch_Site="cross-site")
    assert is_ours("//admin") and not is_ours("/administrator") and not is_ours("/v1/auth")


async def test_no_key_helps_the_page_of_another_site_at_any_route(runtime) -> None:
    """Nor do the key of this user's own processes and the right Content-Type."""
    seen = 0
    for rule in runtime.app.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        if not is_ours(path):
            continue
        for method in rule.methods:
            answer = await runtime.ask(path, method=method, key="run-token", headers={"Origin": EVIL})
            assert answer.status_code == 403, (method, path)
            seen += 1
    assert seen > 20 and runtime.control.place is None and runtime.queries == []


async def test_names_are_checked_at_every_door(runtime, open_station) -> None:
    for it in (runtime, open_station):
        for path, key in (
            ("/", ""),
            ("/healthz", ""),
            ("/v1/models", "client-key"),
            ("/admin/api/snapshot", "panel-key"),
        ):
            strangers = ("evil.example", "127..1", f"{'a' * 64}.example")  # the last two can be nobody's name
            for host, status in (*((stranger, 421) for stranger in strangers), ("127.0.0.1:7861", 200)):
                answer = await it.ask(path, method="GET", key=key, headers={"Host": host})
                assert answer.status_code == status, (path, host)


async def test_answers_for_people_are_kept_from_caches_and_frames(runtime) -> None:
    for key, status in (("panel-key", 200), ("wrong", 401)):
        answer = await runtime.ask("/admin/api/snapshot", method="GET", key=key)
        assert answer.status_code == status
        assert (answer.headers["Cache-Control"], answer.headers["X-Frame-Options"]) == ("no-store", "DENY")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Cross-Origin-Resource-Policy" not in (await runtime.ask(json=CHAT)).headers
    callback = await runtime.ask("/auth/callback?code=1", method="GET", key="")
    assert callback.headers["Referrer-Policy"] == "no-referrer", "what a route chose stays"


PAGE = "https://page.example"
ASKED = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,x-stainless-os",
}
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
