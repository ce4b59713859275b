"""One JSON object to credentials: which of the known formats it is, and what it says, also of the credential's use.

In: an Entry and the OAuth client to assume where a file names none. Out: credentials (identity.py); of opencode's
`auth.json`, an object of providers, an object for each to read as usual, or the refusal that names the service.
`token_uri` and `universe_domain` are never read: a crafted file must not be able to send a refresh token elsewhere.
What was switched off in another program must not serve here, nor go without the proxy that it had there. Pure.
"""

import dataclasses
from collections.abc import Callable, Iterator

from gcli2api_tui.credentials import foreign_secrets, vault_format
from gcli2api_tui.credentials.credential import (
    GLOBAL,
    Credential,
    CredentialSettings,
    Kind,
    OAuthClient,
    OAuthTokens,
    ServiceAccount,
    proxy_objection,
)
from gcli2api_tui.credentials.file_fields import Entry, email_of, read_private_key
from gcli2api_tui.credentials.foreign_secrets import require_googles
from gcli2api_tui.credentials.new_credentials import (
    at_location,
    express_credential,
    key_credential,
    label_of_nameless,
    new_credential,
    oauth_credential,
)
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

_EXPIRIES = ("expiry_date", "expiry", "expires_at")
_NO_PROXY = ("", "direct", "none")
_HEAVIEST = 1e6
_TYPES = {"api", "oauth", "wellknown"}
_GOOGLE = ("google", "gemini", "google-generative-ai")


def credentials_of(entry: Entry, client: OAuthClient) -> list[Credential]:
    """Detect the format (rules: upstream-protocol 2.5) and read it. Raises ImportRefused."""
    values = entry.values
    if values.get("v") is not None and "secret" in values:
        return [vault_format.decode(entry)]
    return [with_settings(credential, entry) for credential in _foreign(entry, client)]


def with_settings(credential: Credential, entry: Entry) -> Credential:
    """Raises ImportRefused for a proxy that cannot be used: without it the requests would go another way."""
    settings = credential.settings
    if entry.values.get("disabled") is True:
        settings = dataclasses.replace(settings, enabled=False)
    if url := _proxy(entry):
        settings = dataclasses.replace(settings, proxy=Secret(url))
    return dataclasses.replace(credential, settings=_weighed(settings, entry.values.get("weight")))


def _proxy(entry: Entry) -> str:
    url = entry.text("proxy_url")
    if url.lower() in _NO_PROXY:
        return ""
    if why := proxy_objection(url):
        raise entry.refuse("proxy_url", why)
    return url


def _weighed(settings: CredentialSettings, weight: object) -> CredentialSettings:
    """A weight that cannot be one means nothing."""
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < _HEAVIEST:
        return settings
    return dataclasses.replace(settings, weight=float(weight))


def is_opencodes(entry: Entry) -> bool:
    """Whether every field is a provider's object."""
    values = entry.values.values()
    return bool(values) and all(isinstance(one, dict) and one.get("type") in _TYPES for one in values)


def providers(entry: Entry) -> Iterator[dict[str, object] | ImportRefused]:
    """What each provider's object is here."""
    for name in entry.values:
        inner = entry.inner(name)
        if name.lower() not in _GOOGLE:
            yield foreign_secrets.sign_in_elsewhere(foreign_secrets.service(name), entry)
        elif inner.values["type"] == "api":
            yield {"api_key": inner.values.get("key"), "label": "opencode"}
        else:
            why = say("import.opencode")
            yield entry.refuse(name, why, say("import.sign_in_here"))


def _foreign(entry: Entry, client: OAuthClient) -> list[Credential]:
    values = entry.values
    require_googles(entry)
    if isinstance(values.get("service_account"), dict):
        return [_nested_service_account(entry)]
    if values.get("type") == "service_account" or "private_key" in values:
        return [_service_account(entry)]
    if "vertex_api_key" in values:
        return [_express_key(entry)]
    if "api_key" in values or "apiKey" in values:
        return [_api_key(entry)]
    return _oauth(entry, client)


def _api_key(entry: Entry) -> Credential:
    key = entry.required("api_key", "apiKey")
    return key_credential(key, entry.text("label", "name", "email"), entry.file, entry.text("project", "project_id"))


def _service_account(entry: Entry) -> Credential:
    key = read_private_key(entry, "private_key")
    email = entry.required("client_email")
    project = entry.text("project_id", "project")
    if not project:
        why = say("service.no_project")
        raise entry.refuse("project_id", why, say("key.add_project"))
    secret = ServiceAccount(email, key, entry.text("private_key_id"))
    return at_location(new_credential(Kind.SERVICE_ACCOUNT, secret, email, project), entry.location())


def _nested_service_account(entry: Entry) -> Credential:
    """CLIProxyAPI's file: the account's own JSON in a field, and beside it where its requests go."""
    account = _service_account(entry.inner("service_account"))
    return at_location(account, entry.location() or account.settings.location)


def _express_key(entry: Entry) -> Credential:
    if entry.location() not in ("", GLOBAL):
        why = say("key.express")
        raise entry.refuse("location", why, say("key.remove_field"))
    label, project = entry.text("label", "name", "email"), entry.text("project", "project_id")
    return express_credential(entry.required("vertex_api_key"), label, entry.file, project)


def _oauth(entry: Entry, client: OAuthClient) -> list[Credential]:
    """Gemini CLI, gcloud, google-auth, the reference system, CLIProxyAPI: they differ in names and nesting only."""
    nested = entry.inner("token") if isinstance(entry.values.get("token"), dict) else None
    found = _first(entry, nested, lambda side: side.token("refresh_token"))
    if not found:
        raise _without_refresh_token(entry)
    secret = OAuthTokens(
        refresh_token=Secret(found),
        client_id=_first(entry, nested, lambda side: side.token("client_id")) or client.client_id,
        client_secret=_client_secret(entry, nested, client),
        access_token=Secret(_access_token(entry, nested)),
        expires_at=entry.expiry(*_EXPIRIES) or (nested.expiry(*_EXPIRIES) if nested else 0.0),
        scopes=entry.texts("scopes", "scope") or (nested.texts("scopes", "scope") if nested else ()),
    )
    email = entry.text("email", "account") or email_of(_first(entry, nested, lambda side: side.token("id_token")))
    if _is_vertex(entry):
        return [_vertex_oauth(secret, email, entry)]
    return [_oauth_credential(secret, email, project, entry) for project in _projects(entry)]


def _is_vertex(entry: Entry) -> bool:
    """gcloud's own file with the project that pays, or any that names a location; the others sign in to Code Assist."""
    gcloud = entry.values.get("type") == "authorized_user" and entry.text("quota_project_id")
    return bool(entry.location() or (gcloud and not entry.text("project_id", "project")))


def _vertex_oauth(secret: OAuthTokens, email: str, entry: Entry) -> Credential:
    project = entry.text("project_id", "project", "quota_project_id")
    if not project:
        why = say("signin.no_project")
        raise entry.refuse("project_id", why, say("key.add_project"))
    return oauth_credential(secret, email, project, entry.location())


def _first(entry: Entry, nested: Entry | None, read: Callable[[Entry], str]) -> str:
    return read(entry) or (read(nested) if nested else "")


def _without_refresh_token(entry: Entry) -> ImportRefused:
    known = {"access_token", "token", "client_id", "expiry_date"} & set(entry.values)
    if known or entry.values.get("type") == "authorized_user":
        why = say("signin.no_refresh_token")
        return entry.refuse("refresh_token", why, say("signin.press_a"))
    return entry.refuse("", say("import.unknown_form"), say("import.taken_forms"))


def _client_secret(entry: Entry, nested: Entry | None, client: OAuthClient) -> Secret:
    """The pair belongs together: a file that names another client must bring its secret."""
    theirs = _first(entry, nested, lambda side: side.token("client_id"))
    given = _first(entry, nested, lambda side: side.token("client_secret"))
    if theirs and theirs != client.client_id and not given:
        raise entry.refuse("client_secret", say("signin.no_client_secret"))
    return Secret(given) if given and theirs else client.client_secret


def _access_token(entry: Entry, nested: Entry | None) -> str:
    if nested:
        return nested.token("access_token") or entry.token("access_token")
    return entry.token("access_token", "token")


def _projects(entry: Entry) -> list[str]:
    """CLIProxyAPI writes several projects of one account with commas; each becomes a credential."""
    listed = entry.text("project_id", "project", "quota_project_id")
    return list(dict.fromkeys(part.strip() for part in listed.split(",") if part.strip())) or [""]


def _oauth_credential(secret: OAuthTokens, email: str, project: str, entry: Entry) -> Credential:
    several = "," in entry.text("project_id", "project")
    name = f"{email} · {project}" if several and email else email or project
    return new_credential(Kind.OAUTH, secret, name or label_of_nameless(secret), project, email)
