"""`export`, `record` and `replay`: requests and their answers in files, and sent once more to see what differs.

Exporting and recording need a server that runs, which does the work; replaying needs none, except with --live. A filter
is written as it is typed in the panel. Exit status 1 where an answer differs.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode

import click

from gcli2api_tui.cli.ask import server_of
from gcli2api_tui.cli.options import AS_JSON, HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gcli2api_tui.control.replay import Replayed
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.ledger.recording_format import Header, Recorded

LARGEST = 200_000_000


class _Recording(TypedDict):
    """As the admin API tells it."""

    on: bool
    mode: str
    file: str
    exchanges: int
    size_bytes: int
    left_out: int


@click.command("record")
@click.argument("what", type=click.Choice(("on", "off", "status")), default="status")
@click.option("--whole", is_flag=True, help="Keep what was said; without it texts are replaced by x of their length.")
@HOME
@AS_JSON
def record(what: str, whole: bool, home: str | None, *, as_json: bool) -> None:
    """Keep requests and their answers in a file of the home, from `on` to `off`.

    Texts are masked unless --whole is given; keys and tokens are in neither.
    """
    from gcli2api_tui.control import admin_client

    running = server_of(home)
    if what != "status":
        verb, body = ("begin", {"mode": "whole" if whole else "masked"}) if what == "on" else ("end", {})
        said = admin_client.post(running, f"/admin/api/recording/{verb}", body)["message"]
        if not as_json:
            click.echo(said)
            return
    row = admin_client.get(running, "/admin/api/recording")
    click.echo(json.dumps(row, ensure_ascii=False, indent=2) if as_json else _status(row))


def _status(row: _Recording) -> str:
    if not row["file"]:
        return "Nothing was recorded since the start."
    state = f"Recording ({row['mode']}) into" if row["on"] else "Not recording; the last one is"
    left_out = f", {row['left_out']} left out" if row["left_out"] else ""
    return f"{state} {row['file']}: {row['exchanges']} requests, {row['size_bytes'] / 1e6:.1f} MB{left_out}"


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--live", is_flag=True, help="Ask the server that runs, and so Google, instead of the stand-in.")
@click.option("--yes", is_flag=True, help="With --live: do not ask first.")
@click.option("--only", help="Numbers of requests, as in the file: 3,7.")
@HOME
@AS_JSON
def replay(file: Path, live: bool, yes: bool, only: str | None, home: str | None, *, as_json: bool) -> None:
    """Send the requests of a recording once more, and show where the answers differ.

    Status, finish reason, calls of tools and the kind of text are compared, not the words. Without --live they go to
    the built-in stand-in for Google: no account is needed, and nothing leaves this machine.
    """
    from gcli2api_tui import tasks

    header, recorded = _chosen(file, only)
    masked = header.mode == "masked"
    if live:
        running = server_of(home)
        if not yes:
            _ask_first(len(recorded))
        found = tasks.run(_all(recorded, running, None if as_json else click.echo, masked=masked))
    else:
        found = tasks.run(_all(recorded, None, None if as_json else click.echo, masked=masked))
    if as_json:
        click.echo(json.dumps(_as_json(found, live=live), ensure_ascii=False, indent=2))
    else:
        click.echo(_summary(found))
    sys.exit(1 if any(one.differences for one in found) else 0)


def _chosen(file: Path, only: str | None) -> "tuple[Header, Sequence[Recorded]]":
    from gcli2api_tui import safe_files
    from gcli2api_tui.ledger.recording_format import read_recording

    text = safe_files.read(file, LARGEST).decode("utf-8", "replace")
    header, recorded = read_recording(text.splitlines(), file.name)
    if only is None:
        return header, recorded
    wanted = {number.strip() for number in only.split(",")}
    if unknown := wanted - {str(one.number) for one in recorded}:
        raise click.BadParameter(f"{', '.join(sorted(unknown))} is not in it.", param_hint="--only")
    return header, tuple(one for one in recorded if str(one.number) in wanted)


def _ask_first(count: int) -> None:
    if not sys.stdin.isatty():
        raise Problem(say("recording.unasked", n=count), say("recording.yes"))
    click.confirm(f"This asks Google {count} times, with your credentials and their quota. Go on?", abort=True)


async def _all(
    recorded: "Sequence[Recorded]", running: "Running | None", echo: "Callable[[str], object] | None", *, masked: bool
) -> "tuple[Replayed, ...]":
    from gcli2api_tui.control.replay import replay as replayed

    async def each(answers: "AsyncIterator[Replayed]") -> "tuple[Replayed, ...]":
        found = []
        async for one in answers:
            found.append(one)
            if echo:
                echo("\n".join(_lines(one)))
        return tuple(found)

    if running is not None:
        return await each(replayed(recorded, running.url, running.token, masked=masked))
    from gcli2api_tui.demo.replay_server import beside_the_stand_in

    async with beside_the_stand_in() as (url, key):
        return await each(replayed(recorded, url, key, masked=masked))


def _lines(one: "Replayed") -> Sequence[str]:
    from gcli2api_tui.control.text_report import shown

    head = f"#{one.recorded.number} {one.recorded.dialect} {shown(one.recorded.model)}"
    if one.skipped:
        return [f"- {head}: {one.skipped}"]
    if one.same:
        return [f"✓ {head}"]
    said = [f"    {other.what}: {shown(other.before)} → {shown(other.now)}" for other in one.differences]
    return [f"✗ {head}", *said, *([f"    {shown(one.error)}"] if one.error else [])]


def _summary(found: "Sequence[Replayed]") -> str:
    same, skipped = sum(one.same for one in found), sum(bool(one.skipped) for one in found)
    more = f", {skipped} not sent" if skipped else ""
    return f"{same} of {len(found)} the same{more}."


def _as_json(found: "Sequence[Replayed]", *, live: bool) -> dict[str, object]:
    rows = [
        {
            "id": one.recorded.number,
            "dialect": one.recorded.dialect,
            "model": one.recorded.model,
            "same": one.same,
            "skipped": str(one.skipped),
            "error": one.error,
            "differences": [{"what": d.what, "before": d.before, "now": d.now} for d in one.differences],
        }
        for one in found
    ]
    return {"against": "live" if live else "simulator", "same": sum(one.same for one in found), "exchanges": rows}


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
