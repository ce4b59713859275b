"""A folder of CLIProxyAPI: its auth files of Google's kinds, and of config.yaml the keys for Google, those that its
clients send, and settings.

In: the auth folder, or the program's own with config.yaml, which may name the auth folder. Out: an Installation.
Sign-ins for other services, and Antigravity's, are named and stay. A field of a wrong type says nothing; a key for an
address that is not Google's is somebody else's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import read_one
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations.installation import (
    Brought,
    Installation,
    Key,
    LeftOut,
    Setting,
    is_weak,
    refused,
    rest_of,
    through,
    together,
)
from gcli2api_tui.installations.source_folder import SourceFolder, read_yaml
from gcli2api_tui.messages.message import NOTHING, say
from gcli2api_tui.paths import expanded

CONFIGS = ("config.yaml", "config.yml", "cliproxyapi.conf")
"""The last is Homebrew's."""
AUTHS = "auths"
"""Below the program's folder, with Docker."""
Config = Mapping[str, Any]
_KEYS = {
    "gemini-api-key": "api_key",
    "interactions-api-key": "api_key",
    "generative-language-api-key": "api_key",
    "vertex-api-key": "vertex_api_key",
}
"""List of keys for Google → the field of ours. The third is of 2025."""
_OTHERS = ("claude-api-key", "codex-api-key", "xai-api-key", "openai-compatibility")
_GOOGLES = ("", "https://generativelanguage.googleapis.com", "https://aiplatform.googleapis.com")
_LOOKED_AT = {
    *(*_KEYS, *_OTHERS, "auth-dir", "api-keys", "port", "host", "debug", "tls", "routing", "proxy-url"),
    *("remote-management", "oauth-model-alias"),
}
_ALIASED = ("gemini-cli", "vertex", "aistudio")
_NAMED = 5
_NAME = re.compile(r"[\w./:-]+")
_HASHED = ("$2a$", "$2b$", "$2y$")


def read(folder: SourceFolder, client: OAuthClient) -> Installation:
    """Everything. Raises OSError where the folder itself cannot be listed."""
    config, faults = _config(folder)
    parts = [_auth_files(one, client) for one in _auth_folders(folder, config)]
    found = together([faults, *parts, told(config, client)])
    return through(found, proxy(config), "proxy-url")


def _config(folder: SourceFolder) -> tuple[dict[str, Any], Installation]:
    name = next((one for one in CONFIGS if folder.has(one)), "")
    try:
        return (read_yaml(folder.read(name), name) if name else {}), Installation()
    except ImportRefused as refusal:
        return {}, refused(refusal)


def _auth_folders(folder: SourceFolder, config: dict[str, Any]) -> list[SourceFolder]:
    """Where its configuration says, and where Docker has them; else the folder itself."""
    found = [folder.within(AUTHS)]
    if isinstance(named := config.get("auth-dir"), str) and named:
        elsewhere = folder.path / expanded(named)
        found.append(SourceFolder(elsewhere, elsewhere))
    return list({one.path.resolve(): one for one in found if one.exists}.values()) or [folder]


def _auth_files(folder: SourceFolder, client: OAuthClient) -> Installation:
    names = [name for name in folder.files() if name not in CONFIGS]
    return together([Installation(folders=(folder.path,)), *(_auth_file(folder, name, client) for name in names)])


def _auth_file(folder: SourceFolder, name: str, client: OAuthClient) -> Installation:
    if not name.lower().endswith(".json"):
        return Installation(left_out=(LeftOut(name, say("over.not_its_file")),))
    try:
        found = read_one(folder.read(name), name, client)
    except ImportRefused as refusal:
        return refused(refusal)
    return together([Installation(tuple(Brought(name, one) for one in found.credentials)), rest_of(found)])


def told(config: Config, client: OAuthClient) -> Installation:
    found = together(_googles_keys(config, name, field, client) for name, field in _KEYS.items())
    keys, more_keys = _client_keys(config)
    panel, no_panel = _panel_key(config)
    return replace(
        found,
        left_out=(*found.left_out, *_others(config)),
        settings=tuple(_settings(config)),
        settings_left_out=tuple(_staying(config)),
        keys=(*keys, *panel),
        keys_left_out=(*more_keys, *no_panel),
    )


def proxy(config: Config) -> str:
    return _text(config, "proxy-url")


def _googles_keys(config: Config, name: str, field: str, client: OAuthClient) -> Installation:
    listed = config.get(name)
    entries = listed if isinstance(listed, list) else []
    return together(_googles_key(one, f"{name}[{number}]", field, client) for number, one in enumerate(entries))


def _googles_key(entry: object, where: str, field: str, client: OAuthClient) -> Installation:
    """Once it was a text, now it is an object."""
    values = {"api-key": entry} if isinstance(entry, str) else entry
    if not isinstance(values, dict):
        return Installation(left_out=(LeftOut(where, say("over.not_its_file")),))
    if _text(values, "base-url").rstrip("/") not in _GOOGLES:
        return Installation(left_out=(LeftOut(where, say("over.other_address")),))
    ours = {field: values.get("api-key"), "proxy_url": _text(values, "proxy-url"), "weight": values.get("weight")}
    found = read_one(json.dumps(ours, default=str).encode(), where, client)
    remark = say("over.models_of_key") if values.get("models") or values.get("excluded-models") else NOTHING
    return together([Installation(tuple(Brought(where, one, remark) for one in found.credentials)), rest_of(found)])


def _others(config: Config) -> Iterator[LeftOut]:
    for name in _OTHERS:
        if isinstance(listed := config.get(name), list) and listed:
            yield LeftOut(name, say("over.others_keys", n=len(listed)))


def _client_keys(config: Config) -> tuple[tuple[Key, ...], tuple[LeftOut, ...]]:
    """The first is what our own tools will send; of the others it is said how they get keys of their own."""
    listed = config.get("api-keys")
    texts = [str(one) for one in listed if isinstance(one, str | int) and str(one)] if isinstance(listed, list) else []
    if not texts:
        return (), ()
    more = (LeftOut("api-keys", say("over.more_keys", n=len(texts) - 1)),) if texts[1:] else ()
    return (Key("client", Secret(texts[0]), "api-keys"),), more


def _panel_key(config: Config) -> tuple[tuple[Key, ...], tuple[LeftOut, ...]]:
    """It hashes the key at its first start; then nobody can know it."""
    key, name = _text(_mapping(config, "remote-management"), "secret-key"), "remote-management.secret-key"
    if not key:
        return (), ()
    if key.startswith(_HASHED):
        return (), (LeftOut(name, say("over.hashed_key")),)
    if is_weak(key):
        return (), (LeftOut(name, say("over.weak_panel_key")),)
    return (Key("panel", Secret(key), name),), ()


def _settings(config: Config) -> Iterator[Setting]:
    if type(port := config.get("port")) is int:
        yield Setting("port", port, "port")
    if isinstance(host := config.get("host"), str):
        yield Setting("host", host or "0.0.0.0", "host")  # an empty one is every address there
    if config.get("debug") is True:
        yield Setting("log_level", "debug", "debug")
    if _text(_mapping(config, "routing"), "strategy") == "fill-first":
        yield Setting("strategy", "fill-first", "routing.strategy")
    if aliases := ", ".join(_aliases(config)):
        yield Setting("aliases", aliases, "oauth-model-alias")


def _aliases(config: Config) -> list[str]:
    """`alias=model` of Google's channels, the first of each alias; a name that would be more than a name is none."""
    channels = _mapping(config, "oauth-model-alias")
    rows = [one for channel in _ALIASED if isinstance(listed := channels.get(channel), list) for one in listed]
    pairs = [(_text(row, "alias"), _text(row, "name")) for row in rows if isinstance(row, dict)]
    plain = {alias: name for alias, name in reversed(pairs) if _NAME.fullmatch(alias) and _NAME.fullmatch(name)}
    return [f"{alias}={name}" for alias, name in reversed(plain.items())]


def _staying(config: Config) -> Iterator[LeftOut]:
    """In one line, and not all by name: most of them are about other services."""
    if _mapping(config, "tls").get("enable") is True:
        yield LeftOut("tls", say("over.tls_by_hand"))
    rest = sorted(str(name) for name in config if name not in _LOOKED_AT)
    if rest:
        more = f" and {len(rest) - _NAMED} more" if rest[_NAMED:] else ""
        yield LeftOut(", ".join(rest[:_NAMED]) + more, say("over.no_such_settings"))


def _mapping(values: Config, name: str) -> Config:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _text(values: Config, name: str) -> str:
    found = values.get(name)
    return found.strip() if isinstance(found, str) else ""
