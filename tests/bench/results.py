"""Figures of a run: kept by round, told as medians, and compared as ratios with those of an earlier run.

In: scenario, contender and a round's figures. Out: a JSON table, lines of text, and what has become worse. A time says
nothing on another machine or in another hour; how many times as much as the limit (a splice) or a minimal proxy of the
same minutes somebody costs does, so only that is compared.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

YARDSTICKS = ("splice", "minimal")
WORSE = 1.10
OURS = ("ours", "ours, panel")
LIBRARIES = ("quart", "hypercorn", "h11", "httpx", "textual")

COLUMNS = (("CPU ms", 9), ("× minimal", 11), ("× splice", 10), ("first ms", 10), ("p99 chunk ms", 14), ("RSS MB", 8))

BEGIN, END = "<!-- figures: `python -m tests.bench --keep` writes them -->", "<!-- end of figures -->"

Rounds = dict[str, list[float]]


@dataclass
class Results:
    """Scenario → contender → figure → a value for each round."""

    about: dict[str, Any]
    figures: dict[str, dict[str, Rounds]] = field(default_factory=dict)

    def add(self, scenario: str, contender: str, figures: Mapping[str, float]) -> None:
        rounds = self.figures.setdefault(scenario, {}).setdefault(contender, {})
        for name, value in figures.items():
            rounds.setdefault(name, []).append(round(value, 4))

    def median(self, scenario: str, contender: str, figure: str) -> float | None:
        values = self.figures.get(scenario, {}).get(contender, {}).get(figure)
        return statistics.median(values) if values else None

    def ratio(self, scenario: str, one: str, other: str, figure: str = "cpu_ms") -> float | None:
        """The median of the rounds' own ratios: what slows a whole round down is in both of its sides."""
        sides = self.figures.get(scenario, {})
        left, right = (sides.get(name, {}).get(figure, []) for name in (one, other))
        pairs = [a / b for a, b in zip(left, right, strict=False) if b]
        return statistics.median(pairs) if pairs else None

    def as_json(self) -> str:
        """A line for each contender of a scenario."""
        scenarios = (
            f"{json.dumps(name)}: {{\n"
            + ",\n".join(f"   {json.dumps(who)}: {json.dumps(rounds)}" for who, rounds in sides.items())
            + "\n  }"
            for name, sides in self.figures.items()
        )
        about = json.dumps(self.about, ensure_ascii=False, indent=1).replace("\n", "\n ")
        return f'{{\n "about": {about},\n "figures": {{\n  ' + ",\n  ".join(scenarios) + "\n }\n}\n"


def read(file: Path) -> Results:
    told = json.loads(file.read_text("utf-8"))
    return Results(told["about"], told["figures"])


def about(rounds: int, effort: int, others: Mapping[str, str], day: str) -> dict[str, Any]:
    """Where and when, and of what: without it a figure is no figure."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "day": day,
        "commit": commit.stdout.strip(),
        "rounds": rounds,
        "effort": effort,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {processor()}, {os.cpu_count()} processors",
        "load": round(os.getloadavg()[0], 1),
        "versions": {**{name: version(name) for name in LIBRARIES}, **others},
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine() or sys.platform


def table(results: Results, titles: Mapping[str, str]) -> Iterator[str]:
    for scenario, sides in results.figures.items():
        yield ""
        yield titles[scenario]
        yield "".join((f"  {'':<24}", *(f"{title:>{width}}" for title, width in COLUMNS)))
        for name in sides:
            values = zip(_values(results, scenario, name), COLUMNS, strict=True)
            yield f"  {name:<24}{''.join(_number(value, width) for value, (_, width) in values)}".rstrip()


def markdown(results: Results, titles: Mapping[str, str]) -> Iterator[str]:
    """The same for docs/performance.md: where, of what, and a row for each contender of a scenario."""
    told = results.about
    yield f"{told['day']}, commit {told['commit']}, {told['rounds']} rounds at most, Python {told['python']},"
    yield f"{told['system']}, load {told['load']} at the start."
    yield f"{', '.join(f'{name} {version}' for name, version in told['versions'].items())}."
    for scenario, sides in results.figures.items():
        yield ""
        yield f"| {titles[scenario]} | CPU ms | × minimal | × splice | first content ms | chunk p99 ms | memory MB |"
        yield "|---|---|---|---|---|---|---|"
        for name in sides:
            values = " | ".join(_number(value, 0) for value in _values(results, scenario, name))
            yield f"| {name} | {values} |"


def _values(results: Results, scenario: str, name: str) -> list[float | None]:
    """As COLUMNS has them."""
    cpu, *others = (results.median(scenario, name, one) for one in ("cpu_ms", "first_ms", "transit_ms", "rss_mb"))
    ratios = (results.ratio(scenario, name, other) for other in ("minimal", "splice"))
    return [cpu or None, *(ratio or None for ratio in ratios), *others]


def _number(value: float | None, width: int) -> str:
    return " " * width if value is None else f"{value:>{width}.2f}"


def worse(now: Results, then: Results) -> Iterator[str]:
    """Ratios of CPU that have grown by more than a tenth; one yardstick may be off, so both must say so.

    Of another effort nothing can be said: who is compiled while it runs gets faster all the time.
    """
    if now.about.get("effort") != then.about.get("effort"):
        return
    for scenario in now.figures:
        for name in OURS:
            pairs = [
                (other, new, old)
                for other in YARDSTICKS
                if (new := now.ratio(scenario, name, other)) and (old := then.ratio(scenario, name, other))
            ]
            if pairs and all(new > WORSE * old for _, new, old in pairs):
                told = ", ".join(f"{old:.2f} → {new:.2f} × {other}" for other, new, old in pairs)
                yield f"{scenario}, {name}: {told}"
