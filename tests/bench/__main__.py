"""`python -m tests.bench [--quick|--full]`: what a request costs, side by side with others, in one run, by turns.

Prints a table; `--keep` writes `docs/performance/last.json`. Ends with status 1 if ours costs more than a tenth
more than in the run that was kept, in multiples of the yardsticks. Linux. `--before PYTHON` also measures the version
that another Python has; `--only` and `--with` take some scenarios and contenders of the list.
"""

import argparse
import asyncio
import contextlib
import datetime
import functools
import importlib.util
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # modules of this folder are scripts too, and import each other by name

import contenders
import plots
import results
from contenders import Contender, Started
from workloads import QUICK, SCENARIOS, Scenario

KEPT = Path(__file__).parents[2] / "docs" / "performance"
PAGE = KEPT.with_suffix(".md")
LONGEST_S = 600.0
"""For one scenario of one contender: who hangs is left out, and said."""
LEAST_ROUNDS = 3
"""To be compared: one round is no measure."""
PLOTTED = ("whole", "stream")
BY_NAME = {one.name: one for one in SCENARIOS}
TITLES = {one.name: one.title for one in SCENARIOS}


def main() -> None:
    options = _options()
    _raise_file_limit()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # what was started is stopped
    contenders.keep_to(0, -1)
    chosen = [BY_NAME[name] for name in options.only]
    with contextlib.ExitStack() as stack, asyncio.Runner() as runner:
        google_port = stack.enter_context(contenders.google())
        starts = {name: start for name, start in _starts(options) if not options.wanted or name in options.wanted}
        there = [stack.enter_context(start(google_port)) for start in starts.values()]
        names = [one.name for one in there]
        others, today = contenders.versions(names), str(datetime.date.today())
        found = results.Results(results.about(options.rounds, options.effort, others, today))
        with contextlib.suppress(KeyboardInterrupt, SystemExit):  # what was measured until then is told
            _all_rounds(runner, chosen, there, options, found)
    sys.exit(_told(found, options))


def _all_rounds(
    runner: asyncio.Runner,
    chosen: list[Scenario],
    there: list[Contender],
    options: argparse.Namespace,
    found: results.Results,
) -> None:
    for scenario in (BY_NAME["whole"], BY_NAME["stream"]):
        _round(runner, scenario, there, 1, results.Results({}))  # what is imported and learnt once costs no request
    for number in range(options.rounds):
        for scenario in chosen:
            if number < scenario.rounds:
                _round(runner, scenario, there[:: 1 if number % 2 else -1], options.effort, found)
        print(f"\r\x1b[Kround {number + 1} of {options.rounds}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the four scenarios of every change, 3 rounds")
    parser.add_argument("--full", action="store_true", help="also what takes minutes, 7 rounds")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--effort", type=int, default=0, help="how many times as many requests as quick")
    parser.add_argument("--only", nargs="+", choices=BY_NAME, metavar="SCENARIO", help=", ".join(BY_NAME))
    parser.add_argument("--with", nargs="+", dest="wanted", metavar="CONTENDER", default=())
    parser.add_argument("--before", metavar="PYTHON", help="the Python that another version is installed beside")
    parser.add_argument("--keep", action="store_true", help="as the run that later ones are compared with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all figures")
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 7 if options.full else 5)
    options.effort = options.effort or (1 if options.quick else 3 if options.full else 2)
    options.only = options.only or (QUICK if options.quick else [n for n in BY_NAME if n != "long" or options.full])
    return options


def _raise_file_limit() -> None:
    """A thousand streams are a thousand sockets here, and two thousand in a proxy, which inherits this."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _starts(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[int], Started]]]:
    yield "ours", contenders.ours
    if options.before:
        yield "before", functools.partial(contenders.ours, name="before", python=options.before)
    if not options.quick or options.wanted:
        yield "ours, panel", contenders.ours_with_panel
        yield "ours, 500 credentials", functools.partial(contenders.ours, name="ours, 500 credentials", credentials=500)
        if importlib.util.find_spec("orjson"):
            yield "ours, [fast]", functools.partial(contenders.ours, name="ours, [fast]", fast=True)
    yield "minimal", contenders.minimal
    yield "splice", contenders.splice
    yield "direct", contenders.direct
    yield from contenders.beside_us().items()


def _round(
    runner: asyncio.Runner, scenario: Scenario, there: list[Contender], effort: int, found: results.Results
) -> None:
    for contender in there:
        if scenario.concerns(contender.name):
            print(f"\r\x1b[K{scenario.name}, {contender.name}", end="", file=sys.stderr, flush=True)
            try:
                found.add(scenario.name, contender.name, runner.run(_within(scenario.measured(contender, effort))))
            except* (AssertionError, OSError) as wrong:
                print(f"\r\x1b[K{scenario.name}, {contender.name}: {wrong.exceptions[0]}", file=sys.stderr)


async def _within(measured: Awaitable[dict[str, float]]) -> dict[str, float]:
    async with asyncio.timeout(LONGEST_S):
        return await measured


def _told(found: results.Results, options: argparse.Namespace) -> int:
    """The exit status."""
    for line in results.table(found, TITLES):
        print(line)
    if options.json:
        options.json.write_text(found.as_json(), "utf-8")
    kept = KEPT / "last.json"
    compared = kept.exists() and options.rounds >= LEAST_ROUNDS
    worse = list(results.worse(found, results.read(kept))) if compared else []
    for line in worse:
        print(f"worse than on {results.read(kept).about['day']}: {line}")
    if options.keep:
        _keep(found)
    return bool(worse) and not options.keep


def _keep(found: results.Results) -> None:
    """The figures, a plot of CPU for each scenario that has one, and the page's tables between their marks."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / "last.json").write_text(found.as_json(), "utf-8")
    for scenario in PLOTTED:
        medians = {name: found.median(scenario, name, "cpu_ms") for name in found.figures.get(scenario, {})}
        if values := {name: value for name, value in medians.items() if value}:
            (KEPT / f"{scenario}.svg").write_text(plots.bars(f"CPU, {TITLES[scenario]}", "ms", values), "utf-8")
    before, _, rest = PAGE.read_text("utf-8").partition(results.BEGIN)
    tables = "\n".join(results.markdown(found, TITLES))
    PAGE.write_text(f"{before}{results.BEGIN}\n{tables}\n{results.END}{rest.partition(results.END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
