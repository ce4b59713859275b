"""`creds list|import|add-key|login`: the vault from the command line.

Works on the files under a lock, with or without a running server; a running one picks changes up in 2 seconds.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.commands import LazyGroup
from gcli2api_tui.cli.options import AS_JSON, HOME, LOCAL
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gcli2api_tui.cli.credentials_backend import Checked, PoolReport
    from gcli2api_tui.credentials.credential import Credential
    from gcli2api_tui.credentials.import_reader import Found, ImportResult


def _location(_: click.Context, __: click.Parameter, text: str) -> str:
    from gcli2api_tui.credentials.credential import is_location

    if text and not is_location(text):
        raise click.BadParameter("global, us-central1 and eu are some.")
    return text


NO_POOL: "PoolReport" = {"at": 0.0, "credentials": []}
STATES = ("state", "why", "in_flight", "used_today", "limit", "limit_source", "resets_at", "cooldowns")
"""Of what the server says about a credential."""


class Verbs(LazyGroup):
    lazily: Mapping[str, str] = {
        "check": "creds_verbs:check",
        "clear-cooldown": "creds_verbs:clear_cooldown",
        "disable": "creds_verbs:disable",
        "enable": "creds_verbs:enable",
        "export": "creds_verbs:export",
        "quota": "creds_verbs:quota",
        "remove": "creds_verbs:remove",
        "restore": "creds_verbs:restore",
        "set": "creds_verbs:change",
        "trash": "creds_verbs:trash",
    }


@click.group(cls=Verbs)
def creds() -> None:
    """Credentials: add, list, check, switch, change, remove and export them.

    NAME is a label, an id or a file's name, or the beginning of one that no other has.
    """


@creds.command("list")
@HOME
@AS_JSON
def list_credentials(home: str | None, as_json: bool) -> None:
    """All credentials, no secrets; with their states and counts while a server runs."""
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.control.text_report import shown

    credentials, refused = open_vault(home, os.environ).load()
    pool = _pool(home)
    states = {row["id"]: {name: row[name] for name in STATES} for row in pool["credentials"]}
    if as_json:
        rows = [{**described(credential), **states.get(credential.id, {})} for credential in credentials]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _lines(credentials, pool):
        click.echo(line)
    for refusal in refused:
        click.echo(shown(f"! {refusal.sentence}"), err=True)
    if not credentials:
        click.echo("No credentials yet. `gcli2api-tui creds add-key` adds a Gemini API key.")


def _pool(home: str | None) -> "PoolReport":
    """What the running server says; a server that does not answer must not hide the files."""
    from gcli2api_tui.cli.credentials_backend import OnlineCredentials, reach

    way = reach(home, os.environ)
    try:
        return way.pool() if isinstance(way, OnlineCredentials) else NO_POOL
    except Problem as problem:
        click.echo(f"! {problem.sentence}", err=True)
        return NO_POOL


def _lines(credentials: "Sequence[Credential]", pool: "PoolReport") -> "Iterable[str]":
    from gcli2api_tui.control.text_report import credentials as with_states
    from gcli2api_tui.control.text_report import padded, shown

    yield from with_states(pool["credentials"], pool["at"])
    seen = {row["id"] for row in pool["credentials"]}
    for one in credentials:
        if one.id not in seen:
            off = "" if one.settings.enabled else "  (disabled)"
            yield f"{padded(one.label, 32)} {one.kind:<16} {shown(one.project) or '-'}{off}"


@creds.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--location", default="", callback=_location, help="Of Vertex AI; global if neither this nor a file says."
)
@LOCAL
@HOME
@AS_JSON
def import_files(paths: tuple[Path, ...], location: str, local: bool, home: str | None, as_json: bool) -> None:
    """Import credential files, ZIPs or folders; the originals stay where they are.

    An OAuth client (client_secret….json) is used for sign-ins from then on.
    """
    from gcli2api_tui.bootstrap import default_client, open_vault
    from gcli2api_tui.installations.discovery import credentials_at

    vault = open_vault(home, os.environ, local=local)
    client = default_client(home, os.environ)
    _report([vault.take(_at(credentials_at(path, client), location)) for path in paths], as_json)


def _at(found: "Found", location: str) -> "Found":
    from gcli2api_tui.credentials.new_credentials import placed

    if not location:
        return found
    return dataclasses.replace(found, credentials=tuple(placed(one, location) for one in found.credentials))


@creds.command("add-key")
@click.argument("key", required=False)
@click.option("--label", default="", help="What to call it.")
@click.option("--project", default="", help="Its Google project; keys of one project share a quota.")
@click.option("--vertex", is_flag=True, help="It is a Vertex AI key in express mode.")
@click.option("--no-check", is_flag=True, help="Do not ask Google whether it works.")
@LOCAL
@HOME
@AS_JSON
def add_key(
    key: str | None,
    label: str,
    project: str,
    vertex: bool,
    no_check: bool,
    local: bool,
    home: str | None,
    as_json: bool,
) -> None:
    """Add a Gemini API key; without KEY it is read from standard input, so that no shell history keeps it.

    Google is asked whether it works, which costs no quota; it is added whatever comes of that.
    """
    from gcli2api_tui.bootstrap import default_client, open_vault
    from gcli2api_tui.cli.credentials_backend import first_checks, tell
    from gcli2api_tui.credentials.import_reader import read_key

    asked = "Vertex AI express key" if vertex else "Gemini API key"
    vault = open_vault(home, os.environ, local=local)
    found = read_key(_given(key, asked), default_client(home, os.environ), vertex=vertex, label=label, project=project)
    result = vault.take(found)
    checks = first_checks(() if no_check else result.added, home)
    _report([result], as_json, [*checks] if as_json else ())
    for row in checks:
        tell(row)


def _given(key: str | None, asked: str) -> bytes:
    """Bytes, because what a file or a pipe brings need not be in the terminal's encoding."""
    if key:
        return key.encode("utf-8", "surrogateescape")
    if sys.stdin.isatty():
        return str(click.prompt(asked, hide_input=True)).encode("utf-8", "surrogateescape")
    return sys.stdin.buffer.read(1_000_001)


@creds.command("login")
@HOME
@click.option("--no-browser", is_flag=True, help="Do not try to open a browser.")
@click.option("--vertex", is_flag=True, help="For Vertex AI in a project of yours, instead of Code Assist.")
@click.option("--project", default="", help="With --vertex: the id of the project.")
@click.option("--location", default="", callback=_location, help="With --vertex: global unless given.")
@click.option("--yes", is_flag=True, help="You have read the notice on Google's terms.")
@LOCAL
def login(
    home: str | None, no_browser: bool, vertex: bool, project: str, location: str, yes: bool, local: bool
) -> None:
    """Sign in with Google, with the running server or without one."""
    from gcli2api_tui.cli.login import Wish, run_login

    if vertex != bool(project) or (location and not vertex):
        raise click.UsageError("--vertex and --project go together; --location only with them.")
    run_login(home, os.environ, Wish(project, location, agreed=yes, browser=not no_browser, local=local))


def described(credential: "Credential") -> dict[str, object]:
    """For --json: everything but the secret."""
    from gcli2api_tui.credentials.credential import shown_proxy

    proxy = shown_proxy(credential.settings.proxy.reveal())
    return {
        "id": credential.id,
        "kind": credential.kind,
        "label": credential.label,
        "project": credential.project,
        "created_at": credential.created_at,
        "source": credential.source,
        "settings": {**dataclasses.asdict(credential.settings), "proxy": proxy},
    }


def _report(results: "list[ImportResult]", as_json: bool, checks: "Sequence[Checked]" = ()) -> None:
    """Say what happened to each; exit status 1 if nothing was taken and something was refused."""
    from gcli2api_tui.control.text_report import shown

    added = [credential for result in results for credential in result.added]
    renewed = [credential for result in results for credential in result.renewed]
    duplicates = [name for result in results for name in result.duplicates]
    refused = [refusal for result in results for refusal in result.refused]
    clients = [client for result in results for client in result.clients]
    if as_json:
        plain = {
            "added": [described(credential) for credential in added],
            "renewed": [described(credential) for credential in renewed],
            "duplicates": duplicates,
            "clients": clients,
            "refused": [{"file": r.file, "field": r.field, "message": r.sentence} for r in refused],
            "checked": list(checks),
        }
        click.echo(json.dumps(plain, indent=2))
    else:
        for credential in added:
            click.echo(shown(f"added {credential.label} ({credential.kind})"))
        for credential in renewed:
            click.echo(shown(f"signed in again: {credential.label}"))
        for name in duplicates:
            click.echo(shown(f"already there: {name}"))
        for client in clients[-1:]:
            click.echo(shown(f"sign-ins use your OAuth client {client} from now on"))
        for refusal in refused:
            click.echo(shown(f"refused: {refusal.sentence}"), err=True)
    if refused and not (added or renewed or duplicates or clients):
        raise Problem(say("cli.nothing"))
