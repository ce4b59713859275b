"""The admin API's usage: what was asked for, and refusals that name what is wrong."""

import json
from typing import Any

import pytest

from gcli2api_tui.ledger.admin_rows import UsageLine, UsageTable

TOKEN = "run-token"


@pytest.fixture
def asked(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    seen: list[tuple[str, int]] = []

    async def usage(by: Any, days: int) -> UsageTable:
        seen.append((by, days))
        return UsageTable(by, "2026-11-01", "2026-11-30", (UsageLine("a", "a", 3),))

    monkeypatch.setattr(runtime.services.reader, "usage", usage, raising=False)
    return seen


@pytest.mark.parametrize(
    ("query", "meant"),
    [("", ("day", 30)), ("?by=client&days=1", ("client", 1)), ("?by=program&days=400", ("program", 400))],
)
async def test_what_is_asked_for_is_told(runtime: Any, asked: list[Any], query: str, meant: tuple[str, int]) -> None:
    answer = await runtime.ask(f"/admin/api/usage{query}", method="GET", key=TOKEN)
    told = json.loads(await answer.get_data())
    assert asked == [meant] and (told["by"], told["rows"][0]["requests"]) == (meant[0], 3)


@pytest.mark.parametrize(
    ("query", "param"), [("?by=colour", "by"), ("?days=0", "days"), ("?days=401", "days"), ("?days=1.5", "days"),
                         ("?days=%D9%A3", "days"), ("?days=" + "9" * 5000, "days")],
)  # fmt: skip
async def test_what_is_wrong_is_named(runtime: Any, asked: list[Any], query: str, param: str) -> None:
    answer = await runtime.ask(f"/admin/api/usage{query}", method="GET", key=TOKEN)
    told = json.loads(await answer.get_data())
    assert (answer.status_code, told["error"]["param"], asked) == (400, param, [])


async def test_it_needs_the_panels_key(runtime: Any, asked: list[Any]) -> None:
    assert (await runtime.ask("/admin/api/usage", method="GET", key="pwd")).status_code == 401
