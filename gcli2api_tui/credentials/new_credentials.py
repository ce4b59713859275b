"""Credentials as they are made: of a key, of a sign-in, at a location.

In: keys, tokens, accounts. Out: credentials without `created_at`, whose id is derived from the secret: the same thing
twice gives the same id; or an ImportRefused that repeats no secret. Pure.
"""

import dataclasses
import hashlib

from gcli2api_tui.credentials.credential import (
    HIDDEN,
    PLACED,
    ApiKey,
    Credential,
    Kind,
    OAuthTokens,
    SecretPart,
    shown_name,
)
from gcli2api_tui.credentials.foreign_secrets import not_googles
from gcli2api_tui.credentials.identity import fingerprint
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import GOOGLES_TOKENS, Secret
from gcli2api_tui.messages.message import Message, say


def new_credential(kind: Kind, secret: SecretPart, label: str, project: str, account: str = "") -> Credential:
    digest = hashlib.sha256(f"{kind}\n{fingerprint(secret)}\n{project}".encode()).hexdigest()
    return Credential(CredentialId(digest[:32]), kind, label, secret, project, account=account)


def key_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "api_key", say("key.copy_studio"))
    return new_credential(
        Kind.API_KEY, ApiKey(Secret(key)), _beside(key, label) or project or name_of_key(key), project
    )


def express_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Vertex AI key in express mode; it looks like a Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "vertex_api_key", say("key.copy_vertex"))
    label = _beside(key, label) or name_of_key(key, "express key")
    return new_credential(Kind.VERTEX_EXPRESS, ApiKey(Secret(key)), label, project)


def oauth_credential(secret: OAuthTokens, email: str, project: str = "", location: str = "") -> Credential:
    """A fresh sign-in. With a project it serves Vertex AI there, else Code Assist, which knows the account's own."""
    if project:
        named = f"{email} · {project}" if email else project
        return at_location(new_credential(Kind.VERTEX_OAUTH, secret, named, project, email), location)
    return new_credential(Kind.OAUTH, secret, email or label_of_nameless(secret), "", email)


def placed(credential: Credential, location: str) -> Credential:
    """At another location of Vertex AI, where the kind of credential has one."""
    return at_location(credential, location) if credential.kind in PLACED else credential


def at_location(credential: Credential, location: str) -> Credential:
    return dataclasses.replace(credential, settings=dataclasses.replace(credential.settings, location=location))


def label_of_nameless(secret: OAuthTokens) -> str:
    return f"sign-in …{secret.refresh_token.fingerprint()[:4]}"


def looks_like_key(text: str) -> bool:
    """By alphabet and length alone: the form of Google's keys has changed before, and may again."""
    return 16 <= len(text) <= 256 and text.isascii() and all(sign.isalnum() or sign in "-_." for sign in text)


def _require_key(key: str, file: str, field: str, way_out: Message) -> None:
    if key.startswith(GOOGLES_TOKENS):
        raise ImportRefused(say("key.a_token"), file=file, field=field, way_out=way_out)
    if refusal := not_googles(key, file, field):
        raise refusal
    if not looks_like_key(key):
        raise ImportRefused(say("key.none"), file=file, field=field, way_out=way_out)


def _beside(key: str, label: str) -> str:
    """The label without the key, of whatever form it is; "" where only secrets stand there."""
    shown = shown_name(label.replace(key, HIDDEN))
    return "" if HIDDEN in shown and not any(map(str.isalnum, shown)) else shown


def name_of_key(key: str, kind: str = "key") -> str:
    """A key without a name, told apart by its end."""
    return f"{kind} …{key[-4:]}"
