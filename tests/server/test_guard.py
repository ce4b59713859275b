"""Which key opens what: by the path, and held against every route there is."""

import re

import pytest
from client_key_store import KeptKeys
from werkzeug.datastructures import Headers

from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.guard import CLIENT, NOBODY, PERSON, PROCESS, Keys, WrongKey, door_of, who_asks

PANEL = ("panel-key", "run-token")


@pytest.mark.parametrize(
    ("path", "door"),
    [("/", "open"), ("/healthz", "open"), ("/auth/callback", "page"), ("/auth", "page"), ("/auth/x", "page"),
     ("/a/x", "page"), ("/apple", "client"), ("/admin", "panel"), ("/admin/api/snapshot", "panel"),
     ("//admin/api", "panel"), ("/v1/models", "client"), ("/administrator", "client"), ("/v1/admin", "client")],
)  # fmt: skip
def test_the_door_of_a_path(path, door):
    assert door_of(path) == door


def every_route(app):
    for rule in app.url_map.iter_rules():
        method = "POST" if "POST" in rule.methods else "GET"
        yield method, re.sub(r"<[^>]*>", "x", rule.rule)


async def test_the_clients_key_opens_no_admin_route_and_the_persons_no_other(runtime):
    seen = set()
    for method, path in every_route(runtime.app):
        door = door_of(path)
        seen.add(door)
        if door in ("open", "page"):  # the page's own gate: tests/server/web/test_gate.py
            continue
        wrong = "panel-key" if door == "client" else "client-key"
        assert (await runtime.ask(path, method=method, key=wrong)).status_code == 401, path
    assert seen == {"open", "client", "panel", "metrics", "page"}
    assert runtime.control.__dict__.get("place") is None


async def test_this_users_own_processes_ask_as_clients_too_but_not_by_an_address(runtime):
    assert (await runtime.ask("/v1/models", method="GET", key="run-token")).status_code == 200
    assert (await runtime.ask("/v1/models?key=run-token", method="GET", key="")).status_code == 401


async def test_an_address_never_carries_a_key_to_the_admin_api(runtime):
    for method, path in every_route(runtime.app):
        if door_of(path) == "panel":
            for key in PANEL:
                assert (await runtime.ask(f"{path}?key={key}", method=method, key="")).status_code == 401, path


async def test_a_key_that_is_missing_opens_nothing(station_without_keys):
    for key in ("", " "):
        for path in ("/v1/models", "/admin/api/snapshot"):
            assert (await station_without_keys.ask(path, method="GET", key=key)).status_code == 401
            sent = {"Authorization": "Bearer "}
            assert (await station_without_keys.ask(path, method="GET", key="", headers=sent)).status_code == 401


@pytest.mark.parametrize("key", PANEL)
async def test_the_panel_key_and_the_run_token_open_the_admin_api(runtime, key):
    assert (await runtime.ask("/admin/api/snapshot", method="GET", key=key)).status_code == 200


async def test_the_refusal_names_the_key_that_was_wanted(runtime):
    refused = await runtime.ask("/admin/api/snapshot", method="GET", key="client-key")
    assert b"key --panel" in await refused.get_data()


def issued():
    return ClientKeys(Clock(now=lambda: 1000.0), KeptKeys())


KEYS = Keys(Secret("client-key"), Secret("panel-key"), Secret("run-token"))


@pytest.mark.parametrize(
    ("door", "key", "who"),
    [("client", "client-key", CLIENT), ("panel", "panel-key", PERSON), ("panel", "run-token", PROCESS),
     ("client", "run-token", PROCESS),
     ("open", "client-key", NOBODY), ("open", "", NOBODY)],
)  # fmt: skip
def test_who_asks_is_told_by_the_key(door, key, who):
    assert who_asks(door, Headers([("Authorization", f"Bearer {key}")]), "", KEYS, issued()) == who


def test_a_wrong_key_beside_the_right_one_is_still_the_clients():
    headers = Headers([("X-Api-Key", "of-another-service"), ("X-Goog-Api-Key", "client-key")])
    assert who_asks("client", headers, "wrong", KEYS, issued()).client_key == "client"


@pytest.mark.parametrize(
    ("door", "query", "sent"), [("client", "x", True), ("client", "", False), ("panel", "x", False)]
)
def test_a_refusal_says_whether_a_key_was_sent_at_all(door, query, sent):
    with pytest.raises(WrongKey) as refused:
        who_asks(door, Headers(), query, KEYS, issued())
    assert (refused.value.sent, refused.value.status) == (sent, 401)


async def test_the_client_key_that_was_used_travels_to_the_ledger_and_not_the_key(runtime):
    await runtime.ask(json={"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "x"}]})
    (facts,) = runtime.relay.clients
    assert facts.key == "client"
    assert "client-key" not in repr(facts)
