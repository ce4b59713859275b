"""Run by tests/test_windows.py in a fresh interpreter: which modules of ours cannot be imported on Windows.

Libraries are loaded first, as they are here; then the POSIX modules are taken away, `sys.platform` says win32, and
all modules of ours are imported anew. Prints a line for each that fails.
"""

import importlib
import importlib.abc
import pkgutil
import sys

import windows

import gcli2api_tui

GUARDED = {"gcli2api_tui.tui.terminal_io.driver"}
"""The terminal driver for POSIX; elsewhere Textual's own is used."""


class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in windows.POSIX_MODULES:
            raise ModuleNotFoundError(f"No module named '{name}' on Windows", name=name)


def names() -> list[str]:
    found = [module.name for module in pkgutil.walk_packages(gcli2api_tui.__path__, "gcli2api_tui.")]
    return [name for name in found if not name.endswith("__main__") and name not in GUARDED]


def main() -> None:
    for name in names():
        importlib.import_module(name)
    posix = {"textual.drivers.linux_driver", "textual.drivers.linux_inline_driver", *windows.POSIX_MODULES}
    for name in list(sys.modules):
        if name in posix or name.partition(".")[0] == "gcli2api_tui":
            del sys.modules[name]
    sys.modules["msvcrt"] = windows.Msvcrt()
    sys.meta_path.insert(0, Wall())
    sys.platform = "win32"
    for name in names():
        try:
            importlib.import_module(name)
        except (ImportError, AttributeError) as error:
            print(f"{name}: {error}")
    print(*sorted(GUARDED & sys.modules.keys()))


main()
