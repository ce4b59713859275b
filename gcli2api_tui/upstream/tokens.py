"""Access tokens for OAuth credentials: fresh ones on demand, one refresh for all who ask at once.

In: a credential's id. Out: an access token that lives for some minutes yet. Nothing is kept here: the owner of the
credentials has the newest tokens, takes those that Google gives, and says which hold where a person has signed in
meanwhile.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, OAuthTokens
from gcli2api_tui.credentials.ports import Alone, Held, Owner, not_shared
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.single_flight import SingleFlight
from gcli2api_tui.upstream.token_endpoint import EARLY_S, PASSING, TokenEndpoint, life_s, token_of

PATIENCE_S = 2.0
"""For a refresh while the old token still serves."""


class Tokens:
    """Implements AccessTokens; one per process."""

    def __init__(self, endpoint: TokenEndpoint, clock: Clock, owner: Owner, alone: Alone = not_shared) -> None:
        self._clock = clock
        self._owner = owner
        self._renewal = Renewal(endpoint, clock, owner, alone)
        self._slow: set[CredentialId] = set()
        """Whose refresh somebody waited for long enough."""
        self._refreshing: SingleFlight[OAuthTokens] = SingleFlight(say("net.token_refresh"))

    async def access_token(self, credential: Credential) -> Secret:
        tokens = tokens_of(newest(self._owner, credential))
        left_s = tokens.expires_at - self._clock.now() if tokens.access_token else 0.0
        if left_s > EARLY_S:
            return tokens.access_token
        if left_s > PATIENCE_S and credential.id in self._slow and self._refreshing.runs(credential.id):
            return tokens.access_token
        self._slow.discard(credential.id)
        refresh = self._refresh(credential)
        try:
            return (await (_at_most(PATIENCE_S, refresh) if left_s > PATIENCE_S else refresh)).access_token
        except TimeoutError:  # it goes on, and who comes later has what it brings
            self._slow.add(credential.id)
            return tokens.access_token
        except UpstreamFault as fault:
            if fault.kind in PASSING and left_s > 0:
                return tokens.access_token
            raise

    async def renew(self, credential: Credential, stale: str) -> Secret:
        tokens = tokens_of(newest(self._owner, credential))
        if tokens.access_token and tokens.access_token.fingerprint() != stale:
            return tokens.access_token
        return (await self._refresh(credential)).access_token

    async def _refresh(self, credential: Credential) -> OAuthTokens:
        return await self._refreshing.run(credential.id, partial(self._renewal.renewed, credential))


async def _at_most(seconds: float, refresh: Coroutine[Any, Any, OAuthTokens]) -> OAuthTokens:
    """Raises TimeoutError; the refresh belongs to nobody who waits for it."""
    async with asyncio.timeout(seconds):
        return await refresh


@dataclass(frozen=True, slots=True)
class Renewal:
    """Keeps nothing."""

    endpoint: TokenEndpoint
    clock: Clock
    owner: Owner
    alone: Alone = not_shared

    async def renewed(self, credential: Credential) -> OAuthTokens:
        before = newest(self.owner, credential).version
        async with self.alone(credential.id):
            read = newest(self.owner, credential)
            if read.version != before:  # somebody else has done it
                return tokens_of(read)
            return await self._asked(credential, read)

    async def _asked(self, credential: Credential, read: Held) -> OAuthTokens:
        old = tokens_of(read)
        try:
            answer = await self.endpoint.ask(read.credential, _refresh_form(old))
        except UpstreamFault:
            now = newest(self.owner, credential)
            if now.version == read.version:
                raise
            return tokens_of(now)
        return self.owner.renewed(read, _merged(old, answer, self.clock.now()))


def newest(owner: Owner, credential: Credential) -> Held:
    """As it stands now; one that was removed serves to its end with what its lease brought."""
    return owner.current(credential.id) or Held(credential, 0)


def tokens_of(held: Held) -> OAuthTokens:
    """Raises UpstreamFault for a credential that has none."""
    if not isinstance(held.credential.secret, OAuthTokens):
        raise UpstreamFault(FaultKind.FORBIDDEN, say("cred.no_sign_in"))
    return held.credential.secret


def _refresh_form(tokens: OAuthTokens) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token.reveal(),
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret.reveal(),
    }


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
