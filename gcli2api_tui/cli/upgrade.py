"""`upgrade`: the line that brings the next version the way this one came; with --yes it is run.

The line goes to standard output alone, every word about it to stderr. A server that runs is restarted by the new
program, as soon as no answer runs: the modules of this one on the disk may be another version's by then.
"""

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import HOME, home_of
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.shell_line import shell_line

if TYPE_CHECKING:
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.how_installed import Installed, Line
    from gcli2api_tui.paths import Paths


@click.command("upgrade")
@click.option("--yes", is_flag=True, help="Run it, and restart the server that runs, as soon as no answer runs.")
@HOME
def upgrade(home: str | None, yes: bool) -> None:
    """Say how to upgrade, the way this was installed: pipx, uv, pip, a checkout, our installer, an image."""
    from gcli2api_tui import how_installed, version

    where = home_of({"home": home})
    found = how_installed.found()
    click.echo(say("upgrade.now", version=version.full()), err=True)
    click.echo(say(f"upgrade.by_{found.way.replace('-', '_')}", source=found.source), err=True)
    for line in found.lines:
        click.echo(shell_line(*line))
    if not found.runs:
        if yes:
            raise Problem(say("upgrade.by_hand"))
    elif not yes:
        click.echo(say("upgrade.yes"), err=True)
    else:
        _run(found, where)


def _run(found: "Installed", where: "Paths") -> None:
    from gcli2api_tui import how_installed
    from gcli2api_tui.control import run_file

    before = run_file.read(where.run_file)
    for line in found.lines:
        if shutil.which(line[0]) is None:
            raise Problem(say("upgrade.no_program", program=line[0]), say("upgrade.by_hand"))
        if status := subprocess.run(line, check=False).returncode:
            raise Problem(say("upgrade.failed", status=status), say("upgrade.as_before"))
    program = how_installed.program()
    said = subprocess.run((*program, "--version"), capture_output=True, text=True, check=False).stdout.strip()
    click.echo(say("upgrade.done", said=said), err=True)
    _restart(program, where, before)


def _restart(program: "Line", where: "Paths", before: "Running | None") -> None:
    """Unless it was done already: our installers do it themselves."""
    from gcli2api_tui import paths
    from gcli2api_tui.control import run_file

    now = run_file.read(where.run_file)
    if before is None or now is None or (now.pid, now.started_at) != (before.pid, before.started_at):
        return
    home = () if where == paths.find(None, os.environ) else ("--home", str(where.config))
    if subprocess.run((*program, "restart", "--when-idle", *home), check=False).returncode:
        raise Problem(say("upgrade.not_restarted"))
