"""What a foreign file says about the use of its credential holds here, whatever way it comes in."""

import json

import pytest

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import Found, read_one
from gcli2api_tui.events.secret import Secret

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
