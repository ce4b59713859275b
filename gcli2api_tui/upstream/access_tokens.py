"""Access tokens: which one a request carries, when a sign-in gets a fresh one, and the one address that they come from.

In: a credential. Out: a token that lives for some minutes yet, from one refresh for all who ask at once, or an
UpstreamFault. Nothing is kept here: the owner of the credentials has the newest tokens, takes those that Google
gives, and says which hold where a person has signed in meanwhile. Of many requests refused at once only the first
costs a new token. Passing trouble is tried once more. The address is Google's or the one that the person set; no
credential's file can change it.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, OAuthTokens
from gcli2api_tui.credentials.ports import Alone, Held, Owner, not_shared
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.classify import classify_oauth
from gcli2api_tui.upstream.google_call import answered, json_object
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.oauth_client import endpoints
from gcli2api_tui.upstream.single_flight import SingleFlight

FORM = "application/x-www-form-urlencoded"
EARLY_S = 300.0
"""A new token is asked for this long before the end of the old, as Google's own libraries do."""
PASSING = (FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT)
_AGAIN_S = 0.5
_LONGEST_LIFE_S = 366 * 86_400.0
PATIENCE_S = 2.0
"""For a refresh while the old token still serves."""


class AccessTokens(Protocol):
    """Whoever has access tokens for credentials of some kind."""

    async def access_token(self, credential: Credential) -> Secret:
        """One with some life left. Raises UpstreamFault: NEEDS_LOGIN when only a person can help."""
        ...

    async def renew(self, credential: Credential, stale: str) -> Secret:
        """After a 401 on the token with this fingerprint: the newer one if there is one already, else a new one."""
        ...


class TokenProvider:
    """One for each backend and kind of token."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens
        self._refused: dict[CredentialId, str] = {}

    @asynccontextmanager
    async def using(self, credential: Credential) -> AsyncGenerator[Secret, None]:
        """The token for what the block asks of Google."""
        token = await self._tokens.access_token(credential)
        try:
            yield token
        except UpstreamFault as fault:
            if fault.kind is FaultKind.AUTH:
                self._refused[credential.id] = token.fingerprint()
            raise

    async def renew(self, credential: Credential) -> None:
        """A token other than the refused one, for all who ask at once."""
        stale = self._refused.get(credential.id) or (await self._tokens.access_token(credential)).fingerprint()
        await self._tokens.renew(credential, stale)


def bearer(token: Secret) -> dict[str, str]:
    """Google's header for access tokens."""
    return {"authorization": f"Bearer {token.reveal()}"}


class TokenEndpoint:
    """Asks; holds nothing."""

    def __init__(self, client: GoogleClient, oauth_base_url: str, clock: Clock) -> None:
        self._client = client
        self._url = endpoints(oauth_base_url).token
        self._clock = clock

    async def ask(
        self, credential: Credential, form: Mapping[str, str], who: str = "this sign-in"
    ) -> dict[str, object]:
        """`who` is what an error calls the credential."""
        try:
            return await self._post(credential, form, who)
        except UpstreamFault as fault:
            if fault.kind not in PASSING:
                raise
        await self._clock.sleep(_AGAIN_S)
        return await self._post(credential, form, who)

    async def _post(self, credential: Credential, form: Mapping[str, str], who: str) -> dict[str, object]:
        way, filled = self._client.way(credential), urlencode(form).encode()
        answer, content = await answered(way, "POST", self._url, {}, filled, kind=FORM)
        if answer.status != 200:
            raise classify_oauth(answer.status, content, who)
        try:
            return await json_object(content, self._url)
        except UpstreamFault as fault:  # a page in Google's place: it passes, as any trouble of the network
            raise UpstreamFault(FaultKind.NETWORK, fault.message, status=fault.status) from fault


def token_of(answer: Mapping[str, object]) -> Secret:
    """The access token of an answer. Raises UpstreamFault(PROTOCOL) when it holds none."""
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        raise UpstreamFault(FaultKind.PROTOCOL, say("oauth.no_token"), status=200)
    return Secret(access)


def life_s(answer: Mapping[str, object]) -> float:
    """How long it lives; Google's usual hour when the answer does not say."""
    lives = answer.get("expires_in")
    if not isinstance(lives, int | float) or isinstance(lives, bool) or not 0 <= lives <= _LONGEST_LIFE_S:
        return 3599.0
    return float(lives)


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
