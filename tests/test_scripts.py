"""What the scripts beside the tests name in the package is there: nothing else runs them until somebody needs them."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted(
    path.relative_to(HERE).as_posix()
    for path in HERE.rglob("*.py")
    if not path.name.startswith(("test_", "conftest")) and "node_modules" not in path.parts
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_all_that_a_script_names_in_the_package_is_there(script: str) -> None:
    tree = ast.parse((HERE / script).read_text(encoding="utf-8"))
    modules: dict[str, ModuleType] = {}
    for module, name, called in _imported(tree):
        found = getattr(module, name) if hasattr(module, name) else importlib.import_module(f"{module.__name__}.{name}")
        if isinstance(found, ModuleType):
            modules[called] = found
    missing = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and not hasattr(modules.get(node.value.id, ast), node.attr)
        and node.value.id in modules
    ]
    assert not missing


def _imported(tree: ast.AST) -> Iterator[tuple[ModuleType, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gcli2api_tui":
            for alias in node.names:
                yield importlib.import_module(node.module or ""), alias.name, alias.asname or alias.name
