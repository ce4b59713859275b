"""The variables that a Docker compose file gives to gcli2api: there its password stands, for those who run it so.

In: the folder with the file, and the `.env` beside it, from which compose fills in. Out: variables, and a word where
they cannot be read. Addresses and folders are left out: they are true inside of the container only.
"""

import re
from collections.abc import Iterator, Mapping

from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.installations.found import Installation, refused
from gcli2api_tui.installations.source_folder import SourceFolder
from gcli2api_tui.installations.yaml_text import read_yaml

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_INSIDE = ("HOST", "PORT", "CREDENTIALS_DIR")
_FILLED_IN = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)(?:(:?-)([^}]*)|[^}]*)\})")


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
