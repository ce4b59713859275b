"""One renewal of a sign-in's tokens: the question to Google, and the answer to the owner of the credentials.

In: a credential's id. Out: the tokens that hold from now on, which are others than Google's answer where a person has
signed in meanwhile; a refusal of what is no more counts for nothing then.
"""

from collections.abc import Mapping
from dataclasses import replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, OAuthTokens
from gcli2api_tui.credentials.ports import Alone, Held, Owner, not_shared
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.token_endpoint import TokenEndpoint, life_s, token_of


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
