"""Access tokens for service accounts: a signed assertion for an hour's token, one for all who ask at once.

In: a credential with a private key. Out: an access token, kept in memory only. The key signs in a thread and goes
nowhere; the assertion goes to the one token address and names Google as its audience, whatever the key's file says.
google-auth signs, with cryptography, or with the rsa library where that has no wheel (Android).
"""

import asyncio

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, ServiceAccount
from gcli2api_tui.credentials.identity import fingerprint
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.access_tokens import EARLY_S, PASSING, TokenEndpoint, life_s, token_of
from gcli2api_tui.upstream.oauth_client import SCOPES, endpoints
from gcli2api_tui.upstream.single_flight import SingleFlight

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE_S = 3600
"""Google takes no assertion that is valid for longer."""


@dataclass(frozen=True, slots=True)
class _Issued:
    made_with: str
    """The fingerprint of the account and its key."""
    token: Secret
    ends_at: float


class ServiceTokens:
    """Implements AccessTokens; one per process."""

    def __init__(self, endpoint: TokenEndpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._issued_last: dict[CredentialId, _Issued] = {}
        self._asking: SingleFlight[Secret] = SingleFlight(say("service.token"))

    async def access_token(self, credential: Credential) -> Secret:
        last = self._newest(credential)
        left_s = last.ends_at - self._clock.now() if last else 0.0
        if last and left_s > EARLY_S:
            return last.token
        try:
            return await self._issue(credential)
        except UpstreamFault as fault:
            if last and fault.kind in PASSING and left_s > 0:
                return last.token
            raise

    async def renew(self, credential: Credential, stale: str) -> Secret:
        last = self._newest(credential)
        return last.token if last and last.token.fingerprint() != stale else await self._issue(credential)

    def _newest(self, credential: Credential) -> _Issued | None:
        """What was issued last, unless the key was exchanged since."""
        last = self._issued_last.get(credential.id)
        return last if last and last.made_with == _mark(_account(credential)) else None

    async def _issue(self, credential: Credential) -> Secret:
        return await self._asking.run(credential.id, lambda: self._issued(credential))

    async def _issued(self, credential: Credential) -> Secret:
        account = _account(credential)
        assertion = await asyncio.to_thread(_signed, account, int(self._clock.now()))
        form = {"grant_type": GRANT, "assertion": assertion}
        answer = await self._endpoint.ask(credential, form, say("oauth.this_service_account"))
        issued = _Issued(_mark(account), token_of(answer), self._clock.now() + life_s(answer))
        self._issued_last[credential.id] = issued
        return issued.token


def _account(credential: Credential) -> ServiceAccount:
    if not isinstance(credential.secret, ServiceAccount):
        raise UpstreamFault(FaultKind.FORBIDDEN, say("cred.no_service_account"))
    return credential.secret


def _mark(account: ServiceAccount) -> str:
    return f"{account.private_key_id} {fingerprint(account)}"


def _signed(account: ServiceAccount, now: int) -> str:
    """The assertion. Runs in a thread: it imports, and signs for up to some tens of milliseconds in pure Python."""
    try:
        from google.auth import crypt, jwt
    except ImportError:
        raise UpstreamFault(
            FaultKind.FORBIDDEN,
            say("service.no_rsa"),
            way_out=say("service.install_rsa"),
        ) from None
    claims = {
        "iss": account.client_email,
        "scope": SCOPES[0],
        "aud": endpoints().token,
        "iat": now,
        "exp": now + LIFE_S,
    }
    try:
        signer = crypt.RSASigner.from_string(account.private_key.reveal(), account.private_key_id or None)
        return str(jwt.encode(signer, claims).decode())
    except Exception:  # google-auth signs with one of two libraries, and each has errors of its own for a bad key
        raise UpstreamFault(
            FaultKind.NEEDS_LOGIN,
            say("service.bad_key"),
            way_out=say("service.new_key"),
        ) from None
