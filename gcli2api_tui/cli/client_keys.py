"""`keys list|add|set|revoke`: a key for each who uses this server, with limits of its own.

Through the server that runs, which acts at once, else on state.db. A new key goes to standard output alone, so that
`$(gcli2api-tui keys add NAME)` is one; every word about it goes to stderr.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import AS_JSON, HOME

if TYPE_CHECKING:
    from gcli2api_tui.cli.client_keys_backend import KeyRow

NONE = "none lifts it"


def _wishes(command: Callable[..., object]) -> Callable[..., object]:
    """What a key may do, as options."""
    for option in (
        click.option("--service-tier", metavar="TIER", help="For requests that name none: standard, flex, priority."),
        click.option("--thinking", metavar="LEVEL", help="For requests that say nothing: off, minimal, low … max."),
        click.option("--on/--off", "enabled", default=None, help="Switch it on, or off until it is switched on again."),
        click.option("--expires", metavar="DAY", help=f"Its last day, as 2027-01-31, or 30d; {NONE}."),
        click.option("--credentials", metavar="A,B", help=f"Only these serve it, by label, file or id; {NONE}."),
        click.option("--models", metavar="A,B", help=f"Only these, by id or pattern (*-flash*); {NONE}."),
        click.option("--concurrent", metavar="N", help=f"Requests that may run at the same time; {NONE}."),
        click.option("--tpd", metavar="N", help=f"Tokens a day (Google's, Pacific time); {NONE}."),
        click.option("--rpd", metavar="N", help=f"Requests a day; {NONE}."),
        click.option("--rpm", metavar="N", help=f"Requests within any 60 seconds; {NONE}."),
    ):
        command = option(command)
    return command


@click.group("keys")
def keys() -> None:
    """Client keys: a key for each person or program, with limits that hold.

    Your own key (`gcli2api-tui key`) has no limits and goes on as it is. The keys of the screen are `keymap`.
    """


@keys.command("list")
@HOME
@AS_JSON
def list_keys(home: str | None, as_json: bool) -> None:
    """All client keys, with what they have used today. No key is shown: only its end is kept."""
    from gcli2api_tui.cli import client_keys_backend

    rows = client_keys_backend.rows(home, os.environ)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _lines(rows):
        click.echo(line)
    if not rows:
        click.echo("No client keys yet. `gcli2api-tui keys add NAME` makes one.", err=True)


@keys.command("add")
@click.argument("name")
@_wishes
@HOME
@AS_JSON
def add(name: str, home: str | None, as_json: bool, **options: str | bool | None) -> None:
    """Make a key. It is shown this once: only its fingerprint is kept."""
    from gcli2api_tui.cli.client_keys_backend import reach

    with reach(home, os.environ) as way:
        made = way.add(name, _given(options))
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    click.echo(made["key"])
    click.echo(made["message"], err=True)


@keys.command("set")
@click.argument("name")
@_wishes
@HOME
@AS_JSON
def set_key(name: str, home: str | None, as_json: bool, **options: str | bool | None) -> None:
    """Change what a key may do; at once, also for what is asked a moment later."""
    from gcli2api_tui.cli.client_keys_backend import reach

    with reach(home, os.environ) as way:
        _say(way.change(name, _given(options)), as_json)


@keys.command("revoke")
@click.argument("name")
@HOME
@AS_JSON
def revoke(name: str, home: str | None, as_json: bool) -> None:
    """Take a key away for good; what runs with it ends."""
    from gcli2api_tui.cli.client_keys_backend import reach

    with reach(home, os.environ) as way:
        _say(way.revoke(name), as_json)


def _given(options: "Mapping[str, str | bool | None]") -> dict[str, str]:
    """The wishes as words; what was not given is not touched."""
    given = {name: value for name, value in options.items() if value is not None}
    return {name: value if isinstance(value, str) else "on" if value else "off" for name, value in given.items()}


def _say(message: str, as_json: bool) -> None:
    click.echo(json.dumps({"message": message}, ensure_ascii=False) if as_json else message)


# For people


def _lines(rows: "Sequence[KeyRow]") -> Iterator[str]:
    from gcli2api_tui.control.text_report import padded, shown

    for row in rows:
        yield f"{padded(row['name'], 24)} …{shown(row['hint'])}  {padded(row['state'], 8)} {', '.join(_used(row))}"
        if may := list(_may(row)):
            yield f"    {shown('; '.join(may))}"


def _used(row: "KeyRow") -> Iterator[str]:
    yield f"{_of(row['requests_today'], row['rpd'])} requests today"
    yield f"{_of(row['tokens_today'], row['tpd'])} tokens"
    if row["rpm"]:
        yield f"{_of(row['requests_minute'], row['rpm'])} this minute"
    if row["concurrent"] or row["in_flight"]:
        yield f"{_of(row['in_flight'], row['concurrent'])} running"


def _of(used: int, most: int | None) -> str:
    return f"{used:,}" if most is None else f"{used:,} of {most:,}"


def _may(row: "KeyRow") -> Iterator[str]:
    from datetime import datetime

    if row["models"]:
        yield f"models {', '.join(row['models'])}"
    if row["credentials"]:
        yield f"on {', '.join(row['credential_labels'])}"
    if row["expires_at"]:
        yield f"until {datetime.fromtimestamp(row['expires_at']).astimezone():%Y-%m-%d %H:%M}"
    if row["thinking"]:
        yield f"thinking {row['thinking']}"
    if row["service_tier"]:
        yield f"service tier {row['service_tier']}"
