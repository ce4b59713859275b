"""Click, Textual and Hypercorn without what they import at their own start and we never use.

Click: ids, which bring `platform`. Textual: its command palette, with six widgets behind it that no tab has and that
its tables of types name, the place of a person's downloads, a table of its colours, the ids of its toasts. Hypercorn:
HTTP/2, WebSockets and other processes, none of which begins here (server/http1.py). Out: the toolkit imported, up to a
fifth sooner (docs/performance.md). What stands in is gone afterwards: whoever imports those modules later has the real
ones, and whoever calls what stood in, the simulator's own Hypercorn, reaches them. Its test tries it with the versions
that pyproject.toml allows.
"""

import importlib
import sys
from collections.abc import Mapping
from types import ModuleType

from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Lean:
    """`unused`: module → what the toolkit takes from it at its import."""

    module: str
    unused: Mapping[str, tuple[str, ...]]


CLICK = Lean("click", {"uuid": ("UUID",)})
"""No command takes one."""
TEXTUAL = Lean(
    "textual.app",
    {
        "textual.command": (
            "CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider",
        ),
        "platformdirs": ("user_downloads_path",),
        "rich.table": ("Table",),
        "uuid": ("uuid4",),
    },
)  # fmt: skip
"""The palette is switched off (tui/base_app.py), nothing is saved into downloads, and no toast is shown."""
HYPERCORN = Lean(
    "hypercorn.asyncio.tcp_server",
    {
        "h2": (),
        "h2.events": (),
        "hypercorn.protocol.h2": ("H2Protocol",),
        "hypercorn.protocol.ws_stream": ("WSStream",),
        "hypercorn.asyncio.run": ("worker_serve",),
        "multiprocessing.synchronize": ("Event",),
        "logging.config": ("dictConfig", "fileConfig"),
    },
)


def import_lean(wanted: Lean) -> None:
    """Before anything that needs the toolkit is imported; once that has happened it does nothing."""
    if wanted.module in sys.modules:
        return
    standing_in = {name: _late(name, names) for name, names in wanted.unused.items() if name not in sys.modules}
    sys.modules.update(standing_in)
    try:
        importlib.import_module(wanted.module)
    finally:
        for name in standing_in:
            del sys.modules[name]


def _late(name: str, names: tuple[str, ...]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update((each, _standing_in(name, each)) for each in names)
    return module


def _standing_in(module: str, name: str) -> type:
    """A class, since tables of types name it; called, it is the real one."""

    def called(_: type, *values: object, **named: object) -> object:
        return getattr(importlib.import_module(module), name)(*values, **named)

    return type(name, (), {"__new__": called})
