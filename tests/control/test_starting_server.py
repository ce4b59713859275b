"""The sides of a panel whose server is not there yet: whole, and what is asked of them reaches the real ones."""

import asyncio
import inspect
from typing import Any, cast

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.starting_server import StartingControl, StartingReader
from gcli2api_tui.control.verb_results import Keys, LoginStatus
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import ServerFacts


def members(side: type) -> dict[str, Any]:
    """Of a protocol and those that it is made of."""
    return {name: one for part in side.__mro__ for name, one in vars(part).items() if not name.startswith("_")}


def empty_reader() -> StartingReader:
    return StartingReader(Clock(), ServerFacts("http://x"), Keys(Secret("one"), Secret("two")), "starting")


class Remembering:
    """Any side: each call, by its name and what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any, **named: Any) -> str:
            self.calls.append((name, given, named))
            return f"answer of {name}"

        return call


def test_a_reader_says_all_that_is_asked_without_waiting() -> None:
    reader = empty_reader()
    arguments = {"exchange": 1, "ask": 1}
    for name, member in members(Reader).items():
        if inspect.iscoroutinefunction(member):
            continue
        said = getattr(reader, name)
        if callable(said):
            wanted = [p.name for p in inspect.signature(said).parameters.values() if p.default is p.empty]
            said = said(*(arguments[one] for one in wanted))
    assert reader.snapshot().starting == "starting"
    assert reader.keys().client.reveal() == "one"


@pytest.mark.parametrize("name", sorted(n for n, m in members(Control).items() if inspect.iscoroutinefunction(m)))
async def test_a_verb_waits_for_the_real_control(name: str) -> None:
    control, real = StartingControl(), Remembering()
    asked = asyncio.ensure_future(getattr(control.as_control, name)("given", named=1))
    await asyncio.sleep(0)
    assert not asked.done()
    control.real.come(cast("Control", real))
    assert await asked == f"answer of {name}"
    assert real.calls == [(name, ("given",), {"named": 1})]


@pytest.mark.parametrize("name", sorted(n for n, m in members(Reader).items() if inspect.iscoroutinefunction(m)))
async def test_what_is_awaited_of_a_reader_is_asked_of_the_real_one(name: str) -> None:
    reader, real = empty_reader(), Remembering()
    given = tuple(inspect.signature(getattr(reader, name)).parameters.values())
    asked = asyncio.ensure_future(getattr(reader, name)(*("it" for one in given if one.default is one.empty)))
    await asyncio.sleep(0)
    assert not asked.done()
    reader.real.come(cast("Reader", real))
    said = await asked
    assert said == (None if name == "moved" else f"answer of {name}")


def test_a_sign_in_that_was_begun_meanwhile_tells_how_it_stands() -> None:
    class Real(Remembering):
        def login_status(self, login: str) -> LoginStatus:
            return LoginStatus("done", ())

    control = StartingControl()
    look = control.as_control.login_status  # a screen keeps it
    assert look("L1").phase == "waiting"
    control.real.come(cast("Control", Real()))
    assert look("L1").phase == "done"
