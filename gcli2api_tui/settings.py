"""One frozen record of everything that can be set, and where each value came from.

Order: flag > GCLI2API_NAME > bare name of the reference system > config.toml > default. Empty counts as unset.
`PASSWORD` and `--password` set both keys. `docs/settings.md` is checked against FIELDS by a test.
"""

import dataclasses
import ipaddress
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gcli2api_tui import regular_file
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

LARGEST = 1_000_000
"""Bytes of config.toml."""

SWITCH = ("off", "on")
_SWITCHED = {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off"}
"""What people and TOML write for a switch."""


def _set(
    default: object,
    help: str,  # noqa: A002
    *,
    env: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    least: int = 0,
) -> Any:
    """`least` is the smallest number that means something."""
    return field(default=default, metadata={"help": help, "env": env, "choices": choices, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; `help` is the line in docs/settings.md."""

    host: str = _set("127.0.0.1", "Address to listen on.", env=("HOST",))
    port: int = _set(7861, "Port to listen on; 0 takes a free one.", env=("PORT",))
    password: Secret = _set(
        Secret(""), "Key that clients send; the first start makes one.", env=("API_PASSWORD", "PASSWORD")
    )
    panel_password: Secret = _set(
        Secret(""),
        "Key of the admin API and the web page; the first start makes one.",
        env=("PANEL_PASSWORD", "PASSWORD"),
    )
    cors_origins: str = _set(
        "", "Web pages that may call the API from a browser: their origins, with commas between, or *; empty: none."
    )
    max_body_mb: int = _set(64, "Largest request body taken, in MB.", least=1)
    drain_s: float = _set(10.0, "How long running answers may go on after a stop, in seconds; 0 ends them at once.")
    keep_bodies: int = _set(200, "Prompts and answers kept in memory for the panel; 0 keeps none, on disk neither.")
    keep_bodies_mb: int = _set(32, "Memory for those texts, in MB.", least=1)
    first_byte_hold_s: float = _set(
        8.0, "How long the status waits for Google's first byte, in seconds; 0 sends it at once."
    )
    request_deadline_s: float = _set(
        600.0, "A request ends with an error after this time without any content, in seconds.", least=1
    )
    attempts: int = _set(
        4, "Most tries of a request while Google is in trouble; refused credentials are passed over.", least=1
    )
    silence_s: float = _set(
        120.0,
        "An answer that has begun ends with an error after this time without anything from Google, in seconds.",
        least=1,
    )
    hold_s: float = _set(
        30.0, "How long a request waits for a credential that will be ready by itself, in seconds; 0 not at all."
    )
    retry_after_max_s: int = _set(
        120, "Longest Retry-After that clients are told, in seconds; the error says the true time.", least=1
    )
    strategy: str = _set(
        "quota-aware",
        "Which credential is next.",
        choices=("quota-aware", "round-robin", "fill-first", "soonest-reset"),
    )
    aliases: str = _set("", "Other names for models: `alias=model, gpt-*=model`; in config.toml also a table.")
    fetch_images: str = _set(
        "on", "Whether images that a chat names by their address are fetched from the web.", choices=("on", "off")
    )
    list_variants: str = _set(
        "off", "Lists of models show names with wishes too (fake/M, M-search, M-high).", choices=SWITCH
    )
    pass_unknown_models: str = _set(
        "off", "Names of models that this version does not know go to Google as they are.", choices=SWITCH
    )
    successors: str = _set(
        "off", "A model that has ended at Google is answered by the one that Google names to follow it.", choices=SWITCH
    )
    refresh: str = _set("auto", "How often the panel repaints.", choices=("auto", "local", "ssh", "lite"))
    language: str = _set("auto", "Language of the panel; auto follows the locale.", choices=("auto", "en", "zh"))
    glyphs: str = _set(
        "auto",
        "Signs the panel draws with; auto is ascii where the locale is not UTF-8.",
        choices=("auto", "unicode", "ascii"),
    )
    theme: str = _set(
        "auto",
        "Colours of the panel; terminal is the terminal's own, auto asks how many it has and which background.",
        choices=("auto", "dark", "light", "terminal"),
    )
    code_assist_endpoint: str = _set(
        "https://cloudcode-pa.googleapis.com", "Where Code Assist is.", env=("CODE_ASSIST_ENDPOINT",)
    )
    gemini_base_url: str = _set(
        "https://generativelanguage.googleapis.com", "Where the Gemini API is.", env=("GOOGLE_GEMINI_BASE_URL",)
    )
    google_cloud_project: str = _set(
        "",
        "Project of Code Assist sign-ins to which Google gives none; its id, not its number.",
        env=("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID"),
    )
    vertex_base_url: str = _set("", "Where Vertex AI is; empty: Google's.", env=("GOOGLE_VERTEX_BASE_URL",))
    oauth_base_url: str = _set("", "Where Google's OAuth pages are, all in one; empty: Google's.")
    oauth_client_id: str = _set("", "OAuth client to sign in with; empty: the public one of Gemini CLI.")
    oauth_client_secret: Secret = _set(Secret(""), "Its secret.")
    terms_shown_at: str = _set("", "When you read the notice on Google's terms before a sign-in; the program sets it.")


FIELDS = {item.name: item for item in dataclasses.fields(Settings)}

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
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    layers = [(_from_file(config_file), "config.toml"), *_from_environ(environ)]
    layers.append(({name: value for name, value in flags.items() if value is not None}, "flag"))
    for layer, source in layers:
        for name, value in layer.items():
            if value == "":
                continue
            values[name] = _convert(name, value, source)
            sources[name] = source
    if sources.get("password") == "flag" and sources.get("panel_password") not in PANEL_VARIABLES:
        values["panel_password"], sources["panel_password"] = values["password"], "flag"
    return Loaded(Settings(**values), sources)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(regular_file.read(path, LARGEST).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        why = say("file.not_read", path=str(path), why=str(error.strerror or error))
        way_out = say("file.must_be")
        raise SettingsFault(why, key="config.toml", way_out=way_out) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(say("file.no_toml", path=str(path), error=str(error)), key="config.toml") from error
    for name in table:
        if name not in FIELDS:
            raise SettingsFault(
                say("setting.none_in", path=str(path), name=name), key=name, way_out=say("setting.list")
            )
    return table


def _from_environ(environ: Mapping[str, str]) -> list[tuple[dict[str, object], str]]:
    """One layer per variable, weakest first: bare names, then GCLI2API_ names."""
    layers: list[tuple[dict[str, object], str]] = []
    for name, item in FIELDS.items():
        for variable in reversed((f"GCLI2API_{name.upper()}", *item.metadata["env"])):
            value = environ.get(variable, "")
            if value and (variable != "HOST" or _is_address(value)):
                layers.append(({name: value}, variable))
    return layers


def _is_address(text: str) -> bool:
    """Shells export HOST with the machine's name; only an address or `localhost` is meant for us."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == "localhost"
    return True


def _convert(name: str, value: object, source: str) -> Any:
    item = FIELDS[name]
    if isinstance(value, dict):
        value = _pairs(name, value, source)
    if {*item.metadata["choices"]} == {*SWITCH}:
        value = _SWITCHED.get(str(value).lower(), value)
    try:
        if isinstance(item.default, Secret):
            return value if isinstance(value, Secret) else Secret(str(value))
        if isinstance(item.default, int):
            converted: object = int(str(value))
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


def _check(name: str, value: Any, source: str) -> None:
    choices = FIELDS[name].metadata["choices"]
    if choices and value not in choices:
        raise SettingsFault(
            say("setting.one_of", name=name, source=source, names=", ".join(choices), value=value), key=name
        )
    if name == "port" and not 0 <= value <= 65535:
        raise SettingsFault(say("setting.port", source=source, value=value), key=name)
    least = FIELDS[name].metadata["least"]
    if isinstance(value, int | float) and not least <= value < float("inf"):
        raise SettingsFault(say("setting.from", name=name, source=source, least=least, value=value), key=name)


def parse(name: str, text: str) -> str | int | float:
    """A value typed by a person, as config.toml keeps it. Raises SettingsFault naming the key."""
    if name not in FIELDS:
        raise SettingsFault(say("setting.none", name=name), key=name, way_out=say("setting.list"))
    value: str | int | float | Secret = _convert(name, text, "the command line")
    return value.reveal() if isinstance(value, Secret) else value


def new_key() -> Secret:
    """A random key, 160 bits."""
    return Secret(f"sk-{secrets.token_urlsafe(20)}")


GUESSABLE = frozenset({"pwd", "password", "123456", "admin", "changeme", "test", "secret", "key"})


def guessable(key: Secret) -> bool:
    """Too weak for an address that others can reach."""
    return key.reveal().lower() in GUESSABLE or len(key.reveal()) < 8
