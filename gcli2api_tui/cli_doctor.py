"""`doctor`: what is well and what is not, and the way out of it, ready to be pasted into a question.

Works with and without a server that runs, changes nothing, and ends with 1 where something is wrong.
"""

import json
import os
import sys

import click

from gcli2api_tui.cli_creds import AS_JSON, HOME


@click.command("doctor")
@HOME
@AS_JSON
def doctor(home: str | None, *, as_json: bool) -> None:
    """Look at the program, this machine, the home, the server, the network and the terminal.

    No key, e-mail address or path of yours is in what it prints.
    """
    from gcli2api_tui.doctor.examination import examination
    from gcli2api_tui.doctor.findings import Level, as_text
    from gcli2api_tui.doctor.findings import as_json as listed

    visit = examination(home, os.environ)
    found, veil = tuple(visit.findings()), visit.veil()
    if as_json:
        click.echo(json.dumps({"findings": listed(found, veil)}, ensure_ascii=False, indent=2))
    else:
        for line in as_text(found, veil):
            click.echo(line)
    sys.exit(1 if any(one.level is Level.BAD for one in found) else 0)
