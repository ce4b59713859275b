"""Every format people bring, by the fields they really have."""

import base64
import json

import pytest

from gcli2api_tui.credentials.credential import ApiKey, Kind, OAuthClient, OAuthTokens, ServiceAccount
from gcli2api_tui.credentials.identity import fingerprint
from gcli2api_tui.credentials.import_reader import Found, read_one
from gcli2api_tui.credentials.new_credentials import key_credential, looks_like_key, oauth_credential, placed
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----\n"
PAIR = {"client_id": "their-client", "client_secret": "their-pair"}


@pytest.fixture
def read_all(client):
    def of(content: object) -> list:
        found = read_one(json.dumps(content).encode(), "file.json", client)
        assert not found.refused, found.refused[0].sentence
        return list(found.credentials)

    return of


@pytest.fixture
def refused(client):
    def of(content: object) -> ImportRefused:
        found = read_one(json.dumps(content).encode(), "file.json", client)
        assert not found.credentials
        return found.refused[0]

    return of


def id_token(email: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"email": email}).encode()).decode().rstrip("=")
    return f"header.{payload}.signature"


def test_gclouds_authorized_user_serves_vertex_in_the_project_that_pays(read_all) -> None:
    content = {"type": "authorized_user", "refresh_token": "rt", "quota_project_id": "billing", "account": ""}
    (credential,) = read_all(PAIR | content | {"universe_domain": "evil.example"})
    assert (credential.kind, credential.project, credential.label) == (Kind.VERTEX_OAUTH, "billing", "billing")
    tokens = OAuthTokens(Secret("rt"), "their-client", Secret("their-pair"))
    assert credential.secret == tokens
    assert "evil" not in repr(credential)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"type": "authorized_user", "project_id": "p"}, Kind.OAUTH),
        ({"type": "authorized_user"}, Kind.OAUTH),
        ({"quota_project_id": "p"}, Kind.OAUTH),
        ({"project_id": "p", "location": "EU"}, Kind.VERTEX_OAUTH),
    ],
)
def test_other_sign_ins_are_code_assists_unless_they_name_a_location(read_all, more: dict, kind: Kind) -> None:
    (credential,) = read_all(PAIR | {"refresh_token": "rt"} | more)
    assert (credential.kind, credential.settings.location) == (kind, "eu" if "location" in more else "")


def test_a_location_without_a_project_is_refused(refused) -> None:
    assert refused(PAIR | {"refresh_token": "rt", "location": "us-central1"}).field == "project_id"
    assert refused(PAIR | {"refresh_token": "rt", "location": "x.evil"}).field == "location"


def test_an_express_key(read_all, refused) -> None:
    (credential,) = read_all({"vertex_api_key": KEY, "location": "global"})
    assert (credential.kind, credential.secret) == (Kind.VERTEX_EXPRESS, ApiKey(Secret(KEY)))
    assert credential.label == "express key …1234"
    assert read_all({"vertex_api_key": KEY, "project": "mine"})[0].project == "mine"
    assert refused({"vertex_api_key": KEY, "location": "eu"}).field == "location"
    assert refused({"vertex_api_key": "short"}).field == "vertex_api_key"


def test_one_key_may_serve_both_backends(client, open_vault) -> None:
    vault, result = open_vault(), []
    for entry in ({"api_key": KEY}, {"vertex_api_key": KEY}, {"vertex_api_key": KEY}):
        result.append(vault.take(read_one(json.dumps(entry).encode(), "f.json", client)))
    assert [len(one.added) for one in result] == [1, 1, 0]


def test_a_place_is_for_what_works_in_one(read_all) -> None:
    account = {"private_key": PEM, "client_email": "bot@p.example", "project_id": "p"}
    (robot,), (key,) = read_all(account), read_all({"api_key": KEY})
    assert placed(robot, "eu").settings.location == "eu"
    assert placed(key, "eu") == key


def test_google_auths_to_json(read_all) -> None:
    """As google.oauth2.credentials.Credentials.to_json writes it, with isoformat's offset and no fraction."""
    content = {
        "token": "at",
        "refresh_token": "rt",
        "token_uri": "https://evil.example/token",
        "scopes": [SCOPE, "openid"],
        "universe_domain": "googleapis.com",
        "account": "ann@example.org",
        "expiry": "2026-11-22T01:02:03+00:00",
    }
    (credential,) = read_all(PAIR | content)
    assert credential.label == "ann@example.org"
    assert credential.secret == OAuthTokens(
        Secret("rt"), "their-client", Secret("their-pair"), Secret("at"), 1795309323.0, (SCOPE, "openid")
    )


@pytest.mark.parametrize(
    "written",
    ["2026-11-22T01:02:03Z", "2026-11-22T01:02:03.000000Z", "2026-11-22T01:02:03", 1795309323, 1795309323000],
)
@pytest.mark.parametrize("name", ["expiry", "expiry_date", "expires_at"])
def test_an_expiry_in_every_spelling(read_all, name: str, written: object) -> None:
    assert read_all({"refresh_token": "rt", name: written})[0].secret.expires_at == 1795309323.0


def test_gemini_clis_scope_text_and_id_token(read_all) -> None:
    content = {
        "access_token": "at",
        "refresh_token": "rt",
        "scope": f"{SCOPE} openid",
        "id_token": id_token("ann@example.org"),
    }
    (credential,) = read_all(content | {"id_token": id_token("ann@example.org")})
    assert (credential.secret.scopes, credential.label) == ((SCOPE, "openid"), "ann@example.org")
    assert (credential.secret.client_id, credential.secret.client_secret) == ("default-client", Secret("default-pair"))


def test_cliproxyapis_nested_token_and_comma_projects(read_all) -> None:
    token = PAIR | {"access_token": "at", "refresh_token": "rt", "expiry": "2026-11-22T01:02:03Z", "scopes": [SCOPE]}
    content = {"type": "gemini", "email": "ann@example.org", "project_id": "p1, p2,,p1", "token": token, "auto": True}
    one, two = read_all(content)
    assert [one.project, two.project] == ["p1", "p2"]
    assert [one.label, two.label] == ["ann@example.org · p1", "ann@example.org · p2"]
    expected = OAuthTokens(Secret("rt"), "their-client", Secret("their-pair"), Secret("at"), 1795309323.0, (SCOPE,))
    assert one.secret == two.secret == expected
    assert one.id != two.id


def test_a_wrong_field_in_a_nested_token_is_named_with_its_place(refused) -> None:
    assert refused({"token": {"refresh_token": 5}}).field == "token.refresh_token"
    assert refused([{"api_key": KEY}, {"token": {"refresh_token": "has space"}}][1:]).field == "[0].token.refresh_token"


def test_a_service_account(read_all) -> None:
    content = {"type": "service_account", "project_id": "p", "private_key_id": "k1", "private_key": PEM}
    (credential,) = read_all(content | {"client_email": "bot@p.example", "token_uri": "https://evil.example"})
    assert credential.secret == ServiceAccount("bot@p.example", Secret(PEM), "k1")
    assert (credential.kind, credential.project, credential.label) == (Kind.SERVICE_ACCOUNT, "p", "bot@p.example")


@pytest.mark.parametrize(
    ("missing", "field"),
    [("client_email", "client_email"), ("private_key", "private_key"), ("project_id", "project_id")],
)
def test_a_service_account_lacks_nothing(refused, missing: str, field: str) -> None:
    content = {"type": "service_account", "private_key": PEM, "client_email": "bot@p.example", "project_id": "p"}
    del content[missing]
    assert refused(content).field == field
    assert refused(content | {"private_key": "SENTINEL", "client_email": "x"}).field == "private_key"


@pytest.mark.parametrize("entry", [{"api_key": KEY}, {"apiKey": KEY, "label": ""}, [KEY]])
def test_an_api_key(read_all, entry: object) -> None:
    (credential,) = read_all(entry)
    assert (credential.kind, credential.secret, credential.label) == (Kind.API_KEY, ApiKey(Secret(KEY)), "key …1234")


def test_the_same_secret_has_the_same_id_and_another_project_another(read_all) -> None:
    first, renewed, elsewhere = (
        read_all({"refresh_token": "rt", **more})[0]
        for more in ({"project_id": "p"}, {"project_id": "p", "access_token": "new"}, {"project_id": "q"})
    )
    assert first.id == renewed.id != elsewhere.id


def test_a_sign_in_without_an_address_is_still_told_apart() -> None:
    labels = {oauth_credential(OAuthTokens(Secret(token), "c", Secret("s")), "").label for token in ("a", "b")}
    assert len(labels) == 2
    assert all(label.startswith("sign-in …") for label in labels)


@pytest.mark.parametrize("text", ["", "short", "x" * 257, "has space in the middle", "sk_" + "é" * 20, "a/b" * 10])
def test_what_is_no_key(text: str) -> None:
    assert not looks_like_key(text)
    with pytest.raises(ImportRefused):
        key_credential(text, "", "f")


def test_a_key_given_as_its_own_name_is_not_shown() -> None:
    assert key_credential(KEY, KEY, "f").label == "key …1234"
    assert "FAKE" not in key_credential(KEY, f"mine {KEY}", "f").label


def test_a_service_accounts_fingerprint_does_not_hang_on_the_last_line_break() -> None:
    with_break, without = (ServiceAccount("e", Secret(key)) for key in (PEM, PEM.strip()))
    assert fingerprint(with_break) == fingerprint(without)


@pytest.mark.parametrize("scopes", [["\ud800"], [SCOPE, 5, "\udfff"]])
def test_half_a_character_in_a_scope_does_not_reach_the_disk(client, open_vault, scopes: list) -> None:
    found = read_one(json.dumps({"refresh_token": "rt", "scopes": scopes}).encode(), "f.json", client)
    open_vault().take(found)


def test_a_file_whose_name_is_no_unicode_is_imported(client, open_vault) -> None:
    found = read_one(KEY.encode(), "caf\udce9.txt", client)
    open_vault().take(found)
    ((kept,), _) = open_vault().load()
    assert kept.source == "caf?.txt"
    assert read_one(b"", "caf\udce9.txt", client).refused[0].sentence.encode()


def test_a_label_longer_than_a_vault_file_takes_is_cut(client, open_vault) -> None:
    open_vault().take(read_one(f"{KEY} {'long ' * 9000}".encode(), "keys.txt", client))
    ((kept,), refused) = open_vault().load()
    assert kept.label.startswith("long long")
    assert not refused


OURS = OAuthClient("ours", Secret("ours"))


def parsed(**more: object) -> Found:
    return read_one(json.dumps({"api_key": "AIza-one-key-0001", **more}).encode(), "a.json", OURS)


@pytest.mark.parametrize(("given", "enabled"), [(True, False), (False, True), ("true", True), (None, True)])
def test_what_was_switched_off_stays_off(given: object, enabled: bool) -> None:
    assert parsed(disabled=given).credentials[0].settings.enabled is enabled


@pytest.mark.parametrize(("given", "weight"), [(3, 3.0), (0, 1.0), (-1, 1.0), (True, 1.0), ("5", 1.0), (1e9, 1.0)])
def test_a_weight(given: object, weight: float) -> None:
    assert parsed(weight=given).credentials[0].settings.weight == weight


@pytest.mark.parametrize("given", ["", "direct", "None"])
def test_no_proxy(given: str) -> None:
    assert not parsed(proxy_url=given).credentials[0].settings.proxy


def test_a_proxy_that_cannot_be_used_takes_the_credential_along() -> None:
    found = parsed(proxy_url="ftp://user:pass@somewhere")
    assert not found.credentials and found.refused[0].field == "proxy_url"
    assert "pass" not in found.refused[0].sentence
