"""Requests that carry an access token: which one, and what a 401 on it leads to.

In: a credential. Out: its token for one request. The fingerprint of the last token that got a 401 is remembered, so
that of many requests refused at once only the first costs a new one.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.token_endpoint import AccessTokens


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
