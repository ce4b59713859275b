"""`usage`: what was used, by day, model, client key, program or credential; with or without a server that runs.

Reads state.db itself, or the database that state_url names; servers keep both at most a second behind. Days are
Google's, in Pacific time.
"""

import json
import os
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import AS_JSON, HOME

if TYPE_CHECKING:
    from gcli2api_tui.config.settings import Settings
    from gcli2api_tui.control.usage_report import Asked, Pricing
    from gcli2api_tui.ledger.admin_rows import UsageColumn, UsageTable
    from gcli2api_tui.paths import Paths

COLUMNS = ("day", "model", "client", "program", "credential")
DAYS = 30


@click.command("usage")
@click.option("--by", type=click.Choice(COLUMNS), default="day", show_default=True, help="What each line is about.")
@click.option("--days", type=click.IntRange(1, 400), help=f"Today and the days before it.  [default: {DAYS}]")
@click.option("--since", metavar="DAY", help="From a day on, as 2026-11-01, or 7d for so many days back.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV (RFC 4180).")
@HOME
@AS_JSON
def usage(
    by: "UsageColumn", days: int | None, since: str | None, home: str | None, *, as_csv: bool, as_json: bool
) -> None:
    """Requests, tokens, cache hits and notional prices by day, model, client key, program or credential.

    Days are Google's (Pacific time). Prices are list prices; nobody is billed by them here.
    """
    from gcli2api_tui.control import usage_report as report

    if as_csv and as_json:
        raise click.UsageError("--csv and --json are two ways to print the same: choose one.")
    table = _table(by, _first_day(days, since), home)
    if as_json:
        click.echo(json.dumps(report.as_json(table), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(report.as_csv(table).encode(), nl=False)  # bytes: its line ends are those of RFC 4180 everywhere
    else:
        for line in report.as_text(table):
            click.echo(line)


def _first_day(days: int | None, since: str | None) -> str:
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.pacific_time import pacific_day
    from gcli2api_tui.state.usage_by_day import days_before

    today = pacific_day(Clock().now())
    if since is None:
        return days_before(today, (days or DAYS) - 1)
    if days is not None:
        raise click.UsageError("--days and --since say the same: choose one.")
    if since.endswith("d") and since[:-1].isdecimal() and len(since) <= 5:
        return days_before(today, int(since[:-1]))
    try:
        return date.fromisoformat(since).isoformat()
    except ValueError:
        raise click.BadParameter(
            f"'{since}' is no day: write it as 2026-11-01, or as 7d.", param_hint="--since"
        ) from None


def _table(by: "UsageColumn", first_day: str, home: str | None) -> "UsageTable":
    from gcli2api_tui import paths
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.control.usage_report import Asked, usage_table
    from gcli2api_tui.ledger.admin_rows import UsageCell
    from gcli2api_tui.pacific_time import pacific_day
    from gcli2api_tui.state.ports import HourUsage
    from gcli2api_tui.state.usage_by_day import SINCE, read_cells, read_hours
    from gcli2api_tui.storage_backend import read_state

    where = paths.find(home, os.environ)
    chosen = _settings(where)
    asked = Asked(by, first_day, pacific_day(Clock().now()), bool(chosen.state_url))
    nothing: tuple[tuple[UsageCell, ...], tuple[HourUsage, ...]] = ((), ())
    first_hour = _first_hour(first_day)
    cells, hours = read_state(
        chosen,
        where,
        SINCE,
        lambda file: (read_cells(file, by, first_day), read_hours(file, first_hour)),
        nothing,
    )
    return usage_table(asked, cells, hours, _labels(asked, home, any(cells)), _pricing(where))


def _settings(where: "Paths") -> "Settings":
    """Wrong ones cost no sums, unless the database could be named among them."""
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.settings import Settings
    from gcli2api_tui.events.problems import SettingsFault

    try:
        return settings_loading.load(where.config_file, os.environ, {}).settings
    except SettingsFault:
        if "GCLI2API_STATE_URL" in os.environ:
            raise
        return Settings()


def _first_hour(first_day: str) -> int:
    from datetime import datetime

    from gcli2api_tui.pacific_time import PACIFIC

    return int(datetime.fromisoformat(first_day).replace(tzinfo=PACIFIC).timestamp() // 3600)


def _labels(asked: "Asked", home: str | None, needed: bool) -> Callable[[str], str]:
    if asked.by != "credential" or not needed:
        return lambda name: ""
    from gcli2api_tui.bootstrap import open_vault

    known: dict[str, str] = {one.id: one.label for one in open_vault(home, os.environ).load()[0]}
    return lambda name: known.get(name, "")


def _pricing(where: "Paths") -> "Pricing":
    """A models.toml or aliases that are wrong cost no sums: then names are taken as they stand."""
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.models_and_prices import known_prices, read_models
    from gcli2api_tui.control.usage_reader import model_of
    from gcli2api_tui.control.usage_report import Pricing
    from gcli2api_tui.events.problems import SettingsFault

    prices, trouble = known_prices(where.prices_file)
    try:
        catalogue = read_models(where, settings_loading.load(where.config_file, os.environ, {}).settings)
    except SettingsFault:
        return Pricing(prices, lambda name: name, trouble)
    return Pricing(prices, lambda name: model_of(name, catalogue), trouble)
