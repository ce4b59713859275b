import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.credentials.file_fields import LONGEST, epoch_seconds
from gcli2api_tui.credentials.import_reader import read_key, read_one
from gcli2api_tui.events.problems import Problem

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
PEM = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
PAIR = {"client_id": "their-client", "client_secret": "their-pair"}


def one(client, content):
    found = read_one(json.dumps(content).encode(), "f.json", client)
    assert not found.refused
    (credential,) = found.credentials
    return credential


def refusal(client, content):
    found = read_one(content if isinstance(content, bytes) else json.dumps(content).encode(), "f.json", client)
    assert not found.credentials
    return found.refused[0]


def test_the_reference_system(client):
    content = PAIR | {"token": "at", "refresh_token": "rt", "project_id": "p", "expiry": "2026-11-22T01:02:03+00:00"}
    credential = one(client, content | {"token_uri": "https://evil.example/token"})
    assert (credential.kind, credential.project, credential.label) == (Kind.OAUTH, "p", "p")
    assert credential.secret.client_id == "their-client"
    assert credential.secret.access_token.reveal() == "at"
    assert credential.secret.expires_at == 1795309323.0
    assert "evil" not in repr(credential)


def test_gemini_cli_takes_the_default_client_and_the_email(client):
    payload = base64.urlsafe_b64encode(b'{"email":"ann@example.org"}').decode().rstrip("=")
    content = {"access_token": "at", "refresh_token": "rt", "expiry_date": 1795309323000, "id_token": f"h.{payload}.s"}
    credential = one(client, content)
    assert credential.secret.client_id == "default-client"
    assert credential.secret.expires_at == 1795309323.0
    assert credential.label == "ann@example.org"


def test_nested_token_with_two_projects_makes_two(client):
    content = {"type": "gemini", "email": "a@b.c", "project_id": "p1, p2", "token": {"refresh_token": "rt"}}
    found = read_one(json.dumps(content).encode(), "f", client)
    assert [c.project for c in found.credentials] == ["p1", "p2"]
    assert len({c.id for c in found.credentials}) == 2


def test_service_account(client):
    pem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
    credential = one(client, {"type": "service_account", "private_key": pem, "client_email": "s@p", "project_id": "p"})
    assert (credential.kind, credential.label) == (Kind.SERVICE_ACCOUNT, "s@p")


def test_keys_as_lines(client):
    text = f"# mine\n{KEY}\nwork={KEY[:-1]}5\n{KEY[:-1]}6  home\nnot a key\n"
    found = read_one(text.encode(), "keys.txt", client)
    assert [c.label for c in found.credentials] == ["key …1234", "work", "home"]
    assert found.refused[0].field == "line 5"


def test_two_keys_on_a_line_are_both_taken_and_neither_is_shown(client):
    one, two = read_one(f"{KEY} {KEY[:-1]}9".encode(), "keys.txt", client).credentials
    assert "FAKE" not in one.label + two.label


def test_a_bad_entry_of_a_list_does_not_lose_the_good(client):
    found = read_one(json.dumps([{"api_key": KEY}, 5, {"api_key": "x"}]).encode(), "f", client)
    assert len(found.credentials) == 1
    assert len(found.refused) == 2


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"installed": []}, "installed"),
        ({"installed": {"client_id": "c"}}, "installed.client_secret"),
        ({"web": PAIR}, "web.redirect_uris"),
        (PAIR | {"token": "at"}, "refresh_token"),
        (PAIR | {"refresh_token": 5}, "refresh_token"),
        ({"client_id": "foreign", "refresh_token": "r"}, "client_secret"),
        ({"v": 2, "secret": {}}, "v"),
        ({}, ""),
    ],
)
def test_refusals_name_the_field(client, content, field):
    assert refusal(client, content).field == field


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"refresh_token": "SENTINEL"', b"[" * 5000])
def test_what_is_no_text_or_json_is_refused_without_repeating_it(client, content):
    assert "SENTINEL" not in refusal(client, content).sentence


@pytest.mark.parametrize("text", ["2026-11-22T01:02:03Z", "2026-11-22T01:02:03", "2026-11-22T02:02:03.000+01:00"])
def test_times(text):
    assert epoch_seconds(text) == 1795309323.0


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data):
    from types import SimpleNamespace

    from gcli2api_tui.events.secret import Secret

    found = read_one(data, "f", SimpleNamespace(client_id="c", client_secret=Secret("s")))
    assert found.credentials or found.refused


def test_lines_may_be_express_keys(client):
    text = f"vertex:{KEY}\nhome=vertex:{KEY}2\n"
    first, second = read_one(text.encode(), "keys.txt", client).credentials
    assert [one.kind for one in (first, second)] == [Kind.VERTEX_EXPRESS] * 2
    assert (first.label, second.label) == (f"express key …{KEY[-4:]}", "home")


@pytest.mark.parametrize(
    ("content", "project", "label"),
    [
        ({"vertex_api_key": KEY, "label": "mine", "project_id": "p"}, "p", "mine"),
        ({"api_key": KEY, "name": "mine", "project": "p"}, "p", "mine"),
        ({"api_key": KEY, "email": "mine", "project_id": "p"}, "p", "mine"),
        ({"type": "service_account", "private_key": PEM, "client_email": "s@p", "project": "p"}, "p", "s@p"),
        (PAIR | {"refresh_token": "rt", "email": "a@b.c", "quota_project_id": "p"}, "p", "a@b.c"),
    ],
)
def test_a_field_is_found_under_each_of_its_names(client, content, project, label):
    found = one(client, content)
    assert (found.project, found.label) == (project, label)


def test_scopes_are_found_beside_the_token_that_they_belong_to(client):
    cloud = "https://www.googleapis.com/auth/cloud-platform"
    for nested in ({"scope": f"openid {cloud}"}, {"scopes": ["openid", cloud]}):
        content = {"type": "gemini", "email": "a@b.c", "token": {"refresh_token": "rt", **nested}}
        assert one(client, content).secret.scopes == ("openid", cloud)


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "half a sign \ud800"])
def test_a_text_that_is_too_long_or_no_text_names_its_field(client, text):
    assert refusal(client, {"api_key": KEY, "label": text}).field == "label"


def test_a_key_that_was_typed_takes_what_was_said_beside_it(client):
    (typed,) = read_key(KEY.encode(), client, label="mine", project="p").credentials
    assert (typed.kind, typed.label, typed.project) == (Kind.API_KEY, "mine", "p")
    (express,) = read_key(KEY.encode(), client, vertex=True).credentials
    assert express.kind is not Kind.API_KEY
    listed = f"{KEY}\n{KEY[:-1]}5"
    assert len(read_key(listed.encode(), client).credentials) == 2
    for more in ({"label": "mine"}, {"project": "p"}, {"vertex": True}):
        with pytest.raises(Problem):
            read_key(listed.encode(), client, **more)
