"""No model is named outside of the files that describe them: names end, and each pool serves others.

Whoever needs one (examples on the screen, a probe, the demo) asks for a role (gemini/model_choices.py).
"""

import re
from pathlib import Path

import pytest

from gcli2api_tui.gemini.models_toml import read_catalogue

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gcli2api_tui"
TABLES = {PACKAGE / "gemini" / "models.toml", PACKAGE / "gemini" / "prices.toml", PACKAGE / "simulator" / "models.py"}
SHAPE = re.compile(
    # A Google project may be called gemini-pro-1751713012-….
    r"\b(?:gemini|gemma|imagen|veo)-\d[\w.-]*|\bgemini-(?:pro|flash|flash-lite)\b(?!-\d{9})[\w.-]*|\b(?:gemini|text)-embedding-[\w.-]+"
)
LASTING = re.compile(r"gemini-(?:pro|flash|flash-lite)-latest")
"""Google's own names for the newest of a family: documents may use them."""
CATALOGUE = read_catalogue((PACKAGE / "gemini" / "models.toml").read_text("utf-8"))
DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]


def named(path: Path) -> list[str]:
    return SHAPE.findall(path.read_text("utf-8"))


def test_the_search_finds_names() -> None:
    for table in TABLES:
        assert len(named(table)) > 10
    assert SHAPE.findall('MODEL = "gemini-2.5-pro"; text-embedding-004, gemini-flash-latest, gemini-cli') == [
        "gemini-2.5-pro",
        "text-embedding-004",
        "gemini-flash-latest",
    ]


def test_no_code_names_a_model() -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".toml", ".tcss") and path not in TABLES]
    assert {str(path.relative_to(ROOT)): found for path in sources if (found := named(path))} == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_what_lasts(path: Path) -> None:
    """A name that is known to end, and one that nobody serves, misleads whoever copies it."""
    found = set(named(path)) - {"gemini-9-pro", "gemini-9-pro-001"}  # what a models.toml of one's own may add
    if path in DOCUMENTS[:2]:
        assert [name for name in found if not LASTING.fullmatch(name)] == []
    ending = {name for name in found if (known := CATALOGUE.models.get(name)) and (known.ends or known.successor)}
    assert ending == set()
    assert [name for name in found if LASTING.fullmatch(name) and name not in CATALOGUE.models] == []
