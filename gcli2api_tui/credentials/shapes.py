"""One JSON object to credentials: which of the known formats it is, and what it says.

In: an Entry and the OAuth client to assume where a file names none. Out: credentials without `created_at`; the id is
derived from the secret, so that importing the same thing twice gives the same id. `token_uri` and `universe_domain`
are never read: a crafted file must not be able to send a refresh token elsewhere.
"""

import dataclasses
import hashlib
from collections.abc import Callable

from gcli2api_tui.credentials import names, private_keys, vault_file
from gcli2api_tui.credentials.fields import Entry, email_of
from gcli2api_tui.credentials.foreign import not_googles, require_googles
from gcli2api_tui.credentials.kinds import (
    GLOBAL,
    PLACED,
    ApiKey,
    Credential,
    Kind,
    OAuthClient,
    OAuthTokens,
    SecretPart,
    ServiceAccount,
)
from gcli2api_tui.events.known_secrets import GOOGLES_TOKENS
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import Message, say

_EXPIRIES = ("expiry_date", "expiry", "expires_at")


def credentials_of(entry: Entry, client: OAuthClient) -> list[Credential]:
    """Detect the format (rules: upstream-protocol 2.5) and read it. Raises ImportRefused."""
    values = entry.values
    if values.get("v") is not None and "secret" in values:
        return [vault_file.decode(entry)]
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


def key_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "api_key", say("key.copy_studio"))
    return _credential(Kind.API_KEY, ApiKey(Secret(key)), _beside(key, label) or project or names.of_key(key), project)


def express_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Vertex AI key in express mode; it looks like a Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "vertex_api_key", say("key.copy_vertex"))
    label = _beside(key, label) or names.of_key(key, "express key")
    return _credential(Kind.VERTEX_EXPRESS, ApiKey(Secret(key)), label, project)


def _require_key(key: str, file: str, field: str, way_out: Message) -> None:
    if key.startswith(GOOGLES_TOKENS):
        raise ImportRefused(say("key.a_token"), file=file, field=field, way_out=way_out)
    if refusal := not_googles(key, file, field):
        raise refusal
    if not looks_like_key(key):
        raise ImportRefused(say("key.none"), file=file, field=field, way_out=way_out)


def _beside(key: str, label: str) -> str:
    """The label without the key, of whatever form it is; "" where only secrets stand there."""
    shown = names.shown(label.replace(key, names.HIDDEN))
    return "" if names.HIDDEN in shown and not any(map(str.isalnum, shown)) else shown


def oauth_credential(secret: OAuthTokens, email: str, project: str = "", location: str = "") -> Credential:
    """A fresh sign-in. With a project it serves Vertex AI there, else Code Assist, which knows the account's own."""
    if project:
        named = f"{email} · {project}" if email else project
        return _placed(_credential(Kind.VERTEX_OAUTH, secret, named, project, email), location)
    return _credential(Kind.OAUTH, secret, email or _nameless(secret), "", email)


def placed(credential: Credential, location: str) -> Credential:
    """At another location of Vertex AI, where the kind of credential has one."""
    return _placed(credential, location) if credential.kind in PLACED else credential


def looks_like_key(text: str) -> bool:
    """By alphabet and length alone: the form of Google's keys has changed before, and may again."""
    return 16 <= len(text) <= 256 and text.isascii() and all(sign.isalnum() or sign in "-_." for sign in text)


def _api_key(entry: Entry) -> Credential:
    key = entry.required("api_key", "apiKey")
    return key_credential(key, entry.text("label", "name", "email"), entry.file, entry.text("project", "project_id"))


def _service_account(entry: Entry) -> Credential:
    key = private_keys.read(entry, "private_key")
    email = entry.required("client_email")
    project = entry.text("project_id", "project")
    if not project:
        why = say("service.no_project")
        raise entry.refuse("project_id", why, say("key.add_project"))
    secret = ServiceAccount(email, key, entry.text("private_key_id"))
    return _placed(_credential(Kind.SERVICE_ACCOUNT, secret, email, project), entry.location())


def _nested_service_account(entry: Entry) -> Credential:
    """CLIProxyAPI's file: the account's own JSON in a field, and beside it where its requests go."""
    account = _service_account(entry.inner("service_account"))
    return _placed(account, entry.location() or account.settings.location)


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
    return _credential(Kind.OAUTH, secret, name or _nameless(secret), project, email)


def _nameless(secret: OAuthTokens) -> str:
    return f"sign-in …{secret.refresh_token.fingerprint()[:4]}"


def _placed(credential: Credential, location: str) -> Credential:
    return dataclasses.replace(credential, settings=dataclasses.replace(credential.settings, location=location))


def _credential(kind: Kind, secret: SecretPart, label: str, project: str, account: str = "") -> Credential:
    digest = hashlib.sha256(f"{kind}\n{fingerprint(secret)}\n{project}".encode()).hexdigest()
    return Credential(CredentialId(digest[:32]), kind, label, secret, project, account=account)


def fingerprint(secret: SecretPart) -> str:
    """What makes two secrets the same one; safe to keep and show."""
    match secret:
        case ApiKey(key):
            return key.fingerprint()
        case OAuthTokens(refresh_token):
            return refresh_token.fingerprint()
        case ServiceAccount(email, private_key):
            return Secret(f"{email}\n{private_key.reveal().strip()}").fingerprint()
