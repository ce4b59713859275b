"""Once per event, again only after it was over, and nothing of what stood already when the panel opened."""

from dataclasses import replace
from typing import Any

import pytest
from tui.conftest import credential

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.verbs.alert_verbs import KINDS, Alert, Alerts

TODAY = "2026-11-29"
GOOD = credential("alice", used_today=0, limit=None)


def used(count: int, limit: int = 250, name: str = "alice", **changes: Any) -> CredentialRow:
    return credential(name, quotas=(ModelUse("gemini-9-pro", count, limit),), **changes)


def told(*moments: tuple[CredentialRow, ...], kinds: Any = KINDS, ends: Any = None) -> list[list[Alert]]:
    alerts = Alerts(frozenset(kinds))
    return [list(alerts.look(Snapshot(1, 1.0, credentials=rows), ends or {}, TODAY)) for rows in moments]


EVENTS = {
    "pool-empty": ((GOOD,), (replace(GOOD, state=CredentialState.TIER_NOT_SERVED),), Alert("pool-empty")),
    "quota": ((used(200),), (used(240),), Alert("quota", "alice@gmail.com", "gemini-9-pro", 10)),
    "sign-in": (
        (GOOD, credential("bob")),
        (GOOD, credential("bob", CredentialState.NEEDS_LOGIN)),
        Alert("sign-in", "bob@gmail.com"),
    ),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_it_is_told_once_and_again_only_after_it_was_over(kind: str) -> None:
    well, ill, alert = EVENTS[kind]
    again = tuple(replace(row, in_flight=1) for row in ill)
    assert told(well, ill, again, well, ill) == [[], [alert], [], [], [alert]]
    assert told(ill, again) == [[], []], "it stood when the panel opened"
    assert told(well, ill, kinds=set(KINDS) - {kind}) == [[], []], "it is turned off"


def test_a_quota_that_wavers_is_told_once() -> None:
    found = told(*((used(count),) for count in (200, 240, 230, 241, 100, 240)))
    assert [bool(one) for one in found] == [False, True, False, False, False, True]


def test_of_keys_that_share_a_project_one_is_told() -> None:
    shared = [used(240, name=name, shares="p1") for name in ("a", "b")]
    assert len(told((GOOD,), tuple(shared))[1]) == 1


def test_what_a_person_switched_off_needs_nobody() -> None:
    off = [replace(row, state=CredentialState.DISABLED) for row in (used(249), GOOD)]
    assert told((used(1), GOOD), tuple(off)) == [[], []]
    assert told((GOOD,), ()) == [[], []], "an empty home is no alarm"


@pytest.mark.parametrize(
    ("day", "said"), [("2026-11-29", 1), ("2026-12-02", 1), ("2026-12-03", 0), ("2026-11-28", 0), ("", 0)]
)
def test_a_model_that_was_asked_for_today_is_told_of_before_its_end(day: str, said: int) -> None:
    found = told((GOOD,), (used(1),), ends={"gemini-9-pro": day, "gemini-8-pro": TODAY})
    assert found[1] == [Alert("model-end", "gemini-9-pro", day=day)] * said


def test_nothing_is_worked_out_while_nothing_changed() -> None:
    alerts, rows = Alerts(), (used(1),)
    alerts.look(Snapshot(1, 1.0, credentials=rows), {}, TODAY)
    standing = alerts._standing
    alerts.look(Snapshot(2, 2.0, credentials=rows), {}, TODAY)
    assert alerts._standing is standing
