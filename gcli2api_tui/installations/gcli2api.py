"""A folder of gcli2api, of any of its versions: credentials with what was decided about them, settings, passwords.

In: the folder of the program, or the one of its credentials. Out: an Installation. It has kept credentials as JSON
files with `creds_state.toml` beside them (2025), all in `creds.toml` (late 2025), and in `credentials.db` (since
December 2025); a folder may hold what several versions left. What was switched off there is switched off here: by a
person or by its own ban, that is not told. What belongs to Antigravity is named and stays.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from gcli2api_tui.credentials.credential import Credential, OAuthClient, OAuthTokens, account_of
from gcli2api_tui.credentials.import_reader import LARGEST, read_one
from gcli2api_tui.credentials.new_credentials import label_of_nameless
from gcli2api_tui.events.problems import ImportRefused, StoreFault
from gcli2api_tui.installations import gcli2api_settings
from gcli2api_tui.installations.installation import Brought, Installation, LeftOut, refused, rest_of, through, together
from gcli2api_tui.installations.source_folder import SourceFolder, read_environment
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.paths import expanded
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import sqlite_reader

STRANGERS_PROJECT = "gemini-pro-1751713012-07fc4dfd"
"""What it wrote for an account whose own project it did not find: a project of somebody else."""
DATABASE, SECTIONS, STATES, CONFIG = "credentials.db", "creds.toml", "creds_state.toml", "config.toml"
FOLDERS = ("creds", "data/creds", "geminicli/creds")
"""Where credentials lie below the program's own folder: today, with Docker, and in August 2025."""
DOCKERS_FOLDERS = ("/app/geminicli/creds", "/app/creds", "data/creds")
"""Where Docker puts them: in August 2025, today, and beside compose's file."""
PROGRAM = "web.py"
"""Where it stands nothing else is a credential."""
VARIABLE = "GCLI_CREDS_"
"""The beginning of a variable that holds a credential's JSON."""
_BESIDE = (STATES, CONFIG, ".env", *(f"{DATABASE}-{end}" for end in ("wal", "shm", "journal")))
_LARGEST_TOML = 20_000_000
_TABLE, _ANTIGRAVITY_TABLE, _CONFIG_TABLE = "credentials", "antigravity_credentials", "config"
Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    disabled: bool = False
    email: str = ""
    codes: tuple[int, ...] = ()
    """HTTP statuses of its last refusals."""

    @property
    def remark(self) -> Message:
        return say("over.last_codes", codes=", ".join(map(str, self.codes))) if self.codes else NOTHING


def read(folder: SourceFolder, client: OAuthClient) -> Installation:
    """Everything. Raises OSError where the folder itself cannot be listed."""
    env, faults = _environment(folder)
    composed, unread = gcli2api_settings.variables(folder, env)
    config: Config = {}
    parts = [_store(one, client, config) for one in stores(folder, env.get("CREDENTIALS_DIR", ""))]
    told, proxy, source = gcli2api_settings.told(composed, config, env)
    variables = of_variables({**composed, **env}, client)
    found = together([faults, unread, _led_out(folder), *parts, variables, told])
    return through(found, proxy, source)


def state_of(values: object) -> State:
    """Of the wrong type, a field says nothing."""
    if not isinstance(values, Mapping):
        return State()
    email = values.get("user_email")
    return State(
        disabled=values.get("disabled") in (True, 1),
        email=account_of(email) if isinstance(email, str) else "",
        codes=_codes(values.get("error_codes")),
    )


def _codes(value: object) -> tuple[int, ...]:
    """A list, or the JSON of one."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return ()
    return tuple(sorted({one for one in listed if type(one) is int})) if isinstance(listed, list) else ()


def with_state(credential: Credential, state: State) -> Credential:
    """The account names it, where only the table knew whose it is."""
    if credential.project == STRANGERS_PROJECT:
        credential = _without_project(credential)
    if state.email and not credential.account:
        credential = replace(credential, account=state.email, label=state.email)
    enabled = credential.settings.enabled and not state.disabled
    return replace(credential, settings=replace(credential.settings, enabled=enabled))


def _without_project(credential: Credential) -> Credential:
    """Google names the account's own at its first use."""
    label = credential.label
    if label == STRANGERS_PROJECT and isinstance(credential.secret, OAuthTokens):
        label = label_of_nameless(credential.secret)
    return replace(credential, project="", label=label)


def _led_out(folder: SourceFolder) -> Installation:
    """Folders of credentials that are links to elsewhere."""
    return Installation(left_out=tuple(LeftOut(one, say("over.link_out")) for one in FOLDERS if folder.leads_out(one)))


def stores(folder: SourceFolder, named: str = "") -> list[SourceFolder]:
    """The folders of credentials: those below the program's, one that its configuration names, or the folder itself."""
    inner = [one for name in FOLDERS if (one := folder.within(name)).exists]
    if named and (elsewhere := folder.path / expanded(named)).is_dir():
        inner.append(SourceFolder(elsewhere, elsewhere))
    found = list({one.path.resolve(): one for one in inner}.values())
    return found if found or folder.has(PROGRAM) else [folder]


def credentials_in(folder: SourceFolder, client: OAuthClient) -> Installation:
    """Those of one folder of credentials, without settings. Raises OSError."""
    return _store(folder, client, {})


def of_variables(environ: Mapping[str, str], client: OAuthClient) -> Installation:
    """Credentials in variables, each a JSON document."""
    return together(
        _credential_json(text.encode("utf-8", "surrogateescape"), name, client)
        for name, text in sorted(environ.items())
        if name.startswith(VARIABLE) and text.strip()
    )


def _environment(folder: SourceFolder) -> tuple[Mapping[str, str], Installation]:
    if not folder.has(".env"):
        return {}, Installation()
    try:
        return read_environment(folder.read(".env").decode("utf-8", "replace")), Installation()
    except ImportRefused as refusal:
        return {}, refused(refusal)


def _store(folder: SourceFolder, client: OAuthClient, config: Config) -> Installation:
    """One folder of credentials; what it says of settings is added to `config`."""
    states, no_states = _toml(folder, STATES)
    stored, no_config = _toml(folder, CONFIG)
    config |= stored
    by_name = {PurePosixPath(name.replace("\\", "/")).name: one for name, one in states.items()}
    parts = [_file(folder, name, client, by_name, config) for name in folder.files()]
    return replace(together([no_states, no_config, *parts]), folders=(folder.path,))


def _file(
    folder: SourceFolder, name: str, client: OAuthClient, states: Mapping[str, Any], config: Config
) -> Installation:
    if name in _BESIDE:
        return Installation()
    try:
        if name == DATABASE:
            return _credentials_db(folder, client, config)
        if name == SECTIONS:
            return _creds_toml(folder, client)
        if not name.lower().endswith(".json"):
            return Installation(left_out=(LeftOut(name, say("over.not_its_file")),))
        return _credential_json(folder.read(name), name, client, state_of(states.get(name)))
    except ImportRefused as refusal:
        return refused(refusal)


def _credential_json(data: bytes, name: str, client: OAuthClient, state: State = State()) -> Installation:  # noqa: B008 - frozen
    """One credential's JSON."""
    if name.startswith("ag_"):
        return Installation(left_out=(LeftOut(name, say("over.antigravity")),))
    found = read_one(data, name, client)
    brought = tuple(Brought(name, with_state(one, state), state.remark) for one in found.credentials)
    return replace(rest_of(found), credentials=brought)


def _creds_toml(folder: SourceFolder, client: OAuthClient) -> Installation:
    """A section is a credential's JSON and its state in one."""
    sections = _parsed(folder, SECTIONS)
    return together(_of_section(name, values, state_of(values), client) for name, values in sections.items())


def _of_section(name: str, values: object, state: State, client: OAuthClient) -> Installation:
    if not isinstance(values, dict):
        return Installation(left_out=(LeftOut(name, say("over.not_its_file")),))
    return _credential_json(json.dumps(values, default=str).encode(), name, client, state)


def _credentials_db(folder: SourceFolder, client: OAuthClient, config: Config) -> Installation:
    folder.require_readable(DATABASE, sqlite_reader.LARGEST)
    try:
        tables = sqlite_reader.read_tables(folder.path / DATABASE, (_TABLE, _ANTIGRAVITY_TABLE, _CONFIG_TABLE))
    except StoreFault as fault:
        raise ImportRefused(say("import.unreadable", why=str(fault.message)), file=DATABASE) from None
    config |= {str(row.get("key")): _json_in(row.get("value")) for row in tables.get(_CONFIG_TABLE, ())}
    rows = [_of_database_row(row, client) for row in tables.get(_TABLE, ())]
    foreign = tuple(LeftOut(_file_name_in(row), say("over.antigravity")) for row in tables.get(_ANTIGRAVITY_TABLE, ()))
    return together([*rows, Installation(left_out=foreign)])


def _of_database_row(row: Mapping[str, object], client: OAuthClient) -> Installation:
    name, data = _file_name_in(row), row.get("credential_data")
    if not isinstance(data, str) or len(data) > LARGEST:
        return Installation(left_out=(LeftOut(name, say("over.not_its_file")),))
    return _credential_json(data.encode("utf-8", "replace"), name, client, state_of(row))


def _file_name_in(row: Mapping[str, object]) -> str:
    return PurePosixPath(str(row.get("filename") or DATABASE)).name


def _json_in(value: object) -> object:
    """The table holds JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None


def _toml(folder: SourceFolder, name: str) -> tuple[Config, Installation]:
    """What it says; of one that cannot be read, why."""
    try:
        return (_parsed(folder, name) if folder.has(name) else {}), Installation()
    except ImportRefused as refusal:
        return {}, refused(refusal)


def _parsed(folder: SourceFolder, name: str) -> Config:
    """Raises ImportRefused."""
    try:
        return tomllib.loads(folder.read(name, _LARGEST_TOML).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not TOML"
        raise ImportRefused(say("over.no_toml", error=why), file=name) from None
