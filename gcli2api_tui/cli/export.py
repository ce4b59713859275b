"""`export`: requests that the running server remembers, as JSON lines or HAR; to a file of the home, or printed.

In: a filter as it is typed in the panel. Out: a path, or with `--output -` the text itself. The server does the work.
"""

import sys
from pathlib import Path
from urllib.parse import urlencode

import click

from gcli2api_tui.cli.ask import server_of
from gcli2api_tui.cli.creds import HOME


@click.command("export")
@click.option("--filter", "wanted", default="", metavar="FILTER", help="As in the panel: 'is:err m:pro last:10m'.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "har"]),
    default="jsonl",
    show_default=True,
    help="JSON lines, or HAR 1.2.",
)
@click.option("--output", "-o", metavar="FILE", help="Default: a new file in the home's exports/; - prints.")
@click.option("--private", is_flag=True, help="Without texts, headers, addresses and names of credentials.")
@HOME
def export(wanted: str, form: str, output: str | None, home: str | None, *, private: bool) -> None:
    """Write requests that the running server remembers to a file. Keys are masked always."""
    from gcli2api_tui import safe_files
    from gcli2api_tui.control import admin_client

    running = server_of(home)
    if output is None:
        body = {"filter": wanted, "format": form, "private": private}
        click.echo(admin_client.post(running, "/admin/api/exchanges/export", body)["message"])
        return
    query = urlencode({"filter": wanted, "format": form, "private": int(private)})
    text = admin_client.get_text(running, f"/admin/api/exchanges?{query}")
    if output == "-":
        sys.stdout.write(text)
        return
    try:
        safe_files.replace(Path(output), text.encode("utf-8", "replace"))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from error
