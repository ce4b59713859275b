"""A demo as a running instance sees it: one that it is itself, or one that it can show beside itself.

`Staging` is what a demo adds to its instance: a past before it serves, trouble that its panel may make, and who plays
its keys. Made by `demo.py`, used by `runtime.py`; any other instance has none.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Protocol

from gcli2api_tui.control.demo_trouble import Trouble
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.wiring import Parts

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel


@dataclass(frozen=True, slots=True)
class Staging:
    begin: Callable[[Parts], None]
    """Before anybody is served."""
    trouble: Callable[[Parts], Trouble]
    play: "Callable[[Panel], Coroutine[None, None, None]] | None" = None
    """Beside the panel, from its first frame on; the panel ends with it."""


class Shown(Protocol):
    """An instance that has a panel for whoever visits it."""

    def new_panel(self, begin_demo: Callable[[], Awaitable[None]] | None, *, visiting: bool = False) -> "Panel": ...


class DemoVisit(Protocol):
    """A demo beside the server, for a person who only looks: none, or one that serves."""

    @property
    def runtime(self) -> Shown | None: ...

    async def begin(self) -> None: ...

    async def end(self) -> None: ...
