"""The panel's alerts through a driver: the title once while it reads the same, a bell and OSC 9 once per event."""

from dataclasses import replace
from typing import Any

import pytest
from alone import shown
from textual.drivers.headless_driver import HeadlessDriver
from tui.conftest import FakeControl, FakeReader, credential, exchange

from gcli2api_tui.clock import Clock
from gcli2api_tui.ledger.credential_rows import CredentialState, ModelUse
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint.look import ASCII, Look
from gcli2api_tui.tui.paint.status_row import window_title
from gcli2api_tui.tui.terminal_io.notices import WAYS, AlertWay
from gcli2api_tui.tui.verbs.alert_verbs import KINDS
from gcli2api_tui.tui.words import Words

AT = 1_790_000_000.0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes out beside frames."""
    found: list[str] = []
    for name in ("tell", "tell_title"):
        monkeypatch.setattr(HeadlessDriver, name, lambda self, sequence: found.append(sequence), raising=False)
    return found


def quotas(used: int) -> dict[str, Any]:
    return {"quotas": (ModelUse("gemini-2.5-pro", used, 1000), ModelUse("gemini-2.5-flash", 1, 1000))}


def test_the_title_says_what_runs_and_how_much_is_left() -> None:
    rows = (credential("a", **quotas(900)), credential("b", **quotas(380)))
    live = (exchange(1, ExchangeState.STREAMING), exchange(2, ExchangeState.SENT), exchange(3))
    moment = Snapshot(1, AT, credentials=rows, exchanges=live)
    assert window_title(moment, Look(Words("en"))) == "● 2 live · pro 36 %"
    assert window_title(moment, Look(Words("en"), ASCII)).isascii()
    assert window_title(Snapshot(1, AT), Look(Words("en"))) == "○ gcli2api-tui"


async def told(sent: list[str], ways: Any, kinds: Any = KINDS) -> tuple[str, list[str]]:
    """(the screen, what was sent) after a sign-in ended, while the panel looked twice at each moment."""
    screen = (("alerts", ", ".join(kinds) or "off"), ("alert_by", ", ".join(ways) or "off"))
    server = ServerFacts(screen=screen)
    reader = FakeReader(Snapshot(1, AT, server, credentials=(credential("a"), credential("b"))))
    panel = Panel(reader, FakeControl(), Clock(), refresh_hz=50)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        ended = credential("b", CredentialState.NEEDS_LOGIN)
        for rows in ((credential("a"), ended), (credential("a"), replace(ended, in_flight=1))):
            reader.change(credentials=rows)
            panel.show_this(reader.snapshot())
            await pilot.pause()
        return shown(panel), list(sent)


async def test_each_way_is_used_once(sent: list[str]) -> None:
    screen, went = await told(sent, WAYS)
    assert "Sign-in of b@gmail.com ended" in screen
    assert went.count("\a") == 1 and sum("]9;" in one for one in went) == 1
    assert sum("]2;" in one for one in went) == 1, "the title read the same all the time"


@pytest.mark.parametrize("ways", [("title",), ("bell",), ()])
async def test_what_is_turned_off_is_not_used(sent: list[str], ways: tuple[AlertWay, ...]) -> None:
    _, went = await told(sent, ways)
    assert len(went) == len(ways)


async def test_a_kind_that_is_turned_off_is_not_told(sent: list[str]) -> None:
    screen, went = await told(sent, ("bell",), kinds=())
    assert went == [] and "Sign-in of b" not in screen
