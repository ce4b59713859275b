"""A folder of CLIProxyAPI: its auth files of Google's kinds, the Google keys of config.yaml, settings, its API keys.

In: the auth folder, or the program's own with config.yaml, which may name the auth folder. Out: an Installation.
Sign-ins for other services, and Antigravity's, are named and stay.
"""

from typing import Any

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import read_one
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.installations import cliproxy_config
from gcli2api_tui.installations.found import Brought, Installation, LeftOut, refused, rest_of, together
from gcli2api_tui.installations.outbound import through
from gcli2api_tui.installations.source_folder import SourceFolder
from gcli2api_tui.installations.yaml_text import read_yaml
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import expanded

CONFIGS = ("config.yaml", "config.yml", "cliproxyapi.conf")
"""The last is Homebrew's."""

AUTHS = "auths"
"""Below the program's folder, with Docker."""


def read(folder: SourceFolder, client: OAuthClient) -> Installation:
    """Everything. Raises OSError where the folder itself cannot be listed."""
    config, faults = _config(folder)
    parts = [_auth_files(one, client) for one in _auth_folders(folder, config)]
    found = together([faults, *parts, cliproxy_config.told(config, client)])
    return through(found, cliproxy_config.proxy(config), "proxy-url")


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
