"""Files as people and neighbours really have them (tests/cases/imports): taken or refused by name, nothing lost."""

import json
import re
from pathlib import Path

import pytest

from gcli2api_tui.credentials.credential import ApiKey, Kind, OAuthTokens, ServiceAccount
from gcli2api_tui.credentials.import_reader import Found, read_bytes, read_path
from gcli2api_tui.events.secret import masked

CASES = Path(__file__).parents[1] / "cases" / "imports"
SECRET = re.compile(r"[\w./=|-]*case-?[\w.-]*\d{4}[\w.|-]*|correct-horse-battery|sk-[\w-]+|envcase-password")
"""Secrets of the cases: their makers wrote a number or a giveaway into each."""


def key(letter: str) -> str:
    return "AIzaSy" + letter * 33


@pytest.fixture
def found(client):
    return lambda name: read_path(CASES / name, client)


def secrets(found: Found) -> list[str]:
    return [one.secret.key.reveal() for one in found.credentials if isinstance(one.secret, ApiKey)]


FOREIGN = {
    "foreign-claude.json": "Claude",
    "foreign-codex.json": "Codex",
    "foreign-antigravity.json": "Antigravity",
    "antigravity-manager.json": "Antigravity",
    "neighbours/qwen-oauth_creds.json": "Qwen",
    "neighbours/cliproxyapi-qwen.json": "Qwen",
    "neighbours/iflow-oauth_creds.json": "another service",
    "neighbours/cliproxyapi-iflow.json": "iFlow",
    "neighbours/kimi.json": "Kimi",
    "neighbours/claude-credentials.json": "Claude",
    "neighbours/codex-auth.json": "Codex",
    "neighbours/copilot-apps.json": "GitHub Copilot",
    "neighbours/cliproxyapi-copilot.json": "GitHub Copilot",
    "neighbours/gcli2api-antigravity.json": "Antigravity",
    "neighbours/opencode-antigravity.json": "opencode",
    "foreign-keys.txt": "OpenAI",
    "neighbours/mistral.env": "Groq",
}


@pytest.mark.parametrize(("name", "service"), FOREIGN.items())
def test_what_is_somebody_elses_is_refused_by_name_and_not_repeated(found, name: str, service: str) -> None:
    result = found(name)
    said = " ".join(refusal.sentence for refusal in result.refused)
    assert not result.credentials and not result.clients
    assert service in said
    values = SECRET.findall((CASES / name).read_text())
    assert values or name == "antigravity-manager.json", "the case holds nothing to leak"
    assert not [value for value in values if value in said]


KEYS = {
    "two-keys-pipe.txt": "ab",
    "keys-comma-space.txt": "abc",
    "keys-spaces.txt": "ghi",
    "utf16-keys.txt": "ab",
    "zero-width.txt": "ab",
    "settings.env": "ab",
    "key-in-name.json": "l",
}


@pytest.mark.parametrize(("name", "letters"), KEYS.items())
def test_every_key_is_taken_and_none_is_shown(found, name: str, letters: str) -> None:
    result = found(name)
    assert secrets(result) == [key(letter) for letter in letters]
    assert masked(repr(result)) == repr(result)


def test_of_a_settings_file_only_keys_for_google_are_taken_and_others_keys_are_named(found) -> None:
    result = found("settings.env")
    assert [one.label for one in result.credentials] == ["GEMINI_API_KEY", "GOOGLE_API_KEY"]
    assert [(one.field, one.message) for one in result.refused] == [
        ("line 6", "This is a key for OpenAI, not Google."),
        ("line 7", "This is a key for Anthropic, not Google."),
    ]


def test_another_form_is_a_key_where_a_name_says_that_it_is_googles(found) -> None:
    result = found("neighbours/gemini.env")
    assert secrets(result) == ["Zz9.someformofthefuture0001"]
    assert [one.field for one in result.refused] == ["line 3"]
    sample = found("neighbours/mistral.env").refused
    assert {one.field for one in sample} == {"line 2", "line 3"}, "a sample's placeholder is no key"


def test_names_of_files_are_no_keys(found) -> None:
    result = found("words.txt")
    assert not result.credentials and [one.field for one in result.refused] == ["line 1", "line 2"]


def test_of_opencodes_file_googles_key_is_taken(found) -> None:
    result = found("neighbours/opencode-auth.json")
    assert secrets(result) == ["AQ.opencodecase0001abcdefghijklmnopqrstuvwx"]
    assert [one.message.split(" for ")[1].split(",")[0] for one in result.refused] == [
        "Claude",
        "OpenAI",
        "GitHub Copilot",
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("expiry-*.json")))
def test_an_end_that_cannot_be_read_or_is_long_ago_means_renew_now(found, name: str) -> None:
    (one,) = found(name).credentials
    assert isinstance(one.secret, OAuthTokens)
    assert one.secret.refresh_token.reveal() == "1//0rt"
    assert one.secret.expires_at < 1_800_000_000


@pytest.mark.parametrize(
    "end", ["soon", {"seconds": 5}, [1], True, -5, 1e300, "1404/05/16", "Thu, 07 Aug", 99999999999]
)
@pytest.mark.parametrize("place", ["expiry", "token"])
def test_no_end_of_a_token_costs_the_sign_in(client, end: object, place: str) -> None:
    inner = {"expiry": end} if place == "expiry" else {"token": {"refresh_token": "1//0rt", "expiry": end}}
    (one,) = read_bytes(json.dumps({"refresh_token": "1//0rt", **inner}).encode(), "f.json", client).credentials
    assert isinstance(one.secret, OAuthTokens) and one.secret.expires_at == 0.0


def test_neighbours_files_of_googles(found) -> None:
    (vertex,) = found("cliproxyapi-vertex.json").credentials
    assert (vertex.kind, vertex.project, vertex.settings.location) == (Kind.SERVICE_ACCOUNT, "p-1", "us-central1")
    kinds = {path.name: found(path.name).credentials[0].kind for path in CASES.glob("good-*.json")}
    assert kinds == {
        "good-gcli2api.json": Kind.OAUTH,
        "good-gemini-cli.json": Kind.OAUTH,
        "good-cliproxyapi-gemini.json": Kind.OAUTH,
        "good-gcloud.json": Kind.VERTEX_OAUTH,
        "good-service-account.json": Kind.SERVICE_ACCOUNT,
    }


BODY = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"] * 3)
PEM = f"-----BEGIN PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "written",
    [
        PEM,
        PEM.replace("\n", "\\n"),
        PEM.replace("\n", "\\r\\n"),
        PEM.replace("\n", "\\\\n"),
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", " "),
        PEM.replace("\n", ""),
        f'"{PEM}"',
        "'" + PEM.replace("\n", "\\n") + "'",
    ],
)
def test_a_private_key_has_its_line_ends_however_they_were_written(client, written: str) -> None:
    content = {"type": "service_account", "project_id": "p", "client_email": "a@p.example", "private_key": written}
    (one,) = read_bytes(json.dumps(content).encode(), "f.json", client).credentials
    assert isinstance(one.secret, ServiceAccount)
    assert one.secret.private_key.reveal() == PEM


def test_the_escaped_case_reads_like_the_plain_one(found) -> None:
    plain, escaped = (
        found(f"{name}.json").credentials[0] for name in ("good-service-account", "service-account-escaped")
    )
    assert plain.secret == escaped.secret and plain.id == escaped.id


@pytest.mark.parametrize("how", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("name", ["good-gcli2api.json", "keys-spaces.txt"])
def test_any_unicode_with_a_mark_is_read(client, how: str, name: str) -> None:
    text = (CASES / name).read_text()
    data = ("\ufeff" + text).encode(how) if how.endswith("e") else text.encode(how)
    assert len(read_bytes(data, name, client).credentials) == (1 if name.endswith("json") else 3)
    assert read_bytes(data[:-1], name, client).refused or not how.startswith("utf-16")


def test_json_pasted_from_a_web_page_is_read(client) -> None:
    text = '\u200b{\u00a0"api_key":\u00a0"\u200bAIzaSy' + "p" * 33 + '\u200b"}\ufeff'
    assert secrets(read_bytes(text.encode(), "f.json", client)) == [key("p")]


@pytest.mark.parametrize(
    ("entry", "whose"),
    [
        ({"api_key": "sk-proj-abcdefghijklmnop"}, "OpenAI"),
        ({"api_key": "\u200bsk-ant-abcdefghijklmnop"}, "Anthropic"),
        ({"vertex_api_key": "github_pat_abcdefghijklmnop"}, "GitHub"),
        ({"refresh_token": "sk-ant-ort01-abcdef"}, "Anthropic"),
        ({"token": {"refresh_token": "1//0rt", "access_token": "eyJabcdef"}}, "JSON Web Tokens"),
        ({"refresh_token": "1//0rt", "scopes": ["openid", "model.completion"]}, "another service"),
        ({"refresh_token": "1//0rt", "type": "something-new-SENTINEL"}, "another service"),
        ({"v": 1, "id": "0" * 32, "kind": "oauth", "label": "x", "secret": {"refresh_token": "rt_abc"}}, "Codex"),
        ({"v": 1, "id": "0" * 32, "kind": "api-key", "label": "x", "secret": {"key": "sk-abcdefg"}}, "OpenAI"),
    ],
)
def test_no_field_lets_a_foreign_secret_in(client, entry: dict, whose: str) -> None:
    """In a file of our own too: an older version took some of these."""
    result = read_bytes(json.dumps(entry).encode(), "f.json", client)
    assert not result.credentials
    assert whose in result.refused[0].sentence and "SENTINEL" not in result.refused[0].sentence


@pytest.mark.parametrize("token", ["ya29.abcdefghijklmnop", "1//0abcdefghijklmnop", "GOCSPX-abcdefghijklmnop"])
def test_googles_tokens_are_no_keys(client, token: str) -> None:
    result = read_bytes(json.dumps({"api_key": token}).encode(), "f.json", client)
    assert not result.credentials and token not in result.refused[0].sentence


LINES = {
    'GEMINI_API_KEYS="%s,%s"': ["", ""],
    "%s;%s": ["", ""],
    "%s%s": ["", ""],
    "work=%s": ["work"],
    "%s  home office # mine": ["home office"],
    "%s\t\u5b89": ["\u5b89"],
    "$env:GEMINI_API_KEY = '%s'": ["GEMINI_API_KEY"],
    "gemini-api-key: %s": ["gemini-api-key"],
    "\u201c%s\u201d,": [""],
    "curl https://x.example/?key=%s&alt=sse": ["curl https://x.example/?key= &alt=sse"],
    "my key is %s.": ["my key is ."],
}


@pytest.mark.parametrize(("line", "labels"), LINES.items())
def test_lines_as_people_write_them(client, line: str, labels: list[str]) -> None:
    keys = [key(letter) for letter in "mn"][: line.count("%s")]
    result = read_bytes((line % tuple(keys)).encode(), "keys.txt", client)
    assert secrets(result) == keys and not result.refused
    assert [one.label for one in result.credentials] == [
        label or f"key …{its[-4:]}" for label, its in zip(labels, keys, strict=True)
    ]


@pytest.mark.parametrize("value", [key("v"), "Zz9.someformofthefuture0001"])
def test_a_name_may_say_that_a_key_is_an_express_key(client, value: str) -> None:
    (one,) = read_bytes(f"VERTEX_API_KEY={value}".encode(), ".env", client).credentials
    assert (one.kind, one.label) == (Kind.VERTEX_EXPRESS, "VERTEX_API_KEY")


def test_a_cut_key_is_refused_beside_a_whole_one(client) -> None:
    result = read_bytes(f"AIzaSyShort {key('a')}".encode(), "keys.txt", client)
    assert secrets(result) == [key("a")]
    assert [(one.field, "cut" in one.message) for one in result.refused] == [("line 1", True)]


def test_prose_is_refused_in_a_few_sentences(client) -> None:
    refused = read_bytes(b"not a key\n" * 400, "novel.txt", client).refused
    assert len(refused) == 6 and refused[-1].message == "395 more lines are no API keys."


@pytest.mark.parametrize("name", ["AQ.Ab8RN6-fake-key-of-studio-0001", "AIzaSyFAKEFAKEFAKE0001"])
def test_a_file_named_like_a_key_is_not_named_aloud(client, name: str) -> None:
    result = read_bytes(b"nothing", f"{name}.txt", client)
    assert name not in result.refused[0].sentence
    (taken,) = read_bytes(key("a").encode(), f"{name}.txt", client).credentials
    assert name not in taken.source
