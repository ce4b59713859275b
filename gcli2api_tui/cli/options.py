"""What several commands take: the home that a command is about, data instead of sentences, the flags of a start.

In: flags, and those before the command's name, which mean the same. Out: what was given, and the home's paths.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gcli2api_tui.paths import Paths

Flags = dict[str, object]


def _home_of_group(ctx: click.Context, _: click.Parameter, home: str | None) -> str | None:
    """`gcli2api-tui --home X creds list` means the same as `creds list --home X`."""
    return home or ctx.find_root().params.get("home")


HOME = click.option("--home", callback=_home_of_group, help="The folder the server uses.")
LOCAL = click.option("--local", is_flag=True, help="For this home alone, where instances share a database.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print data instead of sentences.")


def serving_options(command: Callable[..., object]) -> Callable[..., object]:
    for option in (
        click.option("--insecure", is_flag=True, help="Allow a guessable key on an address that others can reach."),
        click.option(
            "--password", help="Key for tools and admin API. Lists of processes show it: better set PASSWORD."
        ),
        click.option("--home", help="One folder for settings, credentials and state."),
        click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 7861)."),
        click.option("--host", help="Address to listen on (default 127.0.0.1)."),
    ):
        command = option(command)
    return command


def home_of(flags: Flags) -> "Paths":
    from gcli2api_tui import paths

    home = given(flags).get("home")
    where = paths.find(str(home) if home else None, os.environ)
    where.require_ours()
    return where


def given(flags: Flags) -> Flags:
    above = click.get_current_context().find_root().params  # `gcli2api-tui --home X serve` means the same
    # Port 0 is one.
    set_here = {name: value for name, value in flags.items() if value is not None and value is not False}
    return {**{name: value for name, value in above.items() if value is not None}, **set_here}
