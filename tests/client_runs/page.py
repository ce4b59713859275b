"""The table of docs/clients.md: a row for each client with its version, a column for each scenario.

In: results of runs, kept in `results.json` beside this file. Out: the part of the page between its two marks.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from .clients import Client
from .scenarios import SCENARIOS

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
BEGIN, END = "<!-- the runs -->\n", "<!-- end of the runs -->\n"


def version_of(client: Client, folder: Path) -> str:
    """As it is installed; "?" where it is not."""
    if client.registry == "pypi":
        name = client.package.replace("-", "_")
        its_own = [folder / "py" / client.package, *sorted((folder / "py").glob("[!.]*"))]
        found = [one for place in its_own for one in place.glob(f"lib/*/site-packages/{name}-*.dist-info")]
        return found[0].name.removesuffix(".dist-info").rpartition("-")[2] if found else "?"
    name, _, major = client.package.rpartition("@")
    if not name:  # a scope begins with the same sign
        name, major = client.package, ""
    own = [folder / f"ai{major}"] if major else [folder / "node", Path(__file__).parents[1] / "clients"]
    files = [place / "node_modules" / name / "package.json" for place in own]
    return next((str(json.loads(file.read_text())["version"]) for file in files if file.exists()), "?")


def keep(client: Client, version: str, found: dict[str, str]) -> None:
    """`found`: scenario → "" for passed, or what was wrong. What was not played this time stays."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    row = results.setdefault(client.name, {"scenarios": {}})
    row |= {"version": version, "date": date.today().isoformat()}
    row["scenarios"] |= found
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def write(clients: Iterable[Client]) -> None:
    results = json.loads(RESULTS.read_text())
    shown = [client for client in clients if client.name in results]
    table = "".join(_row(client, results[client.name]) for client in shown)
    names = [scenario.name for scenario in SCENARIOS]
    head = f"| Client | Version | {' | '.join(names)} | Run |\n|{'---|' * (len(names) + 3)}\n"
    notes = "".join(_notes(client.name, results[client.name]) for client in shown)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{head}{table}\n{notes}\n{END}{rest.partition(END)[2]}")


def _row(client: Client, result: dict[str, Any]) -> str:
    signs = [_sign(result["scenarios"].get(scenario.name)) for scenario in SCENARIOS]
    return f"| {client.name} | {result['version']} | {' | '.join(signs)} | {result['date']} |\n"


def _sign(wrong: str | None) -> str:
    return "–" if wrong is None else "no" if wrong else "✓"


def _notes(name: str, result: dict[str, Any]) -> str:
    wrong = {scenario: words for scenario, words in result["scenarios"].items() if words}
    return "".join(f"* {name}, {scenario}: {' '.join(words.split())[:300]}\n" for scenario, words in wrong.items())
