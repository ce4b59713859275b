"""What a credential is: an identity, a secret of one of three kinds, and the person's settings for it; and what may be
shown of it.

State (cooldowns, quota, in flight) lives in pool/, never here. All times are seconds since the epoch. Names are for
everybody's eyes: one line without control or unseen characters, of bounded length, with keys and tokens masked.
`Credential` itself calls `shown_name`, so no label escapes this home. A proxy's URL may hold a password, so only
`shown_proxy` of it is for eyes. Pure.
"""

import re
import unicodedata
from dataclasses import field
from enum import StrEnum
from importlib.util import find_spec
from urllib.parse import urlsplit

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import MASK, Secret, masked
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass

LONGEST_NAME = 200
"""Characters; a name is for people, and a vault file takes no text beyond reason."""
HIDDEN = "…"
"""In place of a secret."""
_WORD = re.compile(r"[A-Za-z0-9]{30,}")
_ACCOUNT = re.compile(r"[^\s@·]+@[^\s@·]+")
GLOBAL = "global"
"""The location of a credential that names none."""
HTTP = ("http", "https")
SOCKS = ("socks5", "socks5h")


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
    backend: str = field(init=False, repr=False, compare=False)
    """Which side of Google serves it, by its kind."""

    def __post_init__(self) -> None:
        """Everybody may see these; a credential cannot be made, read or changed so that they show a secret."""
        object.__setattr__(self, "label", shown_name(self.label) or str(self.kind))
        object.__setattr__(self, "project", shown_name(self.project))
        object.__setattr__(self, "source", shown_name(self.source))
        object.__setattr__(self, "account", account_of(self.account))
        object.__setattr__(self, "backend", BACKEND_OF[self.kind])


def shown_name(text: str) -> str:
    """The name as it may be seen; "" where nothing is left."""
    plain = text.isascii() and text.isprintable()  # as nearly all are: then every sign is seen
    line = " ".join((text if plain else "".join(map(_seen, text))).split())
    return _WORD.sub(_hidden, masked(line, HIDDEN))[:LONGEST_NAME].strip()


def _seen(sign: str) -> str:
    """Without what nobody sees: it would hide a key from the mask, and from nobody who copies the name."""
    if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if unicodedata.category(sign) == "Cf" else sign


def _hidden(word: re.Match[str]) -> str:
    """A long word of both cases and digits is a key of a form that nobody has told us of; no person writes one."""
    text = word.group()
    random = re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9]", text)
    return HIDDEN if random else text


def account_of(text: str) -> str:
    """The e-mail address that a text is, or begins with as a label may, in small letters; "" for any other text."""
    found = _ACCOUNT.match(shown_name(text))
    return found.group().casefold() if found and HIDDEN not in found.group() else ""


def proxy_objection(url: str) -> Message:
    """Why this is no proxy to go through; "" when it is one. Quotes nothing of the URL."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return say("proxy.no_url")
    if parts.scheme in SOCKS and find_spec("socksio") is None:
        return say("proxy.socks")
    if parts.scheme not in (*HTTP, *SOCKS):
        return say("proxy.begin")
    if not host or port == 0 or parts.path not in ("", "/") or parts.query or parts.fragment:
        return say("proxy.address")
    return NOTHING


def shown_proxy(url: str) -> str:
    """Scheme, host and port: never who signs in there."""
    if not url:
        return NOTHING
    try:
        parts = urlsplit(url)
    except ValueError:  # it is none, and will be refused where it is used
        return MASK
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
