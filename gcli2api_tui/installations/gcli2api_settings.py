"""gcli2api's settings and passwords in our words, and why some of them stay.

In: what it had stored, and its variables, which win there, also those that a Docker compose file gives it: there its
password stands, for those who run it so. Out: an Installation without credentials, and the proxy that all of them
went through. Addresses of Google's services are never taken: one that is not Google's own would be sent every token.
Addresses and folders of a compose file are true inside of the container only.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations.installation import Door, Installation, Key, LeftOut, Setting, is_weak, refused
from gcli2api_tui.installations.source_folder import SourceFolder, read_yaml
from gcli2api_tui.messages.message import Message, say

_NO_SUCH, _BY_ITSELF, _ANTIGRAVITY = say("over.no_such_setting"), say("over.by_itself"), say("over.antigravity_setting")
_ADDRESS, _ELSEWHERE = say("over.address"), say("over.database_elsewhere")
_STAYS: Mapping[str, tuple[str, Message]] = {
    "code_assist_endpoint": ("https://cloudcode-pa.googleapis.com", _ADDRESS),
    "oauth_proxy_url": ("https://oauth2.googleapis.com", _ADDRESS),
    "googleapis_proxy_url": ("https://www.googleapis.com", _ADDRESS),
    "resource_manager_api_url": ("https://cloudresourcemanager.googleapis.com", _ADDRESS),
    "service_usage_api_url": ("https://serviceusage.googleapis.com", _ADDRESS),
    "antigravity_api_url": ("https://daily-cloudcode-pa.googleapis.com", _ANTIGRAVITY),
    "antigravity_stream2nostream": ("true", _ANTIGRAVITY),
    "antigravity_switch_credential_enabled": ("false", _ANTIGRAVITY),
    "auto_ban_enabled": ("false", _BY_ITSELF),
    "auto_ban_error_codes": ("", _BY_ITSELF),
    "retry_429_enabled": ("true", _BY_ITSELF),
    "retry_429_max_retries": ("", _BY_ITSELF),
    "retry_429_interval": ("", _BY_ITSELF),
    "calls_per_rotation": ("", _BY_ITSELF),
    "anti_truncation_max_attempts": ("3", _BY_ITSELF),
    "http_timeout": ("", _NO_SUCH),
    "max_connections": ("", _NO_SUCH),
    "compatibility_mode_enabled": ("false", _NO_SUCH),
    "return_thoughts_to_frontend": ("true", _NO_SUCH),
    "keepalive_url": ("", _NO_SUCH),
    "keepalive_interval": ("60", _NO_SUCH),
    "oauth_callback_port": ("11451", _NO_SUCH),
    "postgresql_uri": ("", _ELSEWHERE),
    "mongodb_uri": ("", _ELSEWHERE),
    "redis_uri": ("", _ELSEWHERE),
}
"""Setting → its default there, of which nothing is said, and why it does not come over."""
_VARIABLES = {
    "AUTO_BAN": "auto_ban_enabled",
    "COMPATIBILITY_MODE": "compatibility_mode_enabled",
    "ANTIGRAVITY_SWITCH_CREDENTIAL": "antigravity_switch_credential_enabled",
}
"""Those that are not the setting's name in capitals."""
_LEVELS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "critical": "error"}
_TAKEN = (*("host", "port", "log_level", "proxy", "credentials_dir"), *("password", "api_password", "panel_password"))
Values = Mapping[str, tuple[str, str]]
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_INSIDE = ("HOST", "PORT", "CREDENTIALS_DIR")
_FILLED_IN = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)(?:(:?-)([^}]*)|[^}]*)\})")


def told(
    composed: Mapping[str, str], stored: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[Installation, str, str]:
    """Settings and keys; the proxy, and what it is called there.

    A compose file comes with every clone, whether it is used or not: what was stored since tells more.
    """
    own = {name: (_text(value), name) for name, value in stored.items()}
    values = {**dict(_of_environment(composed)), **own, **dict(_of_environment(environ))}
    values = {name: (value, source) for name, (value, source) in values.items() if value}
    keys, weak = _keys(values)
    found = Installation(
        settings=_settings(values), settings_left_out=tuple(_staying(values)), keys=keys, keys_left_out=weak
    )
    return found, *values.get("proxy", ("", ""))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, str | int | float) else ""


def _of_environment(environ: Mapping[str, str]) -> list[tuple[str, tuple[str, str]]]:
    return [(_VARIABLES.get(name, name.lower()), (value, name)) for name, value in environ.items() if value]


def _keys(values: Values) -> tuple[tuple[Key, ...], tuple[LeftOut, ...]]:
    """Its own password for a door wins there over the common one."""
    found, left = [], []
    doors: tuple[tuple[Door, str], ...] = (("client", "api_password"), ("panel", "panel_password"))
    for door, own in doors:
        value, source = values.get(own) or values.get("password") or ("", "")
        if door == "panel" and value and is_weak(value):
            left.append(LeftOut(source, say("over.weak_panel_key")))
        elif value:
            found.append(Key(door, Secret(value), source))
    return tuple(found), tuple(left)


def _settings(values: Values) -> tuple[Setting, ...]:
    found = []
    if (port := values.get("port")) and port[0].isdecimal():
        found.append(Setting("port", int(port[0]), port[1]))
    if (level := values.get("log_level")) and (ours := _LEVELS.get(level[0].lower())):
        found.append(Setting("log_level", ours, level[1]))
    if host := values.get("host"):
        found.append(Setting("host", *host))
    return tuple(found)


def _staying(values: Values) -> list[LeftOut]:
    """Of variables only those that are its own: a file of them holds others' too."""
    found = []
    for name, (value, source) in values.items():
        if name in _STAYS:
            default, why = _STAYS[name]
            found += [LeftOut(source, why)] if value.rstrip("/") != default else []
        elif source == name and name not in _TAKEN:
            found.append(LeftOut(source, _NO_SUCH))
    return found


def variables(folder: SourceFolder, env: Mapping[str, str]) -> tuple[dict[str, str], Installation]:
    name = next((one for one in NAMES if folder.has(one)), "")
    if not name:
        return {}, Installation()
    try:
        services = read_yaml(folder.read(name), name).get("services")
    except ImportRefused as refusal:
        return {}, Installation(settings_left_out=refused(refusal).left_out)
    ours = [one for key, one in _members(services) if _is_its(key, one)]
    given = {name: _filled(value, env) for service in ours for name, value in _environment(service)}
    return {name: value for name, value in given.items() if value and name not in _INSIDE}, Installation()


def _members(values: object) -> list[tuple[str, object]]:
    return [(str(name), one) for name, one in values.items()] if isinstance(values, dict) else []


def _is_its(name: str, service: object) -> bool:
    image = service.get("image", "") if isinstance(service, dict) else ""
    return isinstance(service, dict) and ("gcli2api" in name or "gcli2api" in str(image))


def _environment(service: object) -> Iterator[tuple[str, str]]:
    """A list of `NAME=value`, or an object; a name alone is the shell's, of which nothing is known here."""
    given = service.get("environment") if isinstance(service, dict) else None
    if isinstance(given, list):
        parted = (str(one).partition("=") for one in given)
        yield from ((name, value) for name, equals, value in parted if equals)
    else:
        yield from ((name, str(value)) for name, value in _members(given) if value is not None)


def _filled(text: str, env: Mapping[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        dollar, plain, braced, otherwise, default = found.groups()
        return dollar or env.get(plain or braced) or (default if otherwise else "")

    return _FILLED_IN.sub(one, text)
