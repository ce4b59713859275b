"""The Grafana dashboard asks only for what `/metrics` has, and is what Grafana imports; so does the page on metrics."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector

from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.server.exposition import Moment, families

ROOT = Path(__file__).parent.parent
FILE = ROOT / "deploy" / "grafana" / "gcli2api-tui.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
NAME = re.compile(r"\b(?:gcli2api|process|python)_\w+")
LABELS = re.compile(r"\bby \(([\w, ]+)\)")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "info": ("_info",)}


def samples() -> dict[str, frozenset[str]]:
    """Every name that can be asked for, with its labels."""
    registry = CollectorRegistry(auto_describe=False)
    process = [*ProcessCollector(registry=registry).collect(), *GCCollector(registry=registry).collect()]
    found: dict[str, frozenset[str]] = {}
    for family in families(Moment(Metrics().look(), Snapshot(1, 1.0))):
        labels = frozenset(getattr(family, "_labelnames", ()))
        for ending in ENDINGS.get(family.type, ("",)):
            found[family.name + ending] = labels | ({"le"} if ending == "_bucket" else frozenset())
    for family in process:
        found.update({family.name + ending: frozenset() for ending in ENDINGS.get(family.type, ("",))})
    return found


KNOWN = samples()


def expressions() -> Iterator[str]:
    yield from (target["expr"] for panel in PANELS for target in panel["targets"])
    yield from (one["definition"] for one in DASHBOARD["templating"]["list"] if "definition" in one)


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_that_is_asked_for_is_there_with_its_labels(expression: str) -> None:
    names = NAME.findall(expression)
    assert names and set(names) <= KNOWN.keys()
    grouped = {label.strip() for group in LABELS.findall(expression) for label in group.split(",")}
    assert all(grouped <= KNOWN[name] for name in names)


@pytest.mark.parametrize("legend", {t["legendFormat"]: t["expr"] for p in PANELS for t in p["targets"]}.items())
def test_a_legend_names_labels_that_are_left(legend: tuple[str, str]) -> None:
    wanted = set(re.findall(r"{{(\w+)}}", legend[0]))
    assert wanted <= {label.strip() for group in LABELS.findall(legend[1]) for label in group.split(",")}


def test_it_is_what_grafana_imports() -> None:
    assert (DASHBOARD["id"], DASHBOARD["uid"]) == (None, "gcli2api-tui")
    assert DASHBOARD["schemaVersion"] >= 36 and DASHBOARD["title"]
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", FILE.read_text("utf-8"))) - {"__rate_interval", "__all"}
    assert used == variables
    for panel in PANELS:
        assert panel["type"] in ("timeseries", "stat", "bargauge")
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert {"defaults", "overrides"} <= panel["fieldConfig"].keys()


def test_no_panel_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in PANELS):
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert place["x"] + place["w"] <= 24 and not cells & taken
        taken |= cells


def test_the_page_names_every_metric_of_ours_and_no_other() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    table = page.partition("| metric |")[2].partition("\n\n")[0]
    told = set(NAME.findall(table))
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in KNOWN if name.startswith("gcli2api_")}
    assert told == ours
    assert set(NAME.findall(page)) - {"gcli2api_tui", "process_", "python_gc_"} <= KNOWN.keys() | ours
