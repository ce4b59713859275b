"""Which of two sign-ins of one account is the younger, and what one that follows another keeps of it."""

from dataclasses import replace

import pytest

from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind, OAuthTokens
from gcli2api_tui.credentials.identity import is_younger, signed_in_again
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret

NOW = 1_000.0


def sign_in(refresh_token: str, expires_at: float) -> Credential:
    secret = OAuthTokens(Secret(refresh_token), "client", Secret("pair"), Secret("access"), expires_at)
    return Credential(CredentialId("a"), Kind.OAUTH, "ann@example.org", secret)


KEY = Credential(CredentialId("a"), Kind.API_KEY, "a key", ApiKey(Secret("AIza-made-up")))


@pytest.mark.parametrize(
    ("file", "ours", "younger"),
    [
        (sign_in("new", 2000), sign_in("old", 1999), True),
        (sign_in("new", 1999), sign_in("old", 2000), False),
        (sign_in("new", 2000), sign_in("old", 2000), False),
        (sign_in("same", 2000), sign_in("same", 1), False),
        (sign_in("new", 0), sign_in("old", NOW), True),
        (sign_in("new", 0), sign_in("old", NOW + 1), False),
        (KEY, sign_in("old", 1), False),
        (sign_in("new", 2000), KEY, False),
        (KEY, KEY, False),
    ],
    ids=[
        "later", "sooner", "as late", "the same one", "of no age, and ours is over", "of no age, and ours lives",
        "a key for a sign-in of one id", "a sign-in for a key of one id", "keys",
    ],
)  # fmt: skip
def test_a_file_replaces_what_is_older_and_of_its_kind(file: Credential, ours: Credential, younger: bool) -> None:
    assert is_younger(file, ours, NOW) is younger


def test_an_account_that_signs_in_again_keeps_what_the_new_one_does_not_say() -> None:
    known = replace(sign_in("old", 1), account="ann@example.org", settings=CredentialSettings(location="europe-west4"))
    anew = replace(sign_in("new", 2000), account="")
    merged = signed_in_again(known, anew)
    assert (merged.account, merged.settings.location) == ("ann@example.org", "europe-west4")
    assert signed_in_again(known, replace(anew, account="eve@example.org")).account == "eve@example.org"
    moved = replace(anew, settings=CredentialSettings(location="us-central1"))
    assert signed_in_again(known, moved).settings.location == "us-central1"
