"""S10: keys compared letter by letter, so that the time tells how far a guess is right."""

import ast
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers

import gcli2api_tui
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server import guard

PACKAGE = Path(gcli2api_tui.__file__).parent


def test_secrets_are_compared_in_constant_time_by_their_type(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert Secret("a") == Secret("a") and Secret("a") != Secret("b") and len(compared) == 2
    compared.clear()
    nobody: Any = None
    keys = guard.Keys(Secret("client"), Secret("panel"), Secret("run"), Secret(""))
    headers = Headers([("Authorization", "Bearer cliend"), ("X-Api-Key", "client")])
    assert guard.who_asks("client", headers, "", keys, nobody) == guard.CLIENT
    assert {one for one, _ in compared} >= {b"cliend", b"client"}, "each that was sent, whichever fits"


def test_nobody_compares_the_text_of_a_secret() -> None:
    """What `reveal()` gives goes onto the wire or into a file; `==`, `in` and `startswith` with it tell the time."""
    assert [found for path in PACKAGE.rglob("*.py") for found in compared_texts(path)] == []


def compared_texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        if any(isinstance(side, ast.Call) and getattr(side.func, "attr", "") == "reveal" for side in sides):
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}"  # type: ignore[attr-defined]
