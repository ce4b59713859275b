"""Signing in with Google: the address to open, and what comes back turned into tokens.

In: the text a person pastes or a browser brings (URL, query or bare code; line breaks and spaces tolerated).
Out: OAuthTokens and the e-mail address. PKCE, a random state compared in constant time, one waiting sign-in per
state, each used once. google_auth_oauthlib is imported only when somebody signs in.
"""

import asyncio
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import OAuthClient, OAuthTokens
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.certificate_authorities import place_for_requests
from gcli2api_tui.upstream.classify import classify_oauth
from gcli2api_tui.upstream.google_call import answered, json_object
from gcli2api_tui.upstream.http_client import GoogleClient, is_loopback, require_loopback
from gcli2api_tui.upstream.oauth_client import SCOPES, Endpoints

WAITS_S = 300.0
EXCHANGE_S = 15
_AGAIN = say("signin.again")

_CODE = re.compile(r"[\w./~+=-]{1,2048}", re.ASCII)
_BARE_CODE = re.compile(r"\d/[\w./~+=-]{4,2048}", re.ASCII)
"""Google's begin with `4/`; any other word that is pasted is none."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that waits for the person."""

    id: str
    url: str
    redirect_uri: str
    state: Secret
    verifier: Secret
    expires_at: float
    client: OAuthClient
    """The one it began with: the tokens belong to it, whatever is imported meanwhile."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What it led to; `email` is empty when Google did not tell."""

    id: str
    """Of the SignIn it ended."""
    tokens: OAuthTokens
    email: str


class SignIns:
    """All that wait; they live in memory for five minutes."""

    def __init__(
        self,
        client: GoogleClient,
        oauth: Callable[[], OAuthClient],
        endpoints: Endpoints,
        clock: Clock,
        redirect_uri: Callable[[], str],
        *,
        loopback_only: bool = False,
    ) -> None:
        self._client = client
        self._oauth = oauth
        self._endpoints = endpoints
        self._clock = clock
        self._redirect_uri = redirect_uri
        self._loopback_only = loopback_only
        self._waiting: dict[str, SignIn] = {}
        self._busy: set[str] = set()
        self._exchanging = asyncio.Lock()
        """One at a time: `_oauthlib_settings` changes the environment and puts it back."""

    async def begin(self) -> SignIn:
        """The address for the person's browser. Raises Problem when no OAuth client is set up."""
        client, redirect_uri = await asyncio.to_thread(self._client_and_library), self._redirect_uri()
        if not client.client_secret:
            raise Problem(
                say("signin.no_secret"),
                say("signin.import_client"),
            )
        _require_allowed(client, redirect_uri)
        self._drop_expired()
        state = secrets.token_urlsafe(32)
        flow = self._flow(client, redirect_uri, None)
        with _oauthlib_settings(self._endpoints.authorize):
            url, _ = flow.authorization_url(access_type="offline", prompt="consent", state=state)
        expires_at = self._clock.now() + WAITS_S
        verifier = Secret(flow.code_verifier)
        sign_in = SignIn(secrets.token_hex(8), url, redirect_uri, Secret(state), verifier, expires_at, client)
        self._waiting[sign_in.id] = sign_in
        return sign_in

    def _client_and_library(self) -> OAuthClient:
        """In a thread: the client may be a file, and the library takes a quarter of a second to load."""
        import google_auth_oauthlib.flow  # noqa: F401

        return self._oauth()

    def cancel(self, sign_in: str) -> None:
        self._waiting.pop(sign_in, None)

    def waiting(self, sign_in: str) -> SignIn | None:
        self._drop_expired()
        return self._waiting.get(sign_in)

    def adopt(self, sign_in: SignIn) -> None:
        """One that began on another instance."""
        self._waiting.setdefault(sign_in.id, sign_in)

    def waits(self, sign_in: str) -> bool:
        """Whether an answer for it would still be taken."""
        self._drop_expired()
        return sign_in in self._waiting

    def meant(self, text: str, sign_in: str = "") -> str:
        """Which sign-in a text would finish or end; empty where it is none that waits."""
        try:
            return self._match(_fields(text).get("state", ""), sign_in).id
        except Problem:
            return ""

    async def finish(self, text: str, sign_in: str = "") -> SignedIn:
        """Exchange what came back. `sign_in` says which one is meant when the text has no state.

        Only Google's own refusal of the person ends a sign-in; after a wrong code, or without a network, it waits on.
        """
        fields = _fields(text)
        waiting = self._match(fields.get("state", ""), sign_in)
        if word := fields.get("error"):
            self.cancel(waiting.id)
            raise Problem(say("signin.denied", word=word[:80]), _AGAIN)
        if not _CODE.fullmatch(fields.get("code", "")):
            raise Problem(say("signin.no_code"), say("signin.copy_all"))
        if waiting.id in self._busy:
            raise Problem(say("signin.busy"), say("signin.wait"))
        self._busy.add(waiting.id)
        try:
            tokens = self._tokens(waiting.client, await self._exchange(waiting, fields["code"]))
        finally:
            self._busy.discard(waiting.id)
        if self._waiting.pop(waiting.id, None) is None:
            raise Problem(say("signin.cancelled_or_expired"), _AGAIN)
        return SignedIn(waiting.id, tokens, await self._email(tokens.access_token))

    def _match(self, state: str, sign_in: str) -> SignIn:
        """By its state. Without one only the person who has it open may say which is meant: anyone can open a URL."""
        self._drop_expired()
        waiting = [one for one in self._waiting.values() if one.id == sign_in] if sign_in else []
        if state:
            sent = state.encode("utf-8", "surrogatepass")
            among = waiting if sign_in else self._waiting.values()
            waiting = [one for one in among if hmac.compare_digest(one.state.reveal().encode(), sent)]
        if len(waiting) != 1:
            raise Problem(say("signin.no_such"), _AGAIN)
        return waiting[0]

    def _drop_expired(self) -> None:
        moment = self._clock.now()
        self._waiting = {key: one for key, one in self._waiting.items() if one.expires_at > moment}

    def _flow(self, client: OAuthClient, redirect_uri: str, verifier: str | None) -> Any:
        from google_auth_oauthlib.flow import Flow

        config = {
            "client_id": client.client_id,
            "client_secret": client.client_secret.reveal(),
            "auth_uri": self._endpoints.authorize,
            "token_uri": self._endpoints.token,
        }
        return Flow.from_client_config(
            {"installed": config},
            scopes=list(SCOPES),
            redirect_uri=redirect_uri,
            code_verifier=verifier,
            autogenerate_code_verifier=verifier is None,
        )

    async def _exchange(self, sign_in: SignIn, code: str) -> dict[str, object]:
        if self._loopback_only:
            require_loopback(self._endpoints.token)
        flow = self._flow(sign_in.client, sign_in.redirect_uri, sign_in.verifier.reveal())
        async with self._exchanging:
            with _oauthlib_settings(self._endpoints.token):
                return await asyncio.to_thread(_fetch, flow, code, self._endpoints.token)

    def _tokens(self, client: OAuthClient, answer: dict[str, Any]) -> OAuthTokens:
        refresh = str(answer.get("refresh_token") or "")
        if not refresh:
            raise Problem(say("signin.no_refresh"), say("signin.remove_app", again=_AGAIN))
        scope = answer.get("scope") or ()
        return OAuthTokens(
            refresh_token=Secret(refresh),
            client_id=client.client_id,
            client_secret=client.client_secret,
            access_token=Secret(str(answer.get("access_token") or "")),
            expires_at=self._clock.now() + float(answer.get("expires_in") or 3599),
            scopes=tuple(scope.split() if isinstance(scope, str) else scope),
        )

    async def _email(self, token: Secret) -> str:
        """A name for the credential; a failure costs only the name."""
        url = self._endpoints.userinfo
        try:
            _, said = await answered(self._client.usual, "GET", url, {"authorization": f"Bearer {token.reveal()}"})
            return str((await json_object(said, url)).get("email") or "")
        except UpstreamFault:
            return ""


def _require_allowed(client: OAuthClient, redirect_uri: str) -> None:
    """Google would refuse it too, on a page that tells nobody what to do."""
    if client.redirect_uris and redirect_uri not in client.redirect_uris:
        raise Problem(
            say("signin.web_client", uri=redirect_uri),
            say("signin.add_address"),
        )


def _fetch(flow: Any, code: str, token_url: str) -> dict[str, object]:
    """Runs in a thread: requests blocks."""
    import requests
    from oauthlib.oauth2 import OAuth2Error

    if is_loopback(token_url):
        flow.oauth2session.trust_env = False
    else:
        flow.oauth2session.verify = place_for_requests()
    try:
        answer = flow.fetch_token(code=code, timeout=EXCHANGE_S)
    except OAuth2Error as error:
        fault = classify_oauth(error.status_code, {"error": error.error, "error_description": error.description})
        raise Problem(fault.message, _AGAIN) from None
    except (requests.RequestException, ValueError) as error:
        message = say("signin.not_reached", error=type(error).__name__)
        raise UpstreamFault(FaultKind.NETWORK, message, way_out=say("signin.check_network")) from None
    return dict(answer)


def _fields(text: str) -> dict[str, str]:
    """state, code and error out of a URL, a query or a bare code; terminals break long lines when copying."""
    joined = "".join(text.split())
    if "code=" in joined or "error=" in joined:
        query = joined.rpartition("?")[2].partition("#")[0]
        return {name: values[0] for name, values in parse_qs(query).items()}
    bare = unquote(joined)
    return {"code": bare} if _BARE_CODE.fullmatch(bare) else {}


@contextmanager
def _oauthlib_settings(url: str) -> Iterator[None]:
    """oauthlib reads these two from the environment only: Google reorders scopes, and the simulator has no TLS."""
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if url.startswith("http://") and is_loopback(url):
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
