"""Keys as they are made, changed and known again: by what was sent alone, and never by what is kept."""

import dataclasses
import re
from datetime import datetime

import pytest
from client_key_store import KeptKeys

from gcli2api_tui.clients.client_key import RANDOM_BYTES, digest_of
from gcli2api_tui.clients.key_registry import MOST_REVOKED, ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault

NOW = 1_795_000_000.0


@pytest.fixture
def store() -> KeptKeys:
    return KeptKeys()


@pytest.fixture
def keys(store: KeptKeys) -> ClientKeys:
    return ClientKeys(Clock(now=lambda: NOW), store)


def test_a_key_is_known_by_its_bytes_and_kept_as_its_hash_alone(keys: ClientKeys, store: KeptKeys) -> None:
    made, secret = keys.add("ada", {"rpm": "30"})
    key = secret.reveal()
    assert keys.sent(key.encode()) == made and keys.sent(key[:-1].encode()) is None and keys.sent(b"") is None
    assert key not in repr(store.keys) and key not in repr(made)
    assert made.digest == digest_of(key.encode()) and key.endswith(made.hint)
    assert len(re.sub(r"^sk-", "", key)) * 6 >= RANDOM_BYTES * 8
    again = ClientKeys(Clock(now=lambda: NOW), KeptKeys(), store.keys.values())
    assert again.sent(key.encode()) == made == again.named("ada")


def test_no_two_keys_are_the_same(keys: ClientKeys) -> None:
    assert len({keys.add(f"n{number}", {})[1].reveal() for number in range(50)}) == 50


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 41, "a\nb", "a\u202eb", "\x1b[2J", "a/b", "client", "Client", " client "]
)
def test_names_that_are_none(keys: ClientKeys, name: str) -> None:
    with pytest.raises(ClientFault) as fault:
        keys.add(name, {})
    assert fault.value.param == "name" and keys.all() == ()


@pytest.mark.parametrize("name", ["a", "x" * 40, "老李", "CI bot #2", "ada@example.org"])
def test_names_that_are_one(keys: ClientKeys, name: str) -> None:
    assert keys.add(f" {name} ", {})[0].name == name


def test_a_name_is_taken_by_capitals_or_not_until_its_key_is_revoked(keys: ClientKeys) -> None:
    keys.add("Ada", {})
    with pytest.raises(ClientFault):
        keys.add("ADA", {})
    keys.revoke("ada")
    keys.add("ADA", {})
    assert [key.name for key in keys.all()] == ["ADA"]


def test_a_revoked_key_is_still_known_for_what_it_was(keys: ClientKeys, store: KeptKeys) -> None:
    _, secret = keys.add("ada", {})
    keys.revoke("ada")
    for one in (keys, ClientKeys(Clock(now=lambda: NOW), KeptKeys(), store.keys.values())):
        known = one.sent(secret.reveal().encode())
        assert known and known.revoked_at == NOW and not known.serves(NOW) and one.all() == ()


def test_only_so_many_revoked_ones_are_remembered(keys: ClientKeys) -> None:
    secrets = []
    for _ in range(MOST_REVOKED + 5):
        secrets.append(keys.add("x", {})[1])
        keys.revoke("x")
    assert sum(keys.sent(one.reveal().encode()) is not None for one in secrets) == MOST_REVOKED


def test_what_is_changed_is_all_or_nothing(keys: ClientKeys) -> None:
    keys.add("ada", {"rpm": "30", "models": "gemini-3*", "expires": "2d"})
    changed = keys.set("ADA", {"rpm": "none", "tpd": "2_000_000", "models": "none", "expires": "none"})
    assert (changed.rpm, changed.tpd, changed.models, changed.expires_at) == (None, 2_000_000, (), None)
    with pytest.raises(ClientFault):
        keys.set("ada", {"rpm": "5", "rpd": "many"})
    assert keys.named("ada") == changed


@pytest.mark.parametrize(
    ("field", "words"),
    [("rpm", "0"), ("rpm", "-1"), ("rpm", "1e3"), ("rpd", ""), ("tpd", "9" * 20), ("concurrent", "2.5"), ("rpm", "٣"),
     ("rpm", "100001"), ("expires", "2027-13-01"), ("expires", "2020-01-01"), ("expires", "soon"), ("expires", "0d"),
     ("enabled", "perhaps"), ("thinking", "hard"), ("service_tier", "gold"), ("models", ","), ("models", "a\x00"),
     ("credentials", " , "), ("colour", "red")],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_names_its_field(keys: ClientKeys, field: str, words: str) -> None:
    with pytest.raises(ClientFault) as fault:
        keys.add("ada", {field: words})
    assert (fault.value.param == field and field.split("_")[0] in fault.value.sentence.lower()) or field == "expires"
    assert keys.all() == ()


@pytest.mark.parametrize("field", ["rpm", "rpd", "tpd", "concurrent", "models", "credentials", "expires", "thinking"])
def test_none_lifts_whatever_it_is(keys: ClientKeys, field: str) -> None:
    plain, _ = keys.add("plain", {})
    words = {"models": "a", "credentials": "a", "expires": "3d", "thinking": "low"}.get(field, "7")
    keys.add("ada", {field: words})
    lifted = keys.set("ada", {field: "None"})
    assert dataclasses.replace(lifted, name=plain.name, digest=plain.digest, hint=plain.hint) == plain


def test_a_day_ends_when_it_ends_here(keys: ClientKeys) -> None:
    made, _ = keys.add("ada", {"expires": "2027-01-31"})
    assert made.expires_at == datetime(2027, 2, 1).timestamp()
    assert keys.set("ada", {"expires": "2027-01-31T18:00:00+00:00"}).expires_at == 1_801_418_400
    assert keys.set("ada", {"expires": "30d"}).expires_at == NOW + 30 * 86_400


def test_the_usual_tier_is_no_tier(keys: ClientKeys) -> None:
    assert keys.add("a", {"service_tier": "standard"})[0].service_tier == ""
    assert keys.add("b", {"service_tier": "Flex"})[0].service_tier == "flex"
