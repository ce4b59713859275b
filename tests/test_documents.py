"""The documents hold together: every page is listed, every link leads somewhere, no figure is older than its script.

A figure is dated in its section, beside the script that measured it. When the script changes, the figures are measured
again, or `SAME_MEASURE` says why they still stand.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
WITH_FIGURES = ("performance", "panel", "security", "pool", "architecture")
SAME_MEASURE = {
    "tests/tui/walk.py": "2026-11-29: it only reads a list in a frame too since",
    "tests/bench/start_cost.py": "2026-11-29: a key is added with another flag since",
    "tests/bench/selection.py": "2026-11-29: a module has another name since",
    "tests/bench/attacks.py": "2026-11-29: a key is added with another flag since",
    "tests/bench/siege.py": "2026-11-29: a key is added with another flag since",
    "tests/server/fuzz_requests.py": "2026-11-29: a key is added with another flag since",
    "tests/bench/panel_cost.py": "2026-11-23: the start went to start_cost.py; the rest is measured as it was",
    "tests/bench/soak.py": "2026-11-24: it only became one of the slow tests since",
    "tests/bench/kill.py": "2026-11-24: it only became one of the slow tests since, and modules have other names",
}
"""Script → since when its figures stand, and why its later changes do not matter."""
MAKES_PAGES = {"tests/tui/record.py", "tests/tui/pictures.py"}
"""Scripts that draw and measure nothing."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_index_and_the_site_list_every_page() -> None:
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"index.md"}
    listed = re.findall(r"\]\(([\w/-]+\.md)\)", (DOCS / "index.md").read_text("utf-8"))
    nav = str(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])
    assert set(listed) == pages
    assert len(listed) == len(pages), "a page stands in the index once"
    assert set(re.findall(r"[\w/-]+\.md", nav)) - {"index.md"} == pages


def links(path: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.M | re.S)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(path: Path) -> set[str]:
    """As GitHub names them; a heading that comes again gets a number."""
    found: dict[str, int] = {}
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{n}" if n else slug for slug, most in found.items() for n in range(most + 1)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        if re.match(r"https?:|mailto:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def sections(page: str) -> Iterator[tuple[str, str]]:
    """(script, its section) for every script that a page says it was measured by."""
    for section in re.split(r"^(?=##+ )", (DOCS / f"{page}.md").read_text("utf-8"), flags=re.M):
        scripts = re.findall(r"`python (tests/[\w/]+\.py)", section)
        scripts += ["tests/bench/workloads.py"] if "`python -m tests.bench" in section else []
        yield from ((script, section) for script in scripts if script not in MAKES_PAGES)


FIGURES = [(page, script, section) for page in WITH_FIGURES for script, section in sections(page)]


@pytest.mark.parametrize(("page", "script", "section"), FIGURES, ids=[f"{p}: {s}" for p, s, _ in FIGURES])
def test_no_figure_is_older_than_its_script(page: str, script: str, section: str) -> None:
    assert (ROOT / script).is_file()
    dates = re.findall(r"\b20\d\d-\d\d-\d\d\b", section)
    assert dates, f"{page}.md does not say when {script} measured this"
    if (changed := last_change(script)) > max(dates):
        assert script in SAME_MEASURE, f"{script} changed on {changed}; {page}.md has figures of {max(dates)}"


def test_no_exemption_outlives_its_reason() -> None:
    for script, why in SAME_MEASURE.items():
        since = re.findall(r"\d{4}-\d\d-\d\d", "".join(section for _, one, section in FIGURES if one == script))
        assert any(day == why[:10] for day in since), f"the figures of {script} are newer by now: take it out"


def last_change(script: str) -> str:
    """The day of its last commit; a copy without history knows none."""
    asked = ["git", "log", "-1", "--format=%cs", "--", script]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
