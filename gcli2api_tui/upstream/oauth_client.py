"""Which OAuth client we sign in with, for what, and where Google's OAuth pages are.

The default is Gemini CLI's public installed-app client, as its npm package ships it: for installed apps Google does
not treat the secret as confidential. Settings, an imported `client_secret….json`, or the pair inside a credential
file override it. A `token_uri` in a file is never followed: tokens go to Google, or to the one base address that the
person set.
"""

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.quick_dataclass import dataclass

DEFAULT_CLIENT = OAuthClient(
    "681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com",
    Secret("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"),
)

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
)


def chosen_client(client_id: str, client_secret: Secret) -> OAuthClient:
    """The settings' client; each half that is not set is the default's."""
    return OAuthClient(client_id or DEFAULT_CLIENT.client_id, client_secret or DEFAULT_CLIENT.client_secret)


def sign_in_client(client_id: str, client_secret: Secret, imported: OAuthClient | None) -> OAuthClient:
    """Whom a new sign-in is for: the settings', else the one that the person imported, else the default."""
    if imported is None or client_id or client_secret:
        return chosen_client(client_id, client_secret)
    return imported


def is_own(client: OAuthClient) -> bool:
    """Whether it is the person's, and not Gemini CLI's."""
    return client.client_id != DEFAULT_CLIENT.client_id


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Google's four OAuth addresses."""

    authorize: str
    token: str
    tokeninfo: str
    userinfo: str


def endpoints(base_url: str = "") -> Endpoints:
    """Google's own, or all four under one base address."""
    base = base_url.rstrip("/")
    return Endpoints(
        authorize=f"{base or 'https://accounts.google.com'}/o/oauth2/v2/auth",
        token=f"{base or 'https://oauth2.googleapis.com'}/token",
        tokeninfo=f"{base or 'https://oauth2.googleapis.com'}/tokeninfo",
        userinfo=f"{base or 'https://www.googleapis.com'}/oauth2/v2/userinfo",
    )
