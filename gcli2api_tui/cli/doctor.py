"""`doctor`: what is well and what is not, and the way out of it, ready to be pasted into a question.

Works with and without a server that runs, changes nothing, and ends with 1 where something is wrong.
"""

import json
import os
import sys

import click

from gcli2api_tui.cli.options import AS_JSON, HOME


@click.command("doctor")
@click.option("--profile", type=click.IntRange(1, 60), metavar="SECONDS", help="Where a running server's time goes.")
@HOME
@AS_JSON
def doctor(home: str | None, profile: int | None, *, as_json: bool) -> None:
    """Look at the program, this machine, the home, a shared database, the server, the network and the terminal.

    No key, e-mail address or path of yours is in what it prints.
    """
    if profile is not None:
        _profile(home, profile, as_json=as_json)
        return
    from gcli2api_tui.doctor.examination import examination
    from gcli2api_tui.doctor.report import Level, as_text
    from gcli2api_tui.doctor.report import as_json as listed

    visit = examination(home, os.environ)
    found, veil = tuple(visit.findings()), visit.veil()
    if as_json:
        click.echo(json.dumps({"findings": listed(found, veil)}, ensure_ascii=False, indent=2))
    else:
        for line in as_text(found, veil):
            click.echo(line)
    sys.exit(1 if any(one.level is Level.BAD for one in found) else 0)


def _profile(home: str | None, seconds: int, *, as_json: bool) -> None:
    """Of the server's loop: which functions were at work, and how late it was."""
    from gcli2api_tui import paths
    from gcli2api_tui.control import admin_client, run_file
    from gcli2api_tui.doctor.report import profile_text
    from gcli2api_tui.events.problems import Problem
    from gcli2api_tui.messages.message import say

    running = run_file.read(paths.find(home, os.environ).run_file)
    if running is None:
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    if not as_json:
        click.echo(f"Watching {running.url} for {seconds} s …", err=True)
    found = admin_client.post(running, "/admin/api/profile", {"seconds": seconds}, timeout_s=seconds + 20.0)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in profile_text(found):
        click.echo(line)
