"""`creds trash|restore|clear-cooldown|quota`: what was removed and its way back, and second chances.

In: names. Out: a line each, or JSON. With a server its pool follows at once; without one the files and state.db do.
"""

import dataclasses
import json
import os
import time

import click

from gcli2api_tui.cli.creds import AS_JSON, HOME
from gcli2api_tui.cli.creds_verbs import ALL, NAMES, act, act_on
from gcli2api_tui.control.text_report import padded, shown


@click.command("trash")
@HOME
@AS_JSON
def trash(home: str | None, as_json: bool) -> None:
    """What was removed and can be restored, the last first; no secrets."""
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.control.credential_verbs import row_of

    vault = open_vault(home, os.environ)
    vault.load()
    rows = [row_of(one) for one in vault.removed()]
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        at = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.removed_at))
        click.echo(f"{padded(row.label, 32)} {row.kind:<16} {shown(f'removed {at}')}  {row.id[:8]}")
    if not rows:
        click.echo("Nothing was removed that could be restored.")


@click.command("restore")
@NAMES
@HOME
@AS_JSON
def restore(names: tuple[str, ...], home: str | None, as_json: bool) -> None:
    """Bring removed credentials back; `creds trash` lists them."""
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.credentials.cli_arguments import Named, select

    vault = open_vault(home, os.environ)
    vault.load()
    known = [Named(one.credential.id, one.credential.label, one.file) for one in vault.removed()]
    act_on("restore", select(names, known), home, as_json)


@click.command("clear-cooldown")
@NAMES
@ALL
@HOME
@AS_JSON
def clear_cooldown(names: tuple[str, ...], everything: bool, home: str | None, as_json: bool) -> None:
    """Try credentials again that rest or that Google refused, whatever was learnt of them."""
    act("clear-cooldown", names, everything, home, as_json)


@click.command("quota")
@NAMES
@ALL
@HOME
@AS_JSON
def quota(names: tuple[str, ...], everything: bool, home: str | None, as_json: bool) -> None:
    """Ask Google how much of today's quota is left, where Google tells it."""
    act("quota", names, everything, home, as_json)
