"""The pictures of docs/architecture.md against the imports: a drawn arrow is one, a dotted arrow is none."""

import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = "gcli2api_tui"
LINE = re.compile(r"(?P<indent>[ │]*)(?:[├└](?P<arrow>[▶⇢]) )?(?P<path>[\w/]+(?:\.py|/))(?:\s|$)")


def pictures() -> list[str]:
    chapter = PAGE.partition("## Three journeys")[2].partition("\n## ")[0]
    return re.findall(r"```text\n(.*?)```", chapter, re.S)


def arrows(picture: str) -> Iterator[tuple[str, str, str]]:
    """(who, ▶ or ⇢, whom) of every line that hangs below another."""
    above: dict[int, str] = {}
    for line in picture.splitlines():
        found = LINE.match(line)
        assert found, f"not understood: {line}"
        depth = (len(found["indent"]) // 3 + 1) if found["arrow"] else 0
        above[depth] = found["path"]
        if found["arrow"]:
            yield above[depth - 1], found["arrow"], found["path"]


def module(path: str) -> str:
    assert (ROOT / PACKAGE / path).exists(), f"{path} is not there"
    return f"{PACKAGE}." + path.rstrip("/").removesuffix(".py").replace("/", ".")


def test_there_are_three() -> None:
    assert [len(list(arrows(picture))) > 5 for picture in pictures()] == [True] * 3


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, cache_dir=None)


@pytest.mark.parametrize(("who", "arrow", "whom"), [one for picture in pictures() for one in arrows(picture)])
def test_an_arrow_is_an_import_and_a_dotted_one_is_none(
    graph: grimp.ImportGraph, who: str, arrow: str, whom: str
) -> None:
    imported = graph.direct_import_exists(importer=module(who), imported=module(whom), as_packages=whom.endswith("/"))
    assert imported is (arrow == "▶")


def test_every_file_that_contributing_names_is_there() -> None:
    named = re.findall(
        r"`((?:gcli2api_tui|tests|docs)/[\w/.-]*)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    )
    named += re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []
