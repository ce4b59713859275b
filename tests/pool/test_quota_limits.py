"""Whose limit of a day holds."""

import dataclasses

import pytest

from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.pool.quota import ASSUMED, Tally, limit_of

NOW = 1_795_000_000.0


def one(kind: Kind = Kind.OAUTH, daily_limit: int | None = None) -> Credential:
    settings = CredentialSettings(daily_limit=daily_limit)
    return Credential(CredentialId("0" * 32), kind, "one", ApiKey(Secret("x")), settings=settings)


def test_whose_limit_holds() -> None:
    taught, told, unknown = Tally(NOW, 1, 250, "429"), Tally(NOW, 1, 1000, "google"), Tally(NOW, 1)
    assert limit_of(one(daily_limit=20), [taught, told]) == (20, "setting")
    assert limit_of(one(daily_limit=0), [taught]) == (0, "setting")
    assert limit_of(one(), [taught, told]) == (1250, "429")
    assert limit_of(one(), [told]) == (1000, "google")
    assert limit_of(one(), [told, unknown]) == (ASSUMED, "assumed")
    assert limit_of(one(), [told, dataclasses.replace(unknown, requests=0)]) == (1000, "google")
    assert limit_of(one(Kind.API_KEY), [unknown]) == (None, "")
    assert limit_of(one(Kind.SERVICE_ACCOUNT), []) == (None, "")


@pytest.mark.parametrize(
    ("tier", "limit"),
    [
        ("free-tier", (1000, "tier")),
        ("standard-tier", (1500, "tier")),
        ("g1-ultra-tier", (2000, "tier")),
        ("ws-ai-ultra-business-tier", (2000, "tier")),
        ("a tier to come", (1500, "assumed")),
        ("", (1500, "assumed")),
    ],
)
def test_the_tier_says_how_much_a_day_holds_where_nobody_knows_better(tier: str, limit: tuple[int, str]) -> None:
    account = dataclasses.replace(one(), tier=tier)
    assert limit_of(account, []) == limit
    assert limit_of(account, [Tally(NOW, 1, 250, "429")]) == (250, "429")
    assert limit_of(dataclasses.replace(one(daily_limit=9), tier=tier), []) == (9, "setting")


def test_a_tier_means_nothing_for_a_key() -> None:
    assert limit_of(dataclasses.replace(one(Kind.API_KEY), tier="standard-tier"), []) == (None, "")
