"""`usage`: what was used, by day, model, client key, program or credential; with or without a server that runs.

Reads state.db itself, which a server keeps at most a second behind. Days are Google's, in Pacific time.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli_creds import AS_JSON, HOME

if TYPE_CHECKING:
    from gcli2api_tui.state.ports import UsageColumn, UsageSum

COLUMNS = ("day", "model", "client", "program", "credential")
HEADS = {"day": "day (Pacific)", "client": "client key"}
COUNTS = ("requests", "failed", "tokens in", "cached", "thoughts", "tokens out")
DAYS = 30


@click.command("usage")
@click.option("--by", type=click.Choice(COLUMNS), default="day", show_default=True, help="What each line is about.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=DAYS, show_default=True, help="Today and the days before it."
)
@HOME
@AS_JSON
def usage(by: "UsageColumn", days: int, home: str | None, as_json: bool) -> None:
    """Requests and tokens by day, model, client key, program or credential. Days are Google's (Pacific time)."""
    from gcli2api_tui import paths
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.state.days import SINCE, days_before, pacific_day, read_sums
    from gcli2api_tui.state.reading import read

    first = days_before(pacific_day(Clock().now()), days - 1)
    database = paths.find(home, os.environ).database
    nothing: tuple[UsageSum, ...] = ()
    sums = read(database, SINCE, lambda connection: read_sums(connection, by, first), nothing)
    named = _names(by, home, (one.name for one in sums))
    if as_json:
        rows = [{"id": one.name, **asdict(one), "name": named(one.name)} for one in sums]
        told = {"by": by, "first_day": first, "time_zone": "America/Los_Angeles", "rows": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in _lines(by, sums, named):
        click.echo(line)
    if not sums:
        click.echo(f"Nothing was asked since {first}.")


def _names(by: str, home: str | None, found: Iterable[str]) -> Callable[[str], str]:
    """What people call the ids: labels of credentials, and words for the client keys."""
    from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY

    known: dict[str, str] = {}
    if by == "client":
        known = {NO_CLIENT_KEY: "(none)", THE_CLIENT_KEY: "the client key"}
    elif by == "credential" and any(found):
        from gcli2api_tui.bootstrap import open_vault

        known = {one.id: one.label for one in open_vault(home, os.environ).load()[0]}
        return lambda name: known.get(name) or (f"removed {name[:6]}" if name else "(none)")
    return lambda name: known.get(name) or name or "(none)"


def _lines(by: str, sums: "Sequence[UsageSum]", named: Callable[[str], str]) -> Iterable[str]:
    from gcli2api_tui.control.text_report import padded

    if not sums:
        return
    table = [(named(one.name), *list(asdict(one).values())[1:]) for one in sums]
    if len(table) > 1:
        table.append(("all", *(sum(column) for column in list(zip(*table, strict=True))[1:])))
    yield padded(HEADS.get(by, by), 32) + "".join(f"{head:>12}" for head in COUNTS)
    for name, *counts in table:
        yield padded(str(name), 32) + "".join(f"{count:>12,}" for count in counts)
