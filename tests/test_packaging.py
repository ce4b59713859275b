"""What pyproject.toml declares against what is imported, in both directions, and the bounds of each."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MANDATORY = PYPROJECT["project"]["dependencies"]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
DEV = EXTRAS["dev"]
OTEL = EXTRAS["otel"]
YAML = EXTRAS["yaml"]
CLUSTER = {"psycopg", "cryptography"}
"""Of the extra `cluster`; the simulator makes keys with the second, and says so where it is missing."""
OURS = {"gcli2api_tui", *(path.stem for path in [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests").iterdir()])}

NOT_IMPORTED = {
    "tzdata": "data that zoneinfo finds by itself",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a program: the first line of every change",
    "mypy": "a program",
    "import-linter": "a program: lint-imports",
    "uv": "a program: .ci/run asks it for plans",
}
"""Declared and imported nowhere: why."""

UNDECLARED = {
    "pydantic": "comes with the clients under test, whose own models the tests read",
    "langchain-core": "comes with langchain-openai, which is nothing without it",
}
"""Imported and declared nowhere: why."""


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


@cache
def imported(folder: Path) -> set[str]:
    """The modules from outside that the files name, in full (`google.auth`, not `google`).

    What drives a real client stands beside that client's packages, in an environment of its own.
    """
    found = set()
    for path in folder.rglob("*.py"):
        if not {"node_modules", "drivers"}.intersection(path.parts):
            found.update(_modules(ast.parse(path.read_text("utf-8"))))
    return {module for module in found if module.split(".")[0] not in sys.stdlib_module_names | OURS}


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("import_module", "importorskip"):
            yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant))


@cache
def owners() -> dict[str, str]:
    """Module, as deep as its files lie → the distribution that brought it."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", distribution.name).lower()
        for line in (distribution.read_text("RECORD") or "").splitlines():
            *folders, file = line.partition(",")[0].split("/")
            if file.endswith((".py", ".so", ".pyi")):
                parts = (*folders, file.partition(".")[0])
                found[".".join(part for part in parts if part != "__init__")] = name
    return found


def owner(module: str) -> str:
    """`google.auth.jwt.encode` is a name in a file: the longest beginning that is one says whose it is."""
    while module:
        if module in owners():
            return owners()[module]
        module = module.rpartition(".")[0]
    return ""


def is_otel(module: str) -> bool:
    """Of the extra `otel`, which a phone cannot have."""
    return module.split(".")[0] == "opentelemetry"


def is_extra(module: str) -> bool:
    """Of an extra: imported where it is asked for, and nowhere else."""
    return is_otel(module) or module.split(".")[0] in {"ruamel", "orjson", *CLUSTER}


@pytest.fixture(scope="module")
def of_package() -> set[str]:
    return {owner(module) or module for module in imported(ROOT / "gcli2api_tui") if not is_extra(module)}


@pytest.fixture(scope="module")
def of_tests() -> set[str]:
    """Two seconds: not at the import, which each worker does."""
    return {owner(module) or module for module in imported(ROOT / "tests") if not is_otel(module)}


def test_whatever_the_package_imports_it_declares(of_package: set[str]) -> None:
    assert of_package - set(map(name_of, MANDATORY)) <= set(UNDECLARED)


def test_whatever_the_tests_import_is_declared(of_tests: set[str]) -> None:
    assert of_tests - set(map(name_of, MANDATORY + DEV)) <= set(UNDECLARED)


def test_nothing_is_declared_that_nobody_imports(of_package: set[str], of_tests: set[str]) -> None:
    assert set(map(name_of, MANDATORY)) - of_package <= set(NOT_IMPORTED)
    assert set(map(name_of, DEV)) - of_tests - set(map(name_of, OTEL)) <= set(NOT_IMPORTED)


def test_traces_are_imported_in_one_place_and_never_at_its_top() -> None:
    """Who did not ask for them does without the packages."""
    asking = [path for path in (ROOT / "gcli2api_tui").rglob("*.py") if "opentelemetry" in path.read_text("utf-8")]
    assert [path.name for path in asking] == ["observability.py"]
    tops = [
        node for node in ast.parse(asking[0].read_text("utf-8")).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not any(is_otel(getattr(node, "module", None) or "") for node in tops)
    assert {*OTEL} <= {*DEV}


def test_yaml_is_read_in_one_place_and_no_start_waits_for_its_package() -> None:
    asking = [path for path in (ROOT / "gcli2api_tui").rglob("*.py") if "import YAML" in path.read_text("utf-8")]
    assert [path.name for path in asking] == ["source_folder.py"]
    tops = [one for one in ast.parse(asking[0].read_text("utf-8")).body if isinstance(one, ast.ImportFrom)]
    assert not any(is_extra(one.module or "") for one in tops) and {*YAML} <= {*DEV}


def test_what_several_instances_need_is_an_extra_that_tests_have() -> None:
    assert {*map(name_of, EXTRAS["cluster"])} == CLUSTER and {*EXTRAS["cluster"]} <= {*DEV}


def test_what_makes_it_faster_is_asked_for_in_one_place_and_never_needed() -> None:
    asking = [path for path in (ROOT / "gcli2api_tui").rglob("*.py") if "orjson import" in path.read_text("utf-8")]
    assert [path.name for path in asking] == ["answer_json.py"]
    assert [name_of(one) for one in EXTRAS["fast"]] == ["orjson"] and {*EXTRAS["fast"]} <= {*DEV}
    assert "except ImportError" in asking[0].read_text("utf-8")


def test_every_exception_is_still_one(of_package: set[str], of_tests: set[str]) -> None:
    assert set(UNDECLARED) <= (of_package | of_tests) - set(map(name_of, MANDATORY + DEV))
    assert set(NOT_IMPORTED) <= set(map(name_of, MANDATORY + DEV)) - of_package - of_tests


def test_types_are_told_missing_only_of_what_is_imported() -> None:
    """Stubs and mypy's own exceptions go with the import that they were for."""
    modules = [name for override in PYPROJECT["tool"]["mypy"]["overrides"] for name in override["module"]]
    stubs = [name.removeprefix("types-") for name in map(name_of, DEV) if name.startswith("types-")]
    seen = imported(ROOT / "gcli2api_tui")
    for name in (*modules, *stubs):
        assert any(module.split(".")[0] == name.split(".")[0] for module in seen), name


@pytest.mark.parametrize("requirement", MANDATORY)
def test_bounds_say_what_was_tested(requirement: str) -> None:
    """From the lowest that `.ci/run` runs the tests with to below the next that could be different."""
    if "sys_platform" in requirement:
        return
    assert ">=" in requirement
    assert "<" in requirement or name_of(requirement) in ("tzdata", "certifi"), "data, of which the newest is wanted"


def test_what_tests_use_has_a_lowest_version_too() -> None:
    """Without one, a leg of `.ci/run` would meet whatever pip settles on that day."""
    ci = (ROOT / ".ci/run").read_text("utf-8")
    assert "--resolution lowest-direct" in ci and "--extra dev" in ci
    assert [one for one in DEV if ">=" not in one] == []


def test_the_probe_sees_through_a_namespace() -> None:
    assert owner("google.auth.jwt.encode") == "google-auth"
    assert owner("google.genai.Client") == "google-genai"
    assert owner("nowhere.at.all") == ""
