"""The tab for connecting: addresses by the host that was asked, keys only where they were asked for and proved."""

import json
import subprocess
import sys
import time

import pytest

from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.ledger.admin_rows import ClientKeyRow
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.server.web import connect_routes
from gcli2api_tui.server.web.sessions import PROVED_S


async def test_the_address_is_the_one_that_was_asked(person):
    await person.get("/auth/connect")
    assert "http://localhost/v1" in person.html and "client-key" not in person.html


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
@pytest.mark.parametrize("key", ["sk-plain", """k"e\\y 'it' $HOME `id` !x"""])
def test_a_shell_reads_the_first_request_as_it_is_meant(key):
    typed = connect_routes.typed("http://[::1]:7861", key, "a'b\"c")
    done = subprocess.run(["sh", "-c", 'curl() { printf "%s\\0" "$@"; }\n' + typed], capture_output=True, check=True)
    words = done.stdout.decode().split("\0")
    assert words[0] == "http://[::1]:7861/v1/chat/completions" and f"Authorization: Bearer {key}" in words
    assert json.loads(words[-2])["model"] == "a'b\"c"


async def test_the_client_key_is_shown_to_who_typed_the_panel_key_just_now(page, person):
    await person.get("/auth/connect")
    await person.post("/auth/connect/key")
    assert "client-key" in person.html
    page.now += PROVED_S
    await person.get("/auth/connect")
    assert "client-key" not in person.html
    await person.post("/auth/connect/key")
    assert "client-key" not in person.html and 'name="key"' in person.html
    await person.post("/auth/connect/key", key="wrong")
    assert person.status == 401 and "client-key" not in person.html
    await person.post("/auth/connect/key", key="panel-key")
    assert "client-key" in person.html and person.headers["Cache-Control"] == "no-store"


async def test_a_client_key_is_made_with_its_limits_and_seen_once(page, person):
    await person.get("/auth/connect")
    await person.post("/auth/keys/add", name=" ann ", rpm="30", models="gemini-3*", rpd="", expires="")
    assert page.control.did == [("add key", "ann", {"rpm": "30", "models": "gemini-3*"})]
    assert "sk-new-secret" in person.html
    await person.get("/auth/connect")
    assert "sk-new-secret" not in person.html


async def test_what_is_refused_says_why(page, person):
    page.control.said = Refused(quoted("No such <b>name</b>."))
    await person.get("/auth/connect")
    await person.post("/auth/keys/add", name="<x>")
    assert person.notices == ["No such &lt;b&gt;name&lt;/b&gt;."]


async def test_only_what_was_changed_is_changed_and_an_empty_field_lifts(page, person):
    midnight = time.mktime((2027, 2, 1, 0, 0, 0, 0, 0, -1))
    row = ClientKeyRow(ClientKeyId("<i>bob"), "bob", "wxyz", "on", 1.0, rpm=30, rpd=100, expires_at=midnight)
    page.reader.client_key_rows = [row]
    await person.get("/auth/connect")
    assert "<i>bob" not in person.html and "until 2027-01-31" in person.html and "…wxyz" in person.html
    await person.post("/auth/keys/set", name="bob", rpm="30", was_rpm="30", rpd="", was_rpd="100", tpd="5", was_tpd="")
    assert page.control.did == [("set key", "bob", {"rpd": "none", "tpd": "5"})]


async def test_a_key_is_switched_and_revoked_only_with_a_tick(page, person):
    await person.get("/auth/connect")
    await person.post("/auth/keys/switch", name="bob", enabled="off")
    await person.post("/auth/keys/revoke", name="bob")
    assert page.control.did == [("set key", "bob", {"enabled": "off"})]
    await person.post("/auth/keys/revoke", name="bob", sure="yes")
    assert page.control.did[-1] == ("revoke key", "bob")
