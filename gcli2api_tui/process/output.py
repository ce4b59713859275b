"""Printed text and lines for people: whatever code page they are written in, and whether or not anybody reads.

A redirected stream has the machine's old code page on Windows (cp1252, gbk), which lacks most signs; printing one
would end the command in the middle. Signs that it lacks are written as JSON writes them (`\\u25cf`): nothing is lost,
and printed JSON stays JSON. `say` never waits long for whoever should read.
"""

import codecs
import contextlib
import io
import json
import os
import select
import sys
from typing import TextIO

SAY_S = 0.2
"""How long a line waits for a reader: a full pipe must not keep a server from starting."""

PIECE = 512
"""What POSIX lets a pipe take at once when it says that it takes anything."""

ESCAPED = "gcli2api-tui-escaped"


def survive_code_pages() -> None:
    """For stdout and stderr of this process; once is enough, twice is harmless."""
    codecs.register_error(ESCAPED, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(errors=ESCAPED)


def keep_standard_descriptors() -> None:
    """A descriptor that is closed at the start would be given to the next file that is opened, such as state.db."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def say(*lines: str, stream: TextIO | None = None) -> None:
    """Write to stderr, or to `stream`, without ever waiting long for whoever should read it."""
    stream = stream or sys.stderr
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):  # ValueError: closed, or no file behind it
        data = "".join(f"{line}\n" for line in lines).encode(stream.encoding or "utf-8", "replace")
        stream.flush()
        descriptor = stream.fileno()
        for start in range(0, len(data), PIECE):
            if not _takes(descriptor):
                return
            os.write(descriptor, data[start : start + PIECE])


def _takes(descriptor: int) -> bool:
    return sys.platform == "win32" or bool(select.select([], [descriptor], [], SAY_S)[1])


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
