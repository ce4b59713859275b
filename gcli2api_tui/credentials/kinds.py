"""What a credential is: an identity, a secret of one of three kinds, and the person's settings for it.

State (cooldowns, quota, in flight) lives in pool/, never here. All times are seconds since the epoch.
"""

import re
from dataclasses import field
from enum import StrEnum

from gcli2api_tui.credentials.names import account_of, shown_name
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.quick_dataclass import dataclass


class Kind(StrEnum):
    """Decides the backend: API keys go to the Gemini API, OAuth to Code Assist, the rest to Vertex AI."""

    API_KEY = "api-key"
    OAUTH = "oauth"
    SERVICE_ACCOUNT = "service-account"
    VERTEX_EXPRESS = "vertex-express"
    VERTEX_OAUTH = "vertex-oauth"


BACKEND_OF = {
    Kind.API_KEY: "gemini-api",
    Kind.OAUTH: "code-assist",
    Kind.SERVICE_ACCOUNT: "vertex",
    Kind.VERTEX_EXPRESS: "vertex",
    Kind.VERTEX_OAUTH: "vertex",
}

PLACED = (Kind.SERVICE_ACCOUNT, Kind.VERTEX_OAUTH)
"""Kinds that work in a project of the person's, at one of Vertex AI's locations."""

SIGN_INS = (Kind.OAUTH, Kind.VERTEX_OAUTH)
"""Kinds that belong to a person's account."""

GLOBAL = "global"
"""The location of a credential that names none."""


def is_location(text: str) -> bool:
    """`global`, `us`, `europe-west4` …: it becomes part of a host name, so nothing else may pass."""
    return re.fullmatch(r"[a-z]{2,20}(-[a-z]{2,20}[0-9]{1,2})?", text) is not None


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The OAuth client a refresh token belongs to; upstream/oauth_client.py has the default one."""

    client_id: str
    client_secret: Secret
    redirect_uris: tuple[str, ...] = ()
    """The only addresses that a web client may return to; a desktop client has none and may use any loopback port."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A Gemini API key (AI Studio) or a Vertex express key."""

    key: Secret


@dataclass(frozen=True, slots=True)
class OAuthTokens:
    """A refresh token with the client it belongs to; the access token is a cache and may be empty."""

    refresh_token: Secret
    client_id: str
    client_secret: Secret
    access_token: Secret = field(default_factory=lambda: Secret(""))
    expires_at: float = 0.0
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account's private key."""

    client_email: str
    private_key: Secret
    private_key_id: str = ""


SecretPart = ApiKey | OAuthTokens | ServiceAccount


@dataclass(frozen=True, slots=True)
class CredentialSettings:
    """What the person decided about it."""

    enabled: bool = True
    daily_limit: int | None = None
    weight: float = 1.0
    max_in_flight: int | None = None
    models: tuple[str, ...] = ()
    """Allowed models; empty allows all."""
    proxy: Secret = field(default_factory=lambda: Secret(""))
    """URL of the proxy its requests go through; it may hold a password."""
    location: str = ""
    """Where in Vertex AI; empty is `global`."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One entry of the pool; one file in the vault."""

    id: CredentialId
    kind: Kind
    label: str
    """What people call it: an e-mail address or a name; unique enough to read, and never a key, whatever was given."""
    secret: SecretPart
    project: str = ""
    created_at: float = 0.0
    source: str = ""
    """Where it came from: `login`, `pasted`, or the name of the imported file."""
    settings: CredentialSettings = CredentialSettings()
    tier: str = ""
    """What Code Assist calls the account's licence, e.g. `standard-tier`; "" until it has said so."""
    account: str = ""
    """Whose sign-in it is: the e-mail address, in small letters; "" where Google did not tell, and for keys."""

    def __post_init__(self) -> None:
        """Everybody may see these; a credential cannot be made, read or changed so that they show a secret."""
        object.__setattr__(self, "label", shown_name(self.label) or str(self.kind))
        object.__setattr__(self, "project", shown_name(self.project))
        object.__setattr__(self, "source", shown_name(self.source))
        object.__setattr__(self, "account", account_of(self.account))

    @property
    def backend(self) -> str:
        return BACKEND_OF[self.kind]
