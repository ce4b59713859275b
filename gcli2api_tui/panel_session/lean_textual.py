"""Textual without what it imports at its own start and we never use: its command palette, with six widgets behind it
that no tab has and that its tables of types name, and the place of a person's downloads.

Out: `textual.app` imported, a fifth sooner (docs/performance.md). What stands in is gone afterwards: whoever imports
those modules later has the real ones. Its test tries it with the versions that pyproject.toml allows.
"""

import importlib
import sys
from types import ModuleType

UNUSED = {
    "textual.command": (
        "CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider",
    ),
    "platformdirs": ("user_downloads_path",),
}  # fmt: skip
"""Module → what the toolkit's application takes from it at its import: the palette is switched off (tui/base_app.py),
and nothing is saved into downloads."""


def import_lean() -> None:
    """Before anything of the panel is imported; once that has happened it does nothing."""
    if "textual.app" in sys.modules:
        return
    standing_in = {name: _empty(name, names) for name, names in UNUSED.items() if name not in sys.modules}
    sys.modules.update(standing_in)
    try:
        importlib.import_module("textual.app")
    finally:
        for name in standing_in:
            del sys.modules[name]


def _empty(name: str, names: tuple[str, ...]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update((each, type(each, (), {})) for each in names)
    return module
