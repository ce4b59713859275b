"""`models`: all that is known of models, and `--forget`: from the server that runs, else from the files.

Without a server Google's lists are not known: the models are those of the files, what was learnt is state.db's, or the
shared database's.
"""

import json
import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

import click

from gcli2api_tui.cli.options import AS_JSON, HOME
from gcli2api_tui.events.problems import Problem

if TYPE_CHECKING:
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.gemini.abilities import Lesson
    from gcli2api_tui.paths import Paths
    from gcli2api_tui.state.ports import EndRow

ALL = "all"


@click.command("models")
@click.option("--forget", metavar="MODEL|all", help="Forget what Google's answers taught about a model, or about all.")
@HOME
@AS_JSON
def models(forget: str | None, home: str | None, as_json: bool) -> None:
    """All models: what each is for, when Google ends it, what follows, and what its refusals taught."""
    from gcli2api_tui import paths

    where = paths.find(home, os.environ)
    running = _running(where)
    if forget:
        words = _forget_online(running, forget) if running else _forget_offline(where, forget)
        click.echo(json.dumps({"message": words}, ensure_ascii=False) if as_json else words)
        return
    found = _online(running) if running else _offline(where, home)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in _lines(found["models"]):
        click.echo(line)
    if not running:
        click.echo("No server runs: these are the models of the files; Google's lists add to them.", err=True)


def _running(where: "Paths") -> "Running | None":
    from gcli2api_tui.control import admin_client, run_file

    running = run_file.read(where.run_file)
    return running if running and admin_client.listens(running) else None


# A server runs


class _Learnt(TypedDict):
    at: float
    said: str
    words: str


class _Model(TypedDict):
    """As the admin API tells it."""

    id: str
    role: str
    listed: bool
    last_day: str
    successor: str
    ends: list[tuple[str, str]]
    learnt: list[_Learnt]


class _Known(TypedDict):
    at: float
    models: list[_Model]


def _online(running: "Running") -> _Known:
    from gcli2api_tui.control import admin_client

    found: _Known = admin_client.get(running, "/admin/api/models")
    return found


def _forget_online(running: "Running", model: str) -> str:
    from urllib.parse import quote

    from gcli2api_tui.control import admin_client

    path = "/admin/api/models/forget" if model == ALL else f"/admin/api/models/{quote(model, safe='')}/forget"
    return str(admin_client.post(running, path, {})["message"])


# No server runs


def _offline(where: "Paths", home: str | None) -> _Known:
    from gcli2api_tui.bootstrap import open_vault
    from gcli2api_tui.clock import Clock, day_of
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.models_and_prices import read_models
    from gcli2api_tui.control.model_rows import model_rows
    from gcli2api_tui.gemini.model_discovery import with_dates
    from gcli2api_tui.ledger.json_codec import to_json
    from gcli2api_tui.state import statements
    from gcli2api_tui.storage_backend import read_state

    chosen = settings_loading.load(where.config_file, os.environ, {}).settings
    nothing: tuple[tuple[Lesson, ...], tuple[EndRow, ...]] = (), ()
    lessons, ends = read_state(
        chosen,
        where,
        statements.LEARNT_SINCE,
        lambda db: (statements.read_lessons(db), statements.read_ends(db)),
        nothing,
    )
    dates = {(row.model, row.backend): row.said for row in ends if row.kind == "date"}
    catalogue = with_dates(read_models(where, chosen), dates)
    backends = {credential.backend for credential in open_vault(home, os.environ).load()[0]}
    now = Clock().now()
    return {"at": now, "models": to_json(model_rows(catalogue, backends, day_of(now), lessons, ends))}


def _forget_offline(where: "Paths", model: str) -> str:
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.control.model_rows import forget_saved
    from gcli2api_tui.control.verb_results import Refused
    from gcli2api_tui.storage_backend import changed_state

    with changed_state(settings_loading.load(where.config_file, os.environ, {}).settings, where) as store:
        answer = forget_saved(store, None if model == ALL else model)
    if isinstance(answer, Refused):
        raise Problem(answer.reason, answer.way_out)
    return answer.message


# For people


def _lines(rows: Iterable[_Model]) -> Iterable[str]:
    from gcli2api_tui.control.text_report import padded, shown

    yield padded("model", 36) + padded("for", 8) + padded("ends", 12) + "then"
    for row in rows:
        what = row["role"] if row["listed"] else "hidden"
        then = row["successor"]
        yield (padded(row["id"], 36) + padded(what, 8) + padded(row["last_day"], 12) + shown(then)).rstrip()
        for backend, day in row["ends"]:
            if day != row["last_day"]:
                yield f"    ends on {shown(backend)} on {shown(day)}"
        for one in row["learnt"]:
            words = f" Google: {shown(one['words'])}" if one["words"] else ""
            yield f"    {_moment(one['at'])}  {shown(one['said'])}{words}"


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
