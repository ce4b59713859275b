"""Gemini CLI's folder `.gemini`: its sign-in, the account it belongs to, and the keys and project of its `.env`.

In: the folder, or the one above it. Out: an Installation. A sign-in that a newer version keeps in an encrypted file or
in the system's keychain cannot be read, and that is said; what belongs to MCP servers and to Gemini CLI itself stays.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gcli2api_tui.credentials.credential import Credential, OAuthClient, account_of
from gcli2api_tui.credentials.import_reader import Found, read_one
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.installations.installation import (
    Brought,
    Installation,
    LeftOut,
    Setting,
    refused,
    rest_of,
    through,
    together,
)
from gcli2api_tui.installations.source_folder import SourceFolder, read_environment
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import expanded

FOLDER = ".gemini"
SIGN_IN, ACCOUNTS, ENVIRONMENT = "oauth_creds.json", "google_accounts.json", ".env"
ENCRYPTED = "gemini-credentials.json"

_STAYS = {
    ENCRYPTED: say("over.encrypted"),
    "settings.json": say("over.geminis_own"),
    "mcp-oauth-tokens.json": say("over.mcp_tokens"),
    "mcp-oauth-tokens-v2.json": say("over.mcp_tokens"),
    "a2a-oauth-tokens.json": say("over.mcp_tokens"),
}
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_GOOGLES_ADDRESSES = {
    "GOOGLE_GEMINI_BASE_URL": "https://generativelanguage.googleapis.com",
    "CODE_ASSIST_ENDPOINT": "https://cloudcode-pa.googleapis.com",
    "GOOGLE_VERTEX_BASE_URL": "",
}
_YES = ("true", "1")


def read(folder: SourceFolder, client: OAuthClient) -> Installation:
    """Everything. Raises OSError where the folder itself cannot be listed."""
    inner = folder.within(FOLDER)
    folder = inner if inner.exists else folder
    env, faults = _environment(folder)
    files = together(_file(folder, name, client) for name in folder.files())
    found = together([files, faults, *_of_environment(folder, env, client), *_no_sign_in(folder)])
    name = next((one for one in _PROXIES if env.get(one)), "")
    return through(replace(found, folders=(folder.path,)), env.get(name, ""), name)


def _file(folder: SourceFolder, name: str, client: OAuthClient) -> Installation:
    if name in (ENVIRONMENT, ACCOUNTS):
        return Installation()
    if name != SIGN_IN:
        return Installation(left_out=(LeftOut(name, _STAYS.get(name, say("over.geminis_own"))),))
    try:
        found = read_one(folder.read(name), name, client)
    except ImportRefused as refusal:
        return refused(refusal)
    account = _account(folder)
    return _brought(name, found, lambda credential: _named(credential, account))


def _account(folder: SourceFolder) -> str:
    """Who is signed in; "" where that is not told."""
    try:
        content = json.loads(folder.read(ACCOUNTS)) if folder.has(ACCOUNTS) else {}
    except (ImportRefused, ValueError, RecursionError):
        return ""
    active = content.get("active") if isinstance(content, dict) else None
    return account_of(active) if isinstance(active, str) else ""


def _named(credential: Credential, account: str) -> Credential:
    """The sign-in's own token tells first."""
    return credential if credential.account or not account else replace(credential, account=account, label=account)


def _no_sign_in(folder: SourceFolder) -> Iterator[Installation]:
    """Accounts without any file of tokens: they are in the keychain."""
    if (account := _account(folder)) and not folder.has(SIGN_IN, ENCRYPTED):
        yield Installation(left_out=(LeftOut(account, say("over.keychain")),))


def _environment(folder: SourceFolder) -> tuple[Mapping[str, str], Installation]:
    try:
        text = folder.read(ENVIRONMENT).decode("utf-8", "replace") if folder.has(ENVIRONMENT) else ""
    except ImportRefused as refusal:
        return {}, refused(refusal)
    return read_environment(text), Installation()


def _of_environment(folder: SourceFolder, env: Mapping[str, str], client: OAuthClient) -> Iterator[Installation]:
    vertex = env.get("GOOGLE_GENAI_USE_VERTEXAI", "").lower() in _YES
    for name, field in (("GEMINI_API_KEY", "api_key"), ("GOOGLE_API_KEY", "vertex_api_key" if vertex else "api_key")):
        if key := env.get(name):
            where = f"{ENVIRONMENT} {name}"
            yield _brought(where, read_one(json.dumps({field: key}).encode(), where, client))
    if project := env.get("GOOGLE_CLOUD_PROJECT") or env.get("GOOGLE_CLOUD_PROJECT_ID"):
        yield Installation(settings=(Setting("google_cloud_project", project, "GOOGLE_CLOUD_PROJECT"),))
    if path := env.get("GOOGLE_APPLICATION_CREDENTIALS"):
        yield _account_file(folder, path, client)
    for name, googles in _GOOGLES_ADDRESSES.items():
        if env.get(name, "").rstrip("/") not in ("", googles):
            yield Installation(settings_left_out=(LeftOut(name, say("over.address")),))


def _account_file(folder: SourceFolder, path: str, client: OAuthClient) -> Installation:
    """A service account's key. One that lies elsewhere is a person's to name."""
    where = f"{ENVIRONMENT} GOOGLE_APPLICATION_CREDENTIALS"
    whole = folder.path / expanded(path)
    if not whole.resolve().is_relative_to(folder.path.resolve()):
        return Installation(left_out=(LeftOut(where, say("over.lies_elsewhere", path=path)),))
    try:
        data = folder.read(str(whole.relative_to(folder.path)))
    except (ImportRefused, ValueError):
        return Installation(left_out=(LeftOut(where, say("over.lies_elsewhere", path=path)),))
    return _brought(where, read_one(data, where, client))


def _brought(where: str, found: Found, change: Any = lambda credential: credential) -> Installation:
    credentials = tuple(Brought(where, change(one)) for one in found.credentials)
    return together([Installation(credentials), rest_of(found)])
