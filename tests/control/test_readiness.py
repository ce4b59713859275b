"""When it says that it is ready, and what it says when it is not."""

from typing import Any

import pytest

from gcli2api_tui.control.readiness import readiness
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelCooldown
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import NOTHING, quoted

NOW = 1_000.0


def row(state: CredentialState = CredentialState.READY, *rests: tuple[str, float], **more: Any) -> CredentialRow:
    cooldowns = tuple(ModelCooldown(model, until, quoted("429")) for model, until in rests)
    return CredentialRow(
        CredentialId("a" * 32), "anna@example.org", "oauth", "", "", "", 0.0, state, NOTHING, 0, 3, None, "", None,
        cooldowns=cooldowns, **more,
    )  # fmt: skip


def seen(*rows: CredentialRow, **more: Any) -> Snapshot:
    return Snapshot(1, NOW, credentials=rows, **more)


COOLING, DEAD = CredentialState.COOLING, CredentialState.NEEDS_LOGIN


@pytest.mark.parametrize(
    ("rows", "ready", "words", "until"),
    [
        ((), False, "no credential yet", None),
        ((row(),), True, "1 of 1", None),
        ((row(DEAD), row(CredentialState.BUSY)), True, "1 of 2", None),
        ((row(COOLING, ("gemini-2.5-pro", NOW + 50)),), True, "1 of 1", None),
        ((row(COOLING, ("", NOW + 300)), row(COOLING, ("", NOW + 61), ("m", NOW + 5))), False, "back in 61 s", 1061.0),
        ((row(COOLING, ("", NOW + 3600)), row(DEAD)), False, "All 2 credentials rest", 4600.0),
        ((row(DEAD), row(CredentialState.DISABLED)), False, "wait for a person", None),
    ],
)
def test_who_can_serve_decides(rows: tuple[CredentialRow, ...], ready: bool, words: str, until: float | None) -> None:
    found = readiness(seen(*rows))
    assert (found.ready, found.until) == (ready, until)
    assert words in found.reason
    assert "anna" not in found.reason


def test_trouble_with_the_disk_is_said_and_stops_nothing() -> None:
    found = readiness(seen(row(), degraded=quoted("/home/user/anna.db: disk full")))
    assert found.ready and "serving goes on" in found.warning
    assert "anna" not in found.warning
