"""Puts real clients, newest and pinned, through the same scenarios, and writes down how each fared.

`python -m tests.client_runs FOLDER [--only NAME] [--scenario NAME]`. FOLDER holds installed clients (docs/clients.md
says how to fill it). Out: results.json, and the table of docs/clients.md. Exit status 1 where something failed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import programs

from . import page
from .clients import SDKS, Client, Place, played
from .command_lines import AGENTS
from .scenarios import SCENARIOS, Scenario, order


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--scenario", default="")
    options = parser.parse_args()
    folder, clients, failed = options.folder.resolve(), (*SDKS, *AGENTS), 0
    for client in clients:
        if options.only.lower() in client.name.lower():
            found = _run(client, folder, options.scenario)
            failed += sum(map(bool, found.values()))
            page.keep(client, page.version_of(client, folder), found)
    page.write(clients)
    return 1 if failed else 0


def _run(client: Client, folder: Path, only: str) -> dict[str, str]:
    found = {}
    for scenario in SCENARIOS:
        if only in scenario.name and scenario.play in client.plays:
            wrong, seconds = tried(client, scenario, folder)
            found[scenario.name] = wrong
            print(f"{client.name:28} {scenario.name:20} {seconds:5.1f} s  {wrong or 'ok'}", flush=True)
    return found


def tried(client: Client, scenario: Scenario, folder: Path) -> tuple[str, float]:
    """(what was wrong, how long it took), on a server and a stand-in of their own."""
    with tempfile.TemporaryDirectory() as base, programs.simulator() as google:
        home, work = Path(base) / "home", Path(base) / "work"
        home.mkdir()
        work.mkdir()
        with programs.server_with_key(Path(base) / "server", google) as url:
            (work / "notes.txt").write_text("The password is swordfish.\n")
            turns = client.turns(work) if client.turns and scenario.turns else scenario.turns
            begin = order(google, scenario, turns)
            found = played(client, scenario, Place(url, folder, home, work))
            journal = programs.fetch(f"{google}/sim/journal")[begin:]
            return scenario.judge(found, journal), found.seconds


if __name__ == "__main__":
    sys.exit(main())
