"""How many requests a day holds: by the person, by what a 429 taught, by Google's figure, by the account's tier.

In that order; 1500 is assumed for Code Assist, nothing for keys.
"""

from collections.abc import Iterable

from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.ledger.credential_rows import LimitSource
from gcli2api_tui.pool.quota import Tally

ASSUMED = 1500
"""Code Assist Standard, requests a day and user (upstream-protocol 9)."""
OF_TIER = {
    "free-tier": 1000,
    "g1-pro-tier": 1500,
    "standard-tier": 1500,
    "g1-ultra-tier": 2000,
    "ws-ai-ultra-business-tier": 2000,
}
"""Requests a day and user by the tier that Code Assist names; of others nothing is known."""


def limit_of(credential: Credential, tallies: Iterable[Tally]) -> tuple[int | None, LimitSource]:
    """The whole credential's limit a day. Models add up only when every used one's limit is known."""
    if credential.settings.daily_limit is not None:
        return credential.settings.daily_limit, "setting"
    limit: int | None = None
    source: LimitSource = "google"
    for tally in tallies:
        if tally.limit is not None:
            limit = (limit or 0) + tally.limit
            source = "429" if tally.limit_source == "429" else source
        elif tally.requests:
            limit = None
            break
    if limit is not None:
        return limit, source
    return of_account(credential)


def of_account(credential: Credential) -> tuple[int | None, LimitSource]:
    """What an account's tier allows, where nobody said more."""
    if credential.kind is not Kind.OAUTH:
        return None, ""
    of_tier = OF_TIER.get(credential.tier)
    return (of_tier, "tier") if of_tier else (ASSUMED, "assumed")
