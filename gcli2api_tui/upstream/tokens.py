"""Access tokens for OAuth credentials: fresh ones on demand, one refresh for all who ask at once.

In: a credential as the vault has it. Out: an access token that lives for some minutes yet. A rotated refresh token
replaces the old one here at once and in the vault through `on_refreshed`. Tokens go to one address only, which the
credential's file cannot change.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import Credential, OAuthTokens
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.classify import classify_oauth
from gcli2api_tui.upstream.client import SHORT, json_object, translated
from gcli2api_tui.upstream.oauth_client import endpoints
from gcli2api_tui.upstream.single_flight import SingleFlight
from gcli2api_tui.upstream.ways import way_of

EARLY_S = 300.0
"""Refresh this long before the end, as Google's own libraries do."""
_PASSING = (FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT)

OnRefreshed = Callable[[CredentialId, OAuthTokens], None]


@dataclass(frozen=True, slots=True)
class _Held:
    """The newest tokens, and the fingerprints of the refresh tokens that led to them."""

    tokens: OAuthTokens
    lineage: tuple[str, ...]


class Tokens:
    """One per process."""

    def __init__(self, client: httpx.AsyncClient, oauth_base_url: str, clock: Clock, on_refreshed: OnRefreshed) -> None:
        self._client = client
        self._url = endpoints(oauth_base_url).token
        self._clock = clock
        self._on_refreshed = on_refreshed
        self._held: dict[CredentialId, _Held] = {}
        self._refreshing: SingleFlight[OAuthTokens] = SingleFlight("token refresh")

    async def access_token(self, credential: Credential) -> Secret:
        """A token with some life left. Raises UpstreamFault: NEEDS_LOGIN when the sign-in is dead."""
        tokens = self._newest(credential)
        left_s = tokens.expires_at - self._clock.now() if tokens.access_token else 0.0
        if left_s > EARLY_S:
            return tokens.access_token
        try:
            return (await self._refresh(credential)).access_token
        except UpstreamFault as fault:
            if fault.kind in _PASSING and left_s > 0:
                return tokens.access_token
            raise

    async def renew(self, credential: Credential, stale: Secret) -> Secret:
        """After a 401 on `stale`: the newer token if there is one already, else a refresh."""
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
        try:
            answer = await self._post(credential, old)
        except UpstreamFault as fault:
            if fault.kind not in _PASSING:
                raise
            await self._clock.sleep(0.5)
            answer = await self._post(credential, old)
        tokens = _merged(old, answer, self._clock.now())
        lineage = dict.fromkeys((*self._held[credential.id].lineage, tokens.refresh_token.fingerprint()))
        # The first stays: the vault may be unable to write, and then the old file is what we are given.
        first, *later = lineage
        self._held[credential.id] = _Held(tokens, (first, *later[-8:]))
        self._on_refreshed(credential.id, tokens)
        return tokens

    async def _post(self, credential: Credential, tokens: OAuthTokens) -> dict[str, object]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh_token.reveal(),
            "client_id": tokens.client_id,
            "client_secret": tokens.client_secret.reveal(),
        }
        with translated(self._url):
            answer = await way_of(self._client, credential).post(self._url, data=form, timeout=SHORT)
        if answer.status_code != 200:
            raise classify_oauth(answer.status_code, answer.content)
        return json_object(answer.content, self._url)


def _oauth(credential: Credential) -> OAuthTokens:
    if not isinstance(credential.secret, OAuthTokens):
        raise UpstreamFault(FaultKind.FORBIDDEN, "This credential has no sign-in to renew.")
    return credential.secret


def _merged(old: OAuthTokens, answer: dict[str, object], now: float) -> OAuthTokens:
    """Google leaves out what has not changed."""
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        raise UpstreamFault(FaultKind.PROTOCOL, "Google's token answer holds no access token.", status=200)
    lives_s = answer.get("expires_in")
    rotated, scope = answer.get("refresh_token"), answer.get("scope")
    return replace(
        old,
        access_token=Secret(access),
        expires_at=now + (float(lives_s) if isinstance(lives_s, int | float) else 3599.0),
        refresh_token=Secret(rotated) if isinstance(rotated, str) and rotated else old.refresh_token,
        scopes=tuple(scope.split()) if isinstance(scope, str) else old.scopes,
    )
