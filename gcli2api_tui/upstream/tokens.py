"""Access tokens for OAuth credentials: fresh ones on demand, one refresh for all who ask at once.

In: a credential as the vault has it. Out: an access token that lives for some minutes yet. A rotated refresh token
replaces the old one here at once and in the vault through `on_refreshed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import Credential, OAuthTokens
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.single_flight import SingleFlight
from gcli2api_tui.upstream.token_endpoint import EARLY_S, PASSING, TokenEndpoint, life_s, token_of

OnRefreshed = Callable[[CredentialId, OAuthTokens], None]


@dataclass(frozen=True, slots=True)
class _Held:
    """The newest tokens, and the fingerprints of the refresh tokens that led to them."""

    tokens: OAuthTokens
    lineage: tuple[str, ...]


class Tokens:
    """Implements AccessTokens; one per process."""

    def __init__(self, endpoint: TokenEndpoint, clock: Clock, on_refreshed: OnRefreshed) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._on_refreshed = on_refreshed
        self._held: dict[CredentialId, _Held] = {}
        self._refreshing: SingleFlight[OAuthTokens] = SingleFlight(say("net.token_refresh"))

    async def access_token(self, credential: Credential) -> Secret:
        tokens = self._newest(credential)
        left_s = tokens.expires_at - self._clock.now() if tokens.access_token else 0.0
        if left_s > EARLY_S:
            return tokens.access_token
        try:
            return (await self._refresh(credential)).access_token
        except UpstreamFault as fault:
            if fault.kind in PASSING and left_s > 0:
                return tokens.access_token
            raise

    async def renew(self, credential: Credential, stale: Secret) -> Secret:
        tokens = self._newest(credential)
        if tokens.access_token and tokens.access_token != stale:
            return tokens.access_token
        return (await self._refresh(credential)).access_token

    def _newest(self, credential: Credential) -> OAuthTokens:
        """What we hold, unless the person has signed in anew since: then the credential's own."""
        given = _oauth(credential)
        held = self._held.get(credential.id)
        if held is None or given.refresh_token.fingerprint() not in held.lineage:
            held = _Held(given, (given.refresh_token.fingerprint(),))
            self._held[credential.id] = held
        return held.tokens

    async def _refresh(self, credential: Credential) -> OAuthTokens:
        return await self._refreshing.run(credential.id, lambda: self._renewed(credential))

    async def _renewed(self, credential: Credential) -> OAuthTokens:
        old = self._newest(credential)
        answer = await self._endpoint.ask(credential, _refresh_form(old))
        tokens = _merged(old, answer, self._clock.now())
        lineage = dict.fromkeys((*self._held[credential.id].lineage, tokens.refresh_token.fingerprint()))
        # The first stays: the vault may be unable to write, and then the old file is what we are given.
        first, *later = lineage
        self._held[credential.id] = _Held(tokens, (first, *later[-8:]))
        self._on_refreshed(credential.id, tokens)
        return tokens


def _refresh_form(tokens: OAuthTokens) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token.reveal(),
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret.reveal(),
    }


def _oauth(credential: Credential) -> OAuthTokens:
    if not isinstance(credential.secret, OAuthTokens):
        raise UpstreamFault(FaultKind.FORBIDDEN, say("cred.no_sign_in"))
    return credential.secret


def _merged(old: OAuthTokens, answer: Mapping[str, Any], now: float) -> OAuthTokens:
    """Google leaves out what has not changed."""
    rotated, scope = answer.get("refresh_token"), answer.get("scope")
    return replace(
        old,
        access_token=token_of(answer),
        expires_at=now + life_s(answer),
        refresh_token=Secret(rotated) if isinstance(rotated, str) and rotated else old.refresh_token,
        scopes=tuple(scope.split()) if isinstance(scope, str) else old.scopes,
    )
