"""Somebody else's sign-ins and keys: known by what they say or how they begin, and refused by name.

In: an Entry or a key. Out: nothing, or an ImportRefused that names the service and repeats no value. Every way to a
Credential leads through here, a file of our own too: what is foreign must never be sent to Google. Pure.
"""

from collections.abc import Iterator
from typing import Any

from gcli2api_tui.credentials.file_fields import Entry, visible
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import GOOGLE, owner
from gcli2api_tui.messages.message import say

GOOGLES_TYPES = ("authorized_user", "service_account", "gemini", "vertex")
"""Values of a field `type` that name a credential of Google's which can be taken."""

_OTHER_TYPES_OF_GOOGLES = (
    "external_account",
    "external_account_authorized_user",
    "gdch_service_account",
    "impersonated_service_account",
)

SERVICES = {
    "amp": "Amp",
    "anthropic": "Claude",
    "antigravity": "Antigravity",
    "claude": "Claude",
    "codex": "Codex (OpenAI)",
    "copilot": "GitHub Copilot",
    "cursor": "Cursor",
    "deepseek": "DeepSeek",
    "github-copilot": "GitHub Copilot",
    "groq": "Groq",
    "iflow": "iFlow",
    "kilo": "Kilo",
    "kimi": "Kimi",
    "kiro": "Kiro",
    "mistral": "Mistral",
    "openai": "OpenAI",
    "opencode": "opencode",
    "openrouter": "OpenRouter",
    "qwen": "Qwen",
    "xai": "xAI",
    "zai": "Z.ai",
}
"""How others call services in their files, and how people do."""

_ANTIGRAVITY_CLIENT = "1071006060591-"
_ANTIGRAVITY_SCOPES = ("/auth/cclog", "/auth/experimentsandconfigs")
_ANTIGRAVITY_FIELDS = {"expiry_timestamp", "session_id"}
_TOKENS = ("access_token", "refresh_token", "token", "accessToken", "refreshToken")
_KEYS = ("api_key", "apiKey", "vertex_api_key", "key")

ELSEWHERE = say("import.another_service")


def require_googles(entry: Entry) -> None:
    """Raises ImportRefused where the object is a sign-in or a key for somebody else, or for Antigravity."""
    _require_googles_type(entry)
    for side in (entry, *_nested(entry)):
        if named := _signed_in_elsewhere(side.values):
            raise sign_in_elsewhere(named, entry)
        for name, secret in _texts(side.values, _TOKENS):
            if (whose := owner(secret)) not in ("", GOOGLE):
                raise side.refuse(name, say("import.token_for", whose=whose))
        for name, secret in _texts(side.values, _KEYS):
            require_googles_key(secret, side, name)


def require_googles_key(key: str, entry: Entry, field: str) -> None:
    """Raises ImportRefused for a key that begins as somebody else's do."""
    if refusal := not_googles(key, entry.file):
        raise entry.refuse(field, refusal.message, refusal.way_out)


def not_googles(key: str, file: str, field: str = "") -> ImportRefused | None:
    """Why this key is none for Google; None where nothing speaks against it."""
    whose = owner(key)
    if whose in ("", GOOGLE):
        return None
    return ImportRefused(say("import.key_for", whose=whose), file=file, field=field)


def sign_in_elsewhere(named: str, entry: Entry, field: str = "") -> ImportRefused:
    """The refusal of a whole sign-in."""
    if named == SERVICES["antigravity"]:
        return entry.refuse(field, say("import.antigravity"))
    return entry.refuse(field, say("import.sign_in_for", whose=named))


def service(name: str) -> str:
    """How people call a service that a file names; never the file's own word, which may be anything."""
    return SERVICES.get(name.lower(), ELSEWHERE)


def _require_googles_type(entry: Entry) -> None:
    named = entry.text("type")
    if named in _OTHER_TYPES_OF_GOOGLES:
        why = say("import.form")
        raise entry.refuse("type", why, say("import.use_other_form"))
    if named and named not in GOOGLES_TYPES:
        raise sign_in_elsewhere(service(named), entry, "type")


def _nested(entry: Entry) -> Iterator[Entry]:
    for name in ("token", "tokens", "service_account"):
        if isinstance(entry.values.get(name), dict):
            yield entry.inner(name)


def _signed_in_elsewhere(values: Any) -> str:
    """The service, where fields tell that have nothing to do with tokens; "" where none does."""
    if "resource_url" in values:
        return "Qwen"
    if "claudeAiOauth" in values:
        return "Claude"
    if "OPENAI_API_KEY" in values:
        return "Codex (OpenAI)"
    if any(isinstance(value, dict) and "oauth_token" in value for value in values.values()):
        return "GitHub Copilot"
    if _is_antigravitys(values):
        return "Antigravity"
    return _by_scope(_scopes(values))


def _is_antigravitys(values: Any) -> bool:
    """Its tokens were made with a client of its own, and serve a backend that this program stays away from."""
    nested = values.get("token")
    return (
        str(values.get("client_id", "")).startswith(_ANTIGRAVITY_CLIENT)
        or any(scope.endswith(_ANTIGRAVITY_SCOPES) for scope in _scopes(values))
        or (isinstance(nested, dict) and bool(_ANTIGRAVITY_FIELDS & nested.keys()))
    )


def _by_scope(scopes: list[str]) -> str:
    """A sign-in with Google for anything has one scope of Google's at least."""
    if not scopes or any(".googleapis.com/" in scope for scope in scopes):
        return ""
    named = next((scope.partition("-")[0] for scope in scopes if scope.partition("-")[0] in SERVICES), "")
    return service(named)


def _scopes(values: Any) -> list[str]:
    for name in ("scopes", "scope"):
        given = values.get(name)
        listed = given.split() if isinstance(given, str) else given
        if isinstance(listed, list) and listed:
            return [scope for scope in listed if isinstance(scope, str)]
    return []


def _texts(values: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        if isinstance(value := values.get(name), str):
            yield name, visible(value).strip()
