"""Finds work on the loop's thread that may wait for a disk or take long: locks, files, compression, large JSON.

In: a program that runs. Out: places in our package where its code did such a thing while the loop ran, once each. What
a test itself does on its loop is its own affair: only a coroutine of ours, or what the loop called itself, is blamed.
What happens before a server listens, and after it has ended, is allowed by the name of the function that does it.
"""

import asyncio
import builtins
import gzip
import io
import json
import os
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE
from pathlib import Path
from types import FrameType
from typing import Any

import gcli2api_tui

PACKAGE = str(Path(gcli2api_tui.__file__).parent)
SIMULATOR = os.path.join(PACKAGE, "simulator")
TESTS = str(Path(__file__).parent)

LARGE = 256 * 1024

BEFORE_AND_AFTER = {
    ("control_wiring.py", "build"),
    ("bootstrap.py", "prepare"),
    ("start.py", "_built"),
    ("lifecycle/home_lock.py", "only_one"),
    ("runtime.py", "announce"),
    ("runtime.py", "close"),
    ("lifecycle/home_lock.py", "bound"),
    ("runtime.py", "show"),
    ("server/connections.py", "__init__"),
    ("cli/login.py", "_serve_for_it"),
    ("demo/instance.py", "_play"),
    ("cli/credentials_backend.py", "_parts"),
}
"""Files of the package with functions of theirs in which nobody is served yet, or any more."""

WATCHED: dict[str, tuple[Any, ...]] = {
    "open": (builtins, io, os),
    "fsync": (os,),
    "replace": (os,),
    "rename": (os,),
    "connect": (sqlite3,),
    "ZipFile": (zipfile,),
    "compress": (zlib, gzip),
    "decompress": (zlib, gzip),
}

if sys.platform != "win32":
    import fcntl

    WATCHED["flock"] = (fcntl,)


class LoopGuard:
    """`install` it once; then `found` grows."""

    def __init__(self, tell: Callable[[str], None] = lambda line: None) -> None:
        self.tell = tell
        self.found: dict[str, None] = {}
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        for name, modules in WATCHED.items():
            for module in modules:
                self._wrap(module, name, _is_a_disk)
        self._wrap(json, "loads", _is_large)
        self._wrap(json, "load", lambda arguments: True)
        # Not an encoder's own `encode`: an answer goes through it, at a few milliseconds a megabyte.
        self._wrap_result(json, "dumps", partial(self._weighed, "json.dumps"))
        self._wrap_result(zlib, "decompressobj", lambda real: _Inflate(real, partial(self._weighed, "decompressobj")))

    def remove(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _wrap(self, module: Any, name: str, counts: Callable[[tuple[Any, ...]], bool]) -> None:
        real = getattr(module, name)
        if isinstance(real, type):
            replaced: Any = self._watched_class(module, real)
        else:

            def replaced(*arguments: Any, **options: Any) -> Any:
                if counts(arguments):
                    self.note(f"{module.__name__}.{name}")
                return real(*arguments, **options)

        setattr(module, name, replaced)
        self._undo.append(lambda: setattr(module, name, real))

    def _wrap_result(self, module: Any, name: str, changed: Callable[[Any], Any]) -> None:
        real = getattr(module, name)
        setattr(module, name, lambda *arguments, **options: changed(real(*arguments, **options)))
        self._undo.append(lambda: setattr(module, name, real))

    def _weighed(self, name: str, made: Any) -> Any:
        if len(made) > LARGE:
            self.note(name, 3)
        return made

    def _watched_class(self, module: Any, real: type) -> type:
        guard = self

        class Watched(real):  # type: ignore[misc]
            def __init__(self, *arguments: Any, **options: Any) -> None:
                guard.note(f"{module.__name__}.{real.__name__}")
                super().__init__(*arguments, **options)

        Watched.__name__ = real.__name__
        return Watched

    def note(self, what: str, above: int = 2) -> None:
        if asyncio._get_running_loop() is None:
            return
        if place := culprit(sys._getframe(above)):
            line = f"{place} on the loop: {what}"
            if line not in self.found:
                self.found[line] = None
                self.tell(line)


class _Inflate:
    """zlib's own, whose type cannot be changed."""

    def __init__(self, real: Any, weighed: Callable[[Any], Any]) -> None:
        self._real, self._weighed = real, weighed

    def decompress(self, *arguments: Any, **options: Any) -> Any:
        return self._weighed(self._real.decompress(*arguments, **options))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _is_a_disk(arguments: tuple[Any, ...]) -> bool:
    """The null device is none; a spare descriptor is opened there."""
    return arguments[:1] != (os.devnull,)


def _is_large(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments) and isinstance(arguments[0], str | bytes | bytearray) and len(arguments[0]) > LARGE


def culprit(frame: FrameType | None) -> str:
    """The innermost place of ours, where one of our coroutines, or the loop itself, led to it; else ""."""
    innermost, ours_runs = "", False
    while frame is not None:
        code = frame.f_code
        name = code.co_filename
        if name.startswith(PACKAGE) and not name.startswith(SIMULATOR):
            short = name.removeprefix(PACKAGE + os.sep).replace(os.sep, "/")
            if (short, code.co_name) in BEFORE_AND_AFTER:
                return ""
            innermost = innermost or f"{short}:{frame.f_lineno} {code.co_name}"
            ours_runs = ours_runs or bool(code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR))
        elif innermost and name.startswith(TESTS):
            return innermost if ours_runs else ""
        elif innermost and name.endswith(os.path.join("asyncio", "events.py")):
            return innermost
        elif not innermost and name.startswith(TESTS):
            return ""
        frame = frame.f_back
    return ""
