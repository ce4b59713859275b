"""The admin API's verbs: guarded, each to its own method of the control, and no secret comes out."""

import json

import pytest

from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import from_json, in_words_of, quoted, say

TOKEN = "run-token"
VERBS = {
    "check": "check",
    "enable": "enable",
    "disable": "disable",
    "remove": "remove",
    "restore": "restore",
    "clear-cooldown": "clear_cooldown",
    "quota": "ask_google_quota",
}


class Verbs:
    """Takes every verb and keeps what was asked; `no` is refused."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        async def act(*words):
            self.asked.append((name, *words))
            return Refused("It is gone.", "Import it.") if words[0] == "no" else Done(f"{name} done")

        return act


@pytest.fixture
def verbs(runtime, monkeypatch):
    seen = Verbs()
    for name in (*VERBS.values(), "add_credentials"):
        monkeypatch.setattr(runtime.control, name, getattr(seen, name), raising=False)
    return seen


async def content(response):
    return json.loads(await response.get_data())


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb_is_its_own(runtime, verbs, verb):
    answer = await runtime.ask(f"/admin/api/credentials/abc/{verb}", key=TOKEN)
    assert (answer.status_code, await content(answer)) == (200, {"message": f"{VERBS[verb]} done", "warned": False})
    assert verbs.asked == [(VERBS[verb], "abc")]


async def test_a_refusal_is_409_with_the_way_out(runtime, verbs):
    answer = await runtime.ask("/admin/api/credentials/no/disable", key=TOKEN)
    assert answer.status_code == 409
    assert (await content(answer))["error"]["message"] == "It is gone. Import it."


async def test_the_key_of_a_sentence_stands_beside_it(runtime, monkeypatch):
    async def act(*words):
        refused = Refused(say("control.gone"), say("export.list"))
        return refused if words[0] == "no" else Done(say("control.removed", label="anna"))

    monkeypatch.setattr(runtime.control, "remove", act, raising=False)
    done = await content(await runtime.ask("/admin/api/credentials/abc/remove", key=TOKEN))
    assert done["messages"] == {"message": {"key": "control.removed", "values": {"label": "anna"}}}
    error = (await content(await runtime.ask("/admin/api/credentials/no/remove", key=TOKEN)))["error"]
    said = error["messages"]["message"]
    assert (
        from_json(error["message"], said)
        == error["message"]
        == "There is no such credential any more. " + ("`gcli2api-tui creds list` shows what there is.")
    )
    assert in_words_of(CHINESE, from_json("", said)) == CHINESE["control.gone"] + CHINESE["export.list"]


async def test_an_error_of_the_clients_api_has_openais_fields_alone(runtime):
    answer = await runtime.ask("/v1/nope", method="GET")
    assert set((await content(answer))["error"]) == {"message", "type", "param", "code"}


async def test_a_verb_that_is_none(runtime, verbs):
    answer = await runtime.ask("/admin/api/credentials/abc/export", key=TOKEN)
    assert answer.status_code == 404
    assert "There are: check, enable" in (await content(answer))["error"]["message"]
    assert verbs.asked == []


async def test_half_characters_in_a_body_become_whole_ones(runtime, monkeypatch):
    asked = []

    async def keep_filter(text):
        asked.append(text)
        return Done(quoted(text))

    monkeypatch.setattr(runtime.control, "keep_filter", keep_filter, raising=False)
    answer = await runtime.ask("/admin/api/filters", key=TOKEN, data=rb'{"filter": "a\ud800"}')
    assert (answer.status_code, asked) == (200, ["a\ufffd"])


async def test_a_path_that_is_no_text_is_told_all_the_same(runtime, monkeypatch):
    async def remove(credential):
        return Done(quoted("in /home/\udcff"))

    monkeypatch.setattr(runtime.control, "remove", remove, raising=False)
    answer = await runtime.ask("/admin/api/credentials/abc/remove", key=TOKEN)
    assert (await content(answer))["message"] == "in /home/?"


async def test_an_upload_is_imported_under_its_name(runtime, verbs):
    answer = await runtime.ask("/admin/api/credentials?name=pool.zip", key=TOKEN, data=b"PK\x03\x04...")
    assert answer.status_code == 200
    await runtime.ask("/admin/api/credentials", key=TOKEN, data=b"KEY")
    assert verbs.asked == [("add_credentials", b"PK\x03\x04...", "pool.zip"), ("add_credentials", b"KEY", "the upload")]


async def test_an_upload_has_a_limit(runtime, verbs):
    answer = await runtime.ask("/admin/api/credentials", key=TOKEN, data=b"x" * (20 * 2**20 + 1))
    assert (answer.status_code, verbs.asked) == (413, [])


@pytest.mark.parametrize("key", ["", "client-key", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("POST", "/abc/disable"), ("POST", "/abc/remove")]
)
async def test_nobody_acts_without_the_admin_key(runtime, verbs, key, method, path):
    answer = await runtime.ask(f"/admin/api/credentials{path}", method=method, key=key)
    assert (answer.status_code, verbs.asked) == (401, [])


async def test_reading_changes_nothing(runtime, verbs):
    answer = await runtime.ask("/admin/api/credentials/abc/disable", method="GET", key=TOKEN)
    assert (answer.status_code, verbs.asked) == (405, [])
    seen = await content(await runtime.ask("/admin/api/credentials", method="GET", key=TOKEN))
    assert seen == {"at": 1.0, "credentials": []}
