"""`creds check|enable|disable|remove|restore|…`: what a person does to credentials that are there, or were.

In: names. Out: what became of every credential that was named, a line each, or JSON; status 1 if one failed. With a
server its pool follows at once; without one the files and state.db do.
"""

import dataclasses
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.creds_list_and_add import described
from gcli2api_tui.cli.options import AS_JSON, HOME
from gcli2api_tui.control.text_report import padded, shown
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.shell_line import shell_line

if TYPE_CHECKING:
    from gcli2api_tui.cli.credentials_backend import Verb
    from gcli2api_tui.control.verb_results import Answer
    from gcli2api_tui.credentials.cli_arguments import Named
    from gcli2api_tui.credentials.export import Exported

NAMES = click.argument("names", nargs=-1, metavar="NAME…")
ALL = click.option("--all", "everything", is_flag=True, help="Every credential.")


@click.command("check")
@NAMES
@ALL
@HOME
@AS_JSON
def check(names: tuple[str, ...], everything: bool, home: str | None, as_json: bool) -> None:
    """Ask Google whether credentials work; it uses no quota where Google has a free question."""
    act("check", names, everything, home, as_json)


@click.command("enable")
@NAMES
@ALL
@HOME
@AS_JSON
def enable(names: tuple[str, ...], everything: bool, home: str | None, as_json: bool) -> None:
    """Take credentials into the rotation again."""
    act("enable", names, everything, home, as_json)


@click.command("disable")
@NAMES
@ALL
@HOME
@AS_JSON
def disable(names: tuple[str, ...], everything: bool, home: str | None, as_json: bool) -> None:
    """Leave credentials out of the rotation; answers that run are finished."""
    act("disable", names, everything, home, as_json)


@click.command("remove")
@NAMES
@HOME
@AS_JSON
def remove(names: tuple[str, ...], home: str | None, as_json: bool) -> None:
    """Move credentials to the trash folder; how to get them back is printed."""
    act("remove", names, False, home, as_json, after=lambda one: _undo(one, home))


def act(
    verb: "Verb",
    names: tuple[str, ...],
    everything: bool,
    home: str | None,
    as_json: bool,
    after: "Callable[[Named], str] | None" = None,
) -> None:
    """On those that are named, of those that are there."""
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.cli.credentials_backend import named
    from gcli2api_tui.credentials.cli_arguments import select

    vault = open_vault(home, os.environ)
    act_on(verb, select(names, named(vault, vault.load()[0]), everything=everything), home, as_json, after)


def act_on(
    verb: "Verb",
    wanted: "list[Named]",
    home: str | None,
    as_json: bool,
    after: "Callable[[Named], str] | None" = None,
) -> None:
    """Say what became of each; status 1 if one failed."""
    from gcli2api_tui.cli.credentials_backend import reach
    from gcli2api_tui.control.verb_results import Done

    rows = []
    for one, answer in zip(wanted, reach(home, os.environ).act(verb, wanted), strict=True):
        undo = after(one) if after and isinstance(answer, Done) else ""
        rows.append(_plain(one, answer, undo))
        if not as_json:
            _tell(one, answer, undo)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    if not all(row["ok"] for row in rows):
        click.get_current_context().exit(1)


def _plain(one: "Named", answer: "Answer", undo: str) -> dict[str, object]:
    from gcli2api_tui.control.verb_results import Done

    words = answer.message if isinstance(answer, Done) else answer.sentence
    row = {"id": one.id, "label": one.label, "ok": isinstance(answer, Done), "message": words}
    return {**row, "undo": undo} if undo else row


def _tell(one: "Named", answer: "Answer", undo: str) -> None:
    from gcli2api_tui.control.verb_results import Refused

    if isinstance(answer, Refused):
        click.echo(shown(f"{one.label}: {answer.sentence}"), err=True)
        return
    named = answer.message if one.label in answer.message else f"{one.label}: {answer.message}"
    click.echo(shown(named))
    if undo:
        click.echo(f"  undo: {undo}")


def _undo(one: "Named", home: str | None) -> str:
    from gcli2api_tui.bootstrap import open_vault

    at = ("--home", home) if home else ()
    try:
        where = open_vault(home, os.environ).in_trash(one.id)
    except Problem:  # it was one of those that instances share, which leave no file
        return shell_line("gcli2api-tui", "creds", "restore", *at, one.label)
    return shell_line("gcli2api-tui", "creds", "import", *at, str(where))


@click.command("set")
@click.argument("name")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE…")
@HOME
@AS_JSON
def change(name: str, changes: tuple[str, ...], home: str | None, as_json: bool) -> None:
    """Change what you decided about a credential.

    \b
    weight=2           its share of the traffic; 1 is usual
    daily_limit=250    requests a day, where Google does not say; none forgets it
    max_in_flight=4    answers at a time; none lifts it
    models=a,b         only these models; none allows all
    label=NAME         what it is called
    project=ID         its Google Cloud project
    proxy=URL          the outbound proxy for its requests; none goes directly

    A running server follows within two seconds.
    """
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.cli.credentials_backend import known_models, named
    from gcli2api_tui.credentials.cli_arguments import changed, select

    vault = open_vault(home, os.environ)
    credentials = {one.id: one for one in vault.load()[0]}
    (wanted,) = select((name,), named(vault, credentials.values()))
    kept = vault.update(changed(credentials[wanted.id], changes, known_models(home, os.environ)))
    if as_json:
        click.echo(json.dumps(described(kept), ensure_ascii=False, indent=2))
        return
    keys = ", ".join(change.partition("=")[0] for change in changes)
    click.echo(shown(f"{kept.label}: {keys} changed."))


@click.command("export")
@NAMES
@ALL
@click.option("--to", "target", type=click.Path(path_type=Path), help="A .json or .zip file, or a folder.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@HOME
@AS_JSON
def export(
    names: tuple[str, ...], everything: bool, target: Path | None, force: bool, home: str | None, as_json: bool
) -> None:
    """Write credentials as files that gcli2api and this program import.

    Without --to one credential goes to standard output. Whoever has these files can use the accounts.
    """
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.cli.credentials_backend import named
    from gcli2api_tui.credentials.cli_arguments import select
    from gcli2api_tui.credentials.export import exported, save

    vault = open_vault(home, os.environ)
    credentials = {one.id: one for one in vault.load()[0]}
    wanted = select(names, named(vault, credentials.values()), everything=everything)
    files = [exported(credentials[one.id], one.file) for one in wanted]
    if target is None:
        _print(files)
        return
    written = save(files, target, vault.folder, force=force)
    if as_json:
        click.echo(json.dumps({"written": [str(path) for path in written], "credentials": len(files)}, indent=2))
    else:
        for path in written:
            click.echo(f"wrote {path}")
        click.echo(f"{len(files)} exported. These files hold secrets: whoever has them can use the accounts.", err=True)


def _print(files: "list[Exported]") -> None:
    if len(files) != 1:
        raise Problem(say("cli.do_not_fit", n=len(files)), say("cli.give_to"))
    click.echo(files[0].content, nl=False)
    click.echo("This is a secret: whoever has it can use the account.", err=True)


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
