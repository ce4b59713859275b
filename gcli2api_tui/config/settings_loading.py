"""Settings from all places, and where each value came from.

Order: flag > GCLI2API_NAME > bare name of the reference system > config.toml > default. Empty counts as unset.
`PASSWORD` and `--password` set both keys. `docs/settings.md` is checked against FIELDS by a test.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcli2api_tui.config import allowed_hosts_and_proxies
from gcli2api_tui.config.config_toml import read_values
from gcli2api_tui.config.settings import FIELDS, LIVE, SWITCH, Settings, listed
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

_SWITCHED = {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off"}
"""What people and TOML write for a switch."""


PANEL_VARIABLES = frozenset({"PANEL_PASSWORD", "GCLI2API_PANEL_PASSWORD"})
"""What is named for the panel beats `--password`, as it beats PASSWORD."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the source of each value that is not a default."""

    settings: Settings
    sources: Mapping[str, str]
    """Field → `flag`, the variable's name, or `config.toml`."""


def load(config_file: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> Loaded:
    """Merge all sources. Raises SettingsFault naming the key and its source; unknown keys in the file are refused."""
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    layers = [(read_values(config_file), "config.toml"), *_from_environ(environ)]
    layers.append(({name: value for name, value in flags.items() if value is not None}, "flag"))
    for layer, source in layers:
        for name, value in layer.items():
            if value == "":
                continue
            values[name] = _convert(name, value, source)
            sources[name] = source
    if sources.get("password") == "flag" and sources.get("panel_password") not in PANEL_VARIABLES:
        values["panel_password"], sources["panel_password"] = values["password"], "flag"
    return Loaded(with_values(Settings(), values), sources)


def _from_environ(environ: Mapping[str, str]) -> list[tuple[dict[str, object], str]]:
    """One layer per variable, weakest first: bare names, then GCLI2API_ names."""
    layers: list[tuple[dict[str, object], str]] = []
    for name, item in FIELDS.items():
        for variable in reversed((f"GCLI2API_{name.upper()}", *item.metadata["env"])):
            value = environ.get(variable, "")
            if value and _is_meant(variable, value):
                layers.append(({name: value}, variable))
    return layers


def _is_meant(variable: str, value: str) -> bool:
    """Kubernetes tells everybody of a service called gcli2api by GCLI2API_PORT=tcp://10.0.0.1:7861."""
    if variable == "GCLI2API_PORT":
        return not value.startswith("tcp://")
    return variable != "HOST" or _is_address(value)


def _is_address(text: str) -> bool:
    """Shells export HOST with the machine's name; only an address or `localhost` is meant for us."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == "localhost"
    return True


def _convert(name: str, value: object, source: str) -> str | int | float | Secret:
    item = FIELDS[name]
    if isinstance(value, dict):
        value = _pairs(name, value, source)
    if {*item.metadata["choices"]} == {*SWITCH}:
        value = _SWITCHED.get(str(value).lower(), value)
    try:
        if isinstance(item.default, Secret):
            return value if isinstance(value, Secret) else Secret(str(value))
        if isinstance(item.default, int):
            converted: str | int | float = int(str(value))
        elif isinstance(item.default, float):
            converted = float(str(value))
        else:
            converted = str(value)
    except ValueError:
        raise SettingsFault(say("setting.number", name=name, source=source, value=str(value)), key=name) from None
    _check(name, converted, source)
    return converted


def _pairs(name: str, table: Mapping[str, object], source: str) -> str:
    """A table of the file as the text that a variable holds."""
    if name != "aliases" or not all(isinstance(target, str) for target in table.values()):
        raise SettingsFault(say("setting.table", name=name, source=source), key=name)
    return ", ".join(f"{alias}={target}" for alias, target in table.items())


def _check(name: str, value: object, source: str) -> None:
    choices = FIELDS[name].metadata["choices"]
    if choices and value not in choices:
        raise SettingsFault(
            say("setting.one_of", name=name, source=source, names=", ".join(choices), value=str(value)), key=name
        )
    if (among := FIELDS[name].metadata["among"]) and (odd := listed(str(value)) - {*among}):
        names = ", ".join((*among, "off"))
        raise SettingsFault(
            say("setting.among", name=name, source=source, names=names, value=", ".join(sorted(odd))), key=name
        )
    if name == "port" and isinstance(value, int) and not 0 <= value <= 65535:
        raise SettingsFault(say("setting.port", source=source, value=value), key=name)
    if isinstance(value, str):
        _require_text(name, value, source)
        allowed_hosts_and_proxies.check(name, value, source)
    least = FIELDS[name].metadata["least"]
    if isinstance(value, int | float) and not least <= value < float("inf"):
        raise SettingsFault(say("setting.from", name=name, source=source, least=least, value=value), key=name)


def _require_text(name: str, value: str, source: str) -> None:
    """Bytes that are no UTF-8 are sent nowhere; only a key of the environment may hold some, as a client sends them."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SettingsFault(say("setting.text", name=name, source=source), key=name) from None


def with_values(chosen: Settings, values: Mapping[str, object]) -> Settings:
    """Of the types that `_convert` gives."""
    converted: dict[str, Any] = {**values}
    return replace(chosen, **converted)


def parse(name: str, text: str, source: str = "the command line") -> str | int | float:
    """A value typed by a person, as config.toml keeps it. Raises SettingsFault naming the key and the place."""
    if name not in FIELDS:
        raise SettingsFault(say("setting.none", name=name), key=name, way_out=say("setting.list"))
    _require_text(name, text, source)
    value = _convert(name, text, source)
    return value.reveal() if isinstance(value, Secret) else value


def live(name: str) -> bool:
    """Whether a change of it acts without a restart."""
    return bool(FIELDS[name].metadata["acts"] == LIVE)


SHARED_GROUPS = ("server", "traffic", "streaming", "models", "privacy")
ALL_INSTANCES = "all instances"
"""The source of a setting that they share."""


def shared(name: str) -> bool:
    """Whether all instances on one database go by one value of it: what acts live, and is not of a screen or a disk."""
    return live(name) and FIELDS[name].metadata["group"] in SHARED_GROUPS


def with_agreed(loaded: Loaded, agreed: Iterable[tuple[str, str | None]]) -> Loaded:
    """With what all instances go by, name and text, None for the default; a flag or the environment here holds."""
    values: dict[str, object] = {}
    sources = dict(loaded.sources)
    for name, text in agreed:
        if name not in FIELDS or not shared(name) or sources.get(name, "config.toml") != "config.toml":
            continue
        with suppress(SettingsFault):  # a newer program's
            values[name] = FIELDS[name].default if text is None else _convert(name, text, ALL_INSTANCES)
            if text is None:
                sources.pop(name, None)
            else:
                sources[name] = ALL_INSTANCES
    return Loaded(with_values(loaded.settings, values), sources)
