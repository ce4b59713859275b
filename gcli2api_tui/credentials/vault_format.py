"""Our own file format, both ways: one credential as the JSON text that the vault keeps.

`{v: 1, id, kind, label, secret: {…}, project, created_at, source, settings: {…}}`, `tier` where it is known, and
`account` for sign-ins. State never lives in it. Decoding trusts nothing: every failure is an ImportRefused that names
the field.
"""

import json
import re

from gcli2api_tui.credentials import foreign_secrets
from gcli2api_tui.credentials.credential import (
    SIGN_INS,
    ApiKey,
    Credential,
    CredentialSettings,
    Kind,
    OAuthTokens,
    SecretPart,
    ServiceAccount,
    proxy_objection,
    shown_name,
)
from gcli2api_tui.credentials.file_fields import Entry, pem_in
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

VERSION = 1
_LONGEST_SLUG = 40


def file_name(credential: Credential) -> str:
    """`<slug>-<6 hex of id>.json`; the slug is for people, the hex keeps two of one name apart."""
    return f"{slug(credential.label) or credential.kind}-{credential.id[:6]}.json"


def slug(label: str) -> str:
    """The part of a file's name that is for people: small letters, digits and dashes; may be ""."""
    return re.sub(r"[^a-z0-9]+", "-", shown_name(label).lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")


def encode(credential: Credential) -> bytes:
    """The file's content. This is one of the few places where secrets are revealed."""
    content = {
        "v": VERSION,
        "id": credential.id,
        "kind": credential.kind.value,
        "label": credential.label,
        "secret": _encode_secret(credential.secret),
        "project": credential.project,
        "created_at": credential.created_at,
        "source": credential.source,
        "settings": _encode_settings(credential.settings),
    }
    if credential.tier:
        content["tier"] = credential.tier
    if credential.kind in SIGN_INS:
        content["account"] = credential.account
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def _encode_secret(secret: SecretPart) -> dict[str, object]:
    match secret:
        case ApiKey(key):
            return {"key": key.reveal()}
        case ServiceAccount(client_email, private_key, private_key_id):
            return {
                "client_email": client_email,
                "private_key": private_key.reveal(),
                "private_key_id": private_key_id,
            }
        case OAuthTokens():
            return {
                "refresh_token": secret.refresh_token.reveal(),
                "client_id": secret.client_id,
                "client_secret": secret.client_secret.reveal(),
                "access_token": secret.access_token.reveal(),
                "expires_at": secret.expires_at,
                "scopes": list(secret.scopes),
            }


def _encode_settings(settings: CredentialSettings) -> dict[str, object]:
    proxy = {"proxy": settings.proxy.reveal()} if settings.proxy else {}
    return {
        **proxy,
        "enabled": settings.enabled,
        "daily_limit": settings.daily_limit,
        "weight": settings.weight,
        "max_in_flight": settings.max_in_flight,
        "models": list(settings.models),
        "location": settings.location,
    }


def own_entry(name: str, data: bytes) -> Entry | None:
    """The file as one of ours, or None for a foreign one. Raises ImportRefused for a torn one of ours."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        if looks_ours(data):
            raise ImportRefused(say("import.damaged"), file=name, way_out=say("import.again")) from None
        return None
    return Entry(name, content) if isinstance(content, dict) and "v" in content and "secret" in content else None


def looks_ours(data: bytes) -> bool:
    """By the first bytes, so that a torn file counts too."""
    return data.lstrip()[:8].replace(b" ", b"").startswith((b'{"v":', b'{\n"v":'))


def decode(entry: Entry) -> Credential:
    """A credential from a decoded vault file. Raises ImportRefused."""
    if entry.values.get("v") != VERSION:
        raise entry.refuse("v", say("vault.newer"), say("vault.update"))
    identity = entry.required("id")
    if not re.fullmatch(r"[0-9a-f]{32}", identity):
        raise entry.refuse("id", say("field.hex"))
    try:
        kind = Kind(entry.required("kind"))
    except ValueError:
        raise entry.refuse("kind", say("field.one_of", names=", ".join(Kind))) from None
    return Credential(
        id=CredentialId(identity),
        kind=kind,
        label=entry.required("label"),
        secret=_decode_secret(kind, _object(entry, "secret")),
        project=entry.text("project"),
        created_at=entry.instant("created_at"),
        source=entry.text("source"),
        settings=_decode_settings(_object(entry, "settings")),
        tier=entry.text("tier"),
        account=_account(kind, entry),
    )


def _account(kind: Kind, entry: Entry) -> str:
    """Files from before this field have the account in their label, unless a person changed it."""
    if kind not in SIGN_INS:
        return ""
    return entry.text("account" if "account" in entry.values else "label")


def _object(entry: Entry, name: str) -> Entry:
    value = entry.values.get(name, {})
    if not isinstance(value, dict):
        raise entry.refuse(name, say("field.object"))
    return Entry(entry.file, value, name)


def _decode_secret(kind: Kind, entry: Entry) -> SecretPart:
    foreign_secrets.require_googles(entry)
    if kind in (Kind.API_KEY, Kind.VERTEX_EXPRESS):
        return ApiKey(Secret(entry.required("key")))
    if kind is Kind.SERVICE_ACCOUNT:
        kept = entry.required("private_key")
        private_key = Secret(pem_in(kept) or f"{kept}\n")  # one that an older version took stays
        return ServiceAccount(entry.required("client_email"), private_key, entry.text("private_key_id"))
    return OAuthTokens(
        refresh_token=Secret(entry.required("refresh_token")),
        client_id=entry.required("client_id"),
        client_secret=Secret(entry.text("client_secret")),
        access_token=Secret(entry.text("access_token")),
        expires_at=entry.expiry("expires_at"),
        scopes=entry.texts("scopes"),
    )


def _decode_settings(entry: Entry) -> CredentialSettings:
    standard = CredentialSettings()
    enabled = entry.values.get("enabled", True)
    weight = entry.values.get("weight", 1.0)
    if not isinstance(enabled, bool):
        raise entry.refuse("enabled", say("field.bool"))
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < 1e6:
        raise entry.refuse("weight", say("field.above_0"))
    return CredentialSettings(
        enabled=enabled,
        daily_limit=_count(entry, "daily_limit"),
        weight=float(weight),
        max_in_flight=_count(entry, "max_in_flight"),
        models=entry.texts("models") or standard.models,
        proxy=_proxy(entry),
        location=entry.location(),
    )


def _proxy(entry: Entry) -> Secret:
    url = entry.text("proxy")
    if url and (why := proxy_objection(url)):
        raise entry.refuse("proxy", why)
    return Secret(url)


def _count(entry: Entry, name: str) -> int | None:
    value = entry.values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise entry.refuse(name, say("field.whole"))
    return value
