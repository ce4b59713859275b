"""Our own file: what is written is what is read, and nothing else is taken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.credentials import vault_format
from gcli2api_tui.credentials.credential import (
    ApiKey,
    Credential,
    CredentialSettings,
    Kind,
    OAuthTokens,
    ServiceAccount,
)
from gcli2api_tui.credentials.file_fields import Entry, visible
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import GOOGLE, Secret, owner

PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(lambda text: visible(text).strip())
NAMES = PLAIN.filter(bool)
SECRETS = NAMES.filter(lambda key: owner(key) in ("", GOOGLE)).map(Secret)
"""One that begins as somebody else's do is refused when it is read."""
TIMES = st.floats(0, 4e9)
COUNTS = st.none() | st.integers(0, 10**9)
WORDS = st.lists(NAMES, max_size=3).map(tuple)
SCOPES = WORDS.map(lambda words: words and ("https://www.googleapis.com/auth/cloud-platform", *words))

OAUTH = st.builds(OAuthTokens, SECRETS, NAMES, PLAIN.map(Secret), PLAIN.map(Secret), TIMES, SCOPES)
ACCOUNT = st.builds(ServiceAccount, NAMES, NAMES.map(lambda key: Secret(f"{key}\n")), PLAIN)
KINDS = (
    st.tuples(st.sampled_from([Kind.API_KEY, Kind.VERTEX_EXPRESS]), st.builds(ApiKey, SECRETS))
    | st.tuples(st.sampled_from([Kind.OAUTH, Kind.VERTEX_OAUTH]), OAUTH)
    | st.tuples(st.just(Kind.SERVICE_ACCOUNT), ACCOUNT)
)
PROXIES = st.sampled_from(["", "http://127.0.0.1:3128", "https://user:pw@proxy.example"]).map(Secret)
PLACES = st.sampled_from(["", "global", "us-central1", "eu"])
SETTINGS = st.builds(CredentialSettings, st.booleans(), COUNTS, st.floats(0.01, 1000), COUNTS, WORDS, PROXIES, PLACES)


@st.composite
def credentials(draw) -> Credential:
    identity = CredentialId(draw(st.text("0123456789abcdef", min_size=32, max_size=32)))
    kind, secret = draw(KINDS)
    label, project, source = draw(NAMES), draw(PLAIN), draw(PLAIN)
    settings, tier = draw(SETTINGS), draw(PLAIN)
    return Credential(identity, kind, label, secret, project, draw(TIMES), source, settings, tier)


def decoded(content: bytes) -> Credential:
    return vault_format.decode(Entry("f.json", json.loads(content)))


@given(credentials())
def test_what_is_written_is_read(credential: Credential) -> None:
    assert decoded(vault_format.encode(credential)) == credential


@given(credentials())
def test_a_file_name_is_safe_everywhere_and_ends_with_the_id(credential: Credential) -> None:
    name = vault_format.file_name(credential)
    assert name.endswith(f"-{credential.id[:6]}.json")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert len(name) <= 60 and not name.startswith((".", "-"))


GOOD = {"v": 1, "id": "0" * 32, "kind": "api-key", "label": "one", "secret": {"key": "SENTINEL"}}


def test_what_is_left_out_has_its_default() -> None:
    assert decoded(json.dumps(GOOD).encode()).settings == CredentialSettings()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"v": 2}, "v"),
        ({"v": True, "id": None}, "id"),
        ({"id": "../../evil"}, "id"),
        ({"id": "0" * 31}, "id"),
        ({"kind": "magic"}, "kind"),
        ({"label": "  "}, "label"),
        ({"secret": "SENTINEL"}, "secret"),
        ({"secret": {}}, "secret.key"),
        ({"kind": "oauth"}, "secret.refresh_token"),
        ({"kind": "service-account"}, "secret.private_key"),
        ({"created_at": "SENTINEL"}, "created_at"),
        ({"settings": []}, "settings"),
        ({"settings": {"enabled": "no"}}, "settings.enabled"),
        ({"settings": {"weight": 0}}, "settings.weight"),
        ({"settings": {"weight": float("nan")}}, "settings.weight"),
        ({"settings": {"weight": True}}, "settings.weight"),
        ({"settings": {"daily_limit": -1}}, "settings.daily_limit"),
        ({"settings": {"daily_limit": 1.5}}, "settings.daily_limit"),
        ({"settings": {"max_in_flight": True}}, "settings.max_in_flight"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not_repeated(change: dict, field: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        decoded(json.dumps(GOOD | change).encode())
    assert caught.value.field == field
    assert "SENTINEL" not in caught.value.sentence


def test_a_file_from_before_there_were_locations_is_read() -> None:
    old = json.loads(vault_format.encode(Credential(CredentialId("a" * 32), Kind.API_KEY, "k", ApiKey(Secret("x")))))
    del old["settings"]["location"]
    assert vault_format.decode(Entry("f.json", old)).settings == CredentialSettings()


@pytest.mark.parametrize("place", ["evil.example/", "us.evil", "US-CENTRAL1@", "a", "global\n.evil", 5])
def test_a_location_becomes_a_host_name_so_nothing_else_passes(place: object) -> None:
    file = json.loads(vault_format.encode(Credential(CredentialId("a" * 32), Kind.API_KEY, "k", ApiKey(Secret("x")))))
    file["settings"]["location"] = place
    with pytest.raises(ImportRefused) as refused:
        vault_format.decode(Entry("f.json", file))
    assert refused.value.field == "settings.location"
