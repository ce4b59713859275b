"""What is shown is what happens: standings by identity as the vault judges them, settings old to new, keys."""

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from other_programs import CLIENT

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.config.settings_loading import Loaded
from gcli2api_tui.credentials.credential import Credential, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.import_reader import Found
from gcli2api_tui.credentials.new_credentials import key_credential, oauth_credential
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.installations.installation import Brought, Installation, Key, Setting
from gcli2api_tui.migration.offer import Offer, offer, without

NOW = 1_800_000_000.0
MODELS = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text(encoding="utf-8"), "")
HERE = Loaded(Settings(password=Secret("mine-for-long"), panel_password=Secret("panel-for-long")), {})


def sign_in(email: str, token: str, expires: float = 0.0) -> Credential:
    return oauth_credential(OAuthTokens(Secret(token), CLIENT, Secret("s"), expires_at=expires), email)


def offered(*found: Credential, known: tuple[Credential, ...] = (), here: Loaded = HERE) -> Offer:
    brought = tuple(Brought(f"{number}.json", one) for number, one in enumerate(found))
    return offer(Installation(brought), known, here, MODELS, NOW)


def standings(whole: Offer) -> list[str]:
    return [one.standing for one in whole.credentials]


def test_an_account_is_told_not_doubled() -> None:
    anna = sign_in("anna@example.com", "old", NOW + 10)
    assert standings(offered(anna, known=(anna,))) == ["here"]
    assert standings(offered(sign_in("ANNA@example.com", "other", NOW + 5), known=(anna,))) == ["here"]
    assert standings(offered(sign_in("anna@example.com", "newer", NOW + 99), known=(anna,))) == ["younger"]
    assert standings(offered(anna, sign_in("anna@example.com", "other", NOW + 5))) == ["new", "twice"]


def test_nothing_new_is_an_empty_offer() -> None:
    key = key_credential("AIza-one-key-0001", "mine", "a.json")
    assert offered(key, known=(key,)).is_empty and not offered(key).is_empty


@pytest.mark.parametrize("seed", range(4))
def test_the_vault_does_what_was_foreseen(tmp_path: Path, seed: int) -> None:
    """With accounts that meet in every order; a rule that changes in one place alone breaks this."""
    ends = [0.0, NOW - 50, NOW + 50, NOW + 90]
    many = [
        sign_in(f"{name}@example.com" if name else "", f"token-{(number * 7 + seed) % 5}", ends[(number + seed) % 4])
        for number, name in enumerate(["anna", "ben", "", "anna", "cleo", "ben", "anna", ""])
    ]
    vault = Vault(tmp_path / "c", tmp_path / "t", Clock(now=lambda: NOW), OAuthClient("c", Secret("s")))
    vault.take(Found(tuple(many[:3])))
    foreseen = offered(*many[3:], known=vault.load()[0])
    result = vault.take(Found(tuple(one.brought.credential for one in foreseen.credentials)))
    rows = standings(foreseen)
    assert len(result.added) == rows.count("new")
    assert len(result.renewed) == rows.count("younger")
    assert len(result.duplicates) == rows.count("here") + rows.count("twice")


def settings(*wanted: Setting, here: Loaded = HERE, keys: tuple[Key, ...] = ()) -> Offer:
    return offer(Installation(settings=wanted, keys=keys), (), here, MODELS, NOW)


def test_settings_old_to_new_and_what_is_the_same_is_none() -> None:
    whole = settings(Setting("port", 7861, "PORT"), Setting("strategy", "fill-first", "routing"))
    assert [(one.setting.name, one.old) for one in whole.settings] == [("strategy", "quota-aware")]


def test_a_value_that_is_none_of_ours_stays_with_its_reason() -> None:
    whole = settings(Setting("port", 99999, "PORT"), Setting("host", "0.0.0.0/0", "HOST"))
    assert "PORT" in {one.what for one in whole.settings_left_out} and "65535" in whole.settings_left_out[0].why


def test_a_variable_of_this_home_is_named() -> None:
    here = Loaded(HERE.settings, {"port": "PORT", "password": "PASSWORD"})
    whole = settings(Setting("port", 8000, "port"), here=here, keys=(Key("client", Secret("k"), "x"),))
    assert whole.settings[0].held_by == "PORT" and whole.keys[0].held_by == "PASSWORD"


@pytest.mark.parametrize(("host", "taken"), [("0.0.0.0", 0), ("192.168.1.5", 0), ("::", 0), ("::1", 1)])
def test_coming_over_opens_no_door_to_other_machines(host: str, taken: int) -> None:
    whole = settings(Setting("host", host, "HOST"))
    assert len(whole.settings) == taken and len(whole.settings_left_out) == 1 - taken


def test_aliases_join_ours_and_one_that_leads_nowhere_stays() -> None:
    here = Loaded(replace(HERE.settings, aliases="mine=gemini-2.5-flash, g=gemini-2.5-flash"), {})
    whole = settings(Setting("aliases", "g=gemini-2.5-pro, p=gemini-2.5-pro, no=gone-model", "aliases"), here=here)
    assert [one.setting.value for one in whole.settings] == [
        "mine=gemini-2.5-flash, g=gemini-2.5-flash, p=gemini-2.5-pro"
    ]
    assert [one.what for one in whole.settings_left_out] == ["no"]


def test_a_key_that_is_ours_already_is_no_news() -> None:
    same = Key("client", Secret("mine-for-long"), "x")
    assert not settings(keys=(same,)).keys
    other = settings(keys=(Key("panel", Secret("theirs-for-long"), "x"),)).keys
    assert [(one.key.door, one.had) for one in other] == [("panel", True)]


def test_parts_can_be_left_out() -> None:
    whole = settings(Setting("port", 8000, "port"), keys=(Key("client", Secret("k"), "x"),))
    assert without(whole, ["settings", "keys"]).is_empty and not without(whole, ["credentials"]).is_empty
