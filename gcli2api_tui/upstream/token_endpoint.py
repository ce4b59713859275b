"""The one address that tokens come from, and what it answers.

In: a grant as form fields. Out: Google's token answer, or an UpstreamFault. Passing trouble is tried once more. The
address is Google's or the one the person set; no credential's file can change it.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.classify import classify_oauth
from gcli2api_tui.upstream.http_client import SHORT, answered, client_for, json_object, translated
from gcli2api_tui.upstream.oauth_client import endpoints

EARLY_S = 300.0
"""A new token is asked for this long before the end of the old, as Google's own libraries do."""
PASSING = (FaultKind.SERVER, FaultKind.NETWORK, FaultKind.TIMEOUT)
_AGAIN_S = 0.5
_LONGEST_LIFE_S = 366 * 86_400.0


class AccessTokens(Protocol):
    """Whoever has access tokens for credentials of some kind."""

    async def access_token(self, credential: Credential) -> Secret:
        """One with some life left. Raises UpstreamFault: NEEDS_LOGIN when only a person can help."""
        ...

    async def renew(self, credential: Credential, stale: str) -> Secret:
        """After a 401 on the token with this fingerprint: the newer one if there is one already, else a new one."""
        ...


class TokenEndpoint:
    """Asks; holds nothing."""

    def __init__(self, client: httpx.AsyncClient, oauth_base_url: str, clock: Clock) -> None:
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
        way = client_for(self._client, credential)
        with translated(self._url):
            request = way.build_request("POST", self._url, data=dict(form), timeout=SHORT)
        answer, content = await answered(way, request)
        if answer.status_code != 200:
            raise classify_oauth(answer.status_code, content, who)
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
