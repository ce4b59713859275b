"""`backup [FILE]` and `restore FILE`: a home in one sealed file, and back.

What a person needs to decide is shown and asked on a terminal alone; scripts say it with options.
"""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.backup.archive import Manifest
    from gcli2api_tui.backup.backup_restore import Opened
    from gcli2api_tui.backup.encryption import Given, Seal
    from gcli2api_tui.paths import Paths

PATH = click.Path(path_type=Path, dir_okay=False)
PASSPHRASE_FILE = click.option(
    "--passphrase-file", type=PATH, metavar="FILE", help="The passphrase is its first line (openssl)."
)


@click.command("backup")
@click.argument("file", type=PATH, required=False)
@click.option("--recipient", "-r", "recipients", multiple=True, metavar="KEY", help="Seal for this key of age or SSH.")
@PASSPHRASE_FILE
@click.option("--plain", is_flag=True, help="Do not seal it: whoever has the file has your keys and accounts.")
@click.option("--force", is_flag=True, help="Replace FILE.")
@HOME
def backup(
    file: Path | None, recipients: tuple[str, ...], passphrase_file: Path | None, home: str | None, **how: bool
) -> None:
    """Keep settings, keys, credentials and counts in one file, sealed by age or openssl.

    A server may go on meanwhile. The log, exports and recordings are not in it, nor files elsewhere that a setting
    names. Without FILE it is a new one in this folder, named after the day.
    """
    from gcli2api_tui import paths
    from gcli2api_tui.backup import archive, backup_restore
    from gcli2api_tui.clock import Clock

    where = paths.find(home, os.environ)
    where.require_ours()
    if how["plain"] and (recipients or passphrase_file):
        raise click.UsageError("--plain goes with no key and no passphrase.")
    now = Clock().now()
    sealed_by = None if how["plain"] else _seal(_given(recipients=recipients, passphrase_file=passphrase_file))
    target = file or Path(_name(now, sealed_by))
    if target.exists() and not how["force"]:
        raise Problem(say("backup.exists", path=str(target)), say("backup.force"))
    try:
        made = backup_restore.make(where, target, now, sealed_by)
    except OSError as error:
        raise Problem(say("backup.not_written", path=str(target), why=str(error.strerror or error))) from error
    for line in _held(made.manifest):
        click.echo(line)
    for path in archive.left_out(where):
        click.echo(say("backup.left_out", path=ascii(str(path))), err=True)
    if sealed_by is None:
        click.echo(say("backup.is_plain"), err=True)
    click.echo(say("backup.made", path=str(target), size=_size(made.size)))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="The home holds something: set that aside, and restore.")
@click.option("--identity", "-i", type=PATH, metavar="FILE", help="The key of age or SSH that opens it.")
@PASSPHRASE_FILE
@click.option("--yes", is_flag=True, help="Do not ask.")
@HOME
def restore(
    file: Path, identity: Path | None, passphrase_file: Path | None, home: str | None, *, replace: bool, yes: bool
) -> None:
    """Put what a backup holds into the home, after showing it. All of it is checked before anything is touched."""
    from gcli2api_tui import paths
    from gcli2api_tui.backup import archive, backup_restore

    where = paths.find(home, os.environ)
    where.require_ours()
    _require_unserved(where)
    if not replace and not archive.is_empty(where):
        raise Problem(say("backup.not_empty", folder=str(where.config)), say("backup.replace"))
    given = _given(identity=identity, passphrase_file=passphrase_file)
    try:
        with backup_restore.opened(file, where, given) as found:
            for line in (_made_by(found.manifest), *_held(found.manifest), _goes(found.manifest, where)):
                click.echo(line)
            if not yes:
                _agreed()
            _put(found, where)
    except OSError as error:
        raise Problem(say("backup.not_restored", why=str(error.strerror or error))) from error


def _require_unserved(where: "Paths") -> None:
    from gcli2api_tui.lifecycle import running_server
    from gcli2api_tui.paths import home_flag

    found = running_server.settled(where)
    if found.state != "nobody":
        pid = found.running.pid if found.running else "?"
        raise Problem(say("backup.runs", pid=pid), say("backup.stop_first", home=home_flag(where)))


def _put(found: "Opened", where: "Paths") -> None:
    from gcli2api_tui.backup import backup_restore
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.lifecycle.home_lock import only_one
    from gcli2api_tui.paths import home_flag

    now = Clock().now()
    where.create()
    with only_one(where, now):
        aside = backup_restore.put(found, where, now)
    for folder in aside:
        click.echo(say("backup.aside", folder=str(folder)))
    click.echo(say("backup.restored", n=len(found.manifest.files), home=home_flag(where)))


def _agreed() -> None:
    if not sys.stdin.isatty():
        raise Problem(say("backup.not_agreed"), say("backup.say_yes"))
    click.confirm(say("backup.ask"), abort=True, err=True)


def _given(
    *, recipients: tuple[str, ...] = (), identity: Path | None = None, passphrase_file: Path | None = None
) -> "Given":
    from gcli2api_tui.backup.encryption import Given

    return Given(_asked if sys.stdin.isatty() else None, recipients, identity, passphrase_file)


def _asked(new: bool) -> str:
    return str(click.prompt(say("backup.passphrase"), hide_input=True, confirmation_prompt=new, err=True))


def _seal(given: "Given") -> "Seal":
    from gcli2api_tui.backup import encryption

    return encryption.for_backup(given)


def _name(now: float, sealed_by: "Seal | None") -> str:
    """The ending says what opens it."""
    day = datetime.fromtimestamp(now).astimezone()
    ending = {"age": ".age", "openssl": ".enc"}.get(sealed_by.program if sealed_by else "", "")
    return f"gcli2api-tui-{day:%Y-%m-%d-%H%M}.zip{ending}"


# For people


def _held(manifest: "Manifest") -> list[str]:
    lines = [f"  {name}" for name in manifest.files if "/" not in name]
    for folder in ("credentials", "trash", "connections"):
        if n := manifest.count(folder):
            lines.append(f"  {folder}/  {n}")
    return lines


def _made_by(manifest: "Manifest") -> str:
    when = datetime.fromtimestamp(manifest.at).astimezone().strftime("%Y-%m-%d %H:%M")
    return say("backup.of", version=manifest.version, when=when)


def _goes(manifest: "Manifest", where: "Paths") -> str:
    folders = ", ".join(map(str, dict.fromkeys((where.config, where.state))))
    return say("backup.goes", n=len(manifest.files), size=_size(manifest.size), folder=folders)


def _size(n: int) -> str:
    return f"{n / 1e6:.1f} MB" if n >= 1e6 else f"{n / 1e3:.1f} kB"
