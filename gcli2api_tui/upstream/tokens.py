"""Access tokens for OAuth credentials: fresh ones on demand, one refresh for all who ask at once.

In: a credential's id. Out: an access token that lives for some minutes yet. Nothing is kept here: the owner of the
credentials has the newest tokens, takes those that Google gives, and says which hold where a person has signed in
meanwhile.
"""

from collections.abc import Mapping
from dataclasses import replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import Credential, OAuthTokens
from gcli2api_tui.credentials.ports import Held, Owner
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.single_flight import SingleFlight
from gcli2api_tui.upstream.token_endpoint import EARLY_S, PASSING, TokenEndpoint, life_s, token_of


class Tokens:
    """Implements AccessTokens; one per process."""

    def __init__(self, endpoint: TokenEndpoint, clock: Clock, owner: Owner) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._owner = owner
        self._refreshing: SingleFlight[OAuthTokens] = SingleFlight(say("net.token_refresh"))

    async def access_token(self, credential: Credential) -> Secret:
        tokens = _tokens(self._newest(credential))
        left_s = tokens.expires_at - self._clock.now() if tokens.access_token else 0.0
        if left_s > EARLY_S:
            return tokens.access_token
        try:
            return (await self._refresh(credential)).access_token
        except UpstreamFault as fault:
            if fault.kind in PASSING and left_s > 0:
                return tokens.access_token
            raise

    async def renew(self, credential: Credential, stale: str) -> Secret:
        tokens = _tokens(self._newest(credential))
        if tokens.access_token and tokens.access_token.fingerprint() != stale:
            return tokens.access_token
        return (await self._refresh(credential)).access_token

    def _newest(self, credential: Credential) -> Held:
        """As it stands now; one that was removed serves to its end with what its lease brought."""
        return self._owner.current(credential.id) or Held(credential, 0)

    async def _refresh(self, credential: Credential) -> OAuthTokens:
        return await self._refreshing.run(credential.id, lambda: self._renewed(credential))

    async def _renewed(self, credential: Credential) -> OAuthTokens:
        read = self._newest(credential)
        old = _tokens(read)
        try:
            answer = await self._endpoint.ask(read.credential, _refresh_form(old))
        except UpstreamFault:
            now = self._newest(credential)
            if now.version == read.version:
                raise
            return _tokens(now)  # what was refused is no more: a new sign-in came meanwhile
        return self._owner.renewed(read, _merged(old, answer, self._clock.now()))


def _refresh_form(tokens: OAuthTokens) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token.reveal(),
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret.reveal(),
    }


def _tokens(held: Held) -> OAuthTokens:
    if not isinstance(held.credential.secret, OAuthTokens):
        raise UpstreamFault(FaultKind.FORBIDDEN, say("cred.no_sign_in"))
    return held.credential.secret


def _merged(old: OAuthTokens, answer: Mapping[str, object], now: float) -> OAuthTokens:
    """Google leaves out what has not changed."""
    rotated, scope = answer.get("refresh_token"), answer.get("scope")
    return replace(
        old,
        access_token=token_of(answer),
        expires_at=now + life_s(answer),
        refresh_token=Secret(rotated) if isinstance(rotated, str) and rotated else old.refresh_token,
        scopes=tuple(scope.split()) if isinstance(scope, str) else old.scopes,
    )
