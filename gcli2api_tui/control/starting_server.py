"""The two sides of a panel whose server is still being started, or reached: what is known at once, and verbs that wait.

In: the address and the keys; later the real sides, by `come`. Out: an empty snapshot that says `starting`, and `moved`
when there is more. A verb that a person uses meanwhile is done as soon as somebody can do it: no key is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, cast

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.verb_results import ExportForm, Keys, LoginStatus, Refused
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot

if TYPE_CHECKING:
    from gcli2api_tui.control.question import AskedRow, AskRequest
    from gcli2api_tui.events.ids import AskId
    from gcli2api_tui.ledger.admin_rows import ClientKeyRow, ModelRow, RecordingRow, SettingRow, UsageColumn, UsageTable
    from gcli2api_tui.ledger.exchange_rows import Elsewhere
    from gcli2api_tui.ledger.wire_rows import Wire

Side = TypeVar("Side")


class Coming(Generic[Side]):
    """One that will be there."""

    def __init__(self) -> None:
        self.there: Side | None = None
        self._came = asyncio.Event()

    def come(self, there: Side) -> None:
        self.there = there
        self._came.set()

    async def wait(self) -> Side:
        await self._came.wait()
        assert self.there is not None
        return self.there


class StartingReader:
    """Implements `control.ports.Reader`. What is asked with `await` is asked of the real one."""

    def __init__(self, clock: Clock, server: ServerFacts, keys: Keys, how: Literal["starting", "connecting"]) -> None:
        self._clock, self._server, self._keys, self._how = clock, server, keys, how
        self.real: Coming[Reader] = Coming()

    revision = 0

    async def moved(self, revision: int) -> None:
        await self.real.wait()

    def ahead(self) -> Iterator[None]:
        return iter(())

    def snapshot(self) -> Snapshot:
        return Snapshot(0, self._clock.now(), self._server, starting=self._how)

    async def whole_snapshot(self) -> Snapshot:
        return await (await self.real.wait()).whole_snapshot()

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        return Page(exchange, 0)

    def asked(self, ask: "AskId") -> "AskedRow | None":
        return None

    def asked_text(self, ask: "AskId", from_offset: int = 0) -> Page:
        return Page(ExchangeId(ask), 0)

    def wire(self, exchange: ExchangeId) -> "Wire":
        from gcli2api_tui.ledger.wire_rows import Wire

        return Wire(exchange)

    def opening(self, exchange: ExchangeId) -> str:
        return ""

    async def request_of(self, exchange: ExchangeId) -> "AskRequest | Refused":
        return await (await self.real.wait()).request_of(exchange)

    async def holding(self, words: Sequence[str]) -> Mapping[str, frozenset[ExchangeId]]:
        return await (await self.real.wait()).holding(words)

    async def chosen(self, text: str) -> Sequence[ExchangeRow] | Refused:
        return await (await self.real.wait()).chosen(text)

    async def exported(self, rows: Sequence[ExchangeRow], form: ExportForm, *, private: bool = False) -> str:
        return await (await self.real.wait()).exported(rows, form, private=private)

    async def elsewhere(self, since: int = 0) -> "Elsewhere":
        return await (await self.real.wait()).elsewhere(since)

    def saved_filters(self) -> tuple[str, ...]:
        return ()

    def models(self) -> "tuple[ModelRow, ...]":
        return ()

    async def settings(self) -> "tuple[SettingRow, ...]":
        return await (await self.real.wait()).settings()

    async def usage(self, by: "UsageColumn", days: int) -> "UsageTable":
        return await (await self.real.wait()).usage(by, days)

    def keys(self) -> Keys:
        return self._keys

    def client_keys(self) -> "tuple[ClientKeyRow, ...]":
        return ()

    async def recording(self) -> "RecordingRow":
        return await (await self.real.wait()).recording()


class StartingControl:
    """Every verb of `control.ports.Control`, by its name: it waits for the real one and is done by that."""

    def __init__(self) -> None:
        self.real: Coming[Control] = Coming()

    @property
    def as_control(self) -> Control:
        return cast("Control", self)

    def login_status(self, login: str) -> LoginStatus:
        """The one that is not awaited; nobody has begun a sign-in before there is a server."""
        return self.real.there.login_status(login) if self.real.there else LoginStatus("waiting", ())

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[object]]:
        async def later(*given: object, **named: object) -> object:
            return await getattr(await self.real.wait(), verb)(*given, **named)

        return later
