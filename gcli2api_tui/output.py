"""What is printed reaches a file or a pipe, whatever code page it is written in.

A redirected stream has the machine's old code page on Windows (cp1252, gbk), which lacks most signs; printing one
would end the command in the middle. Signs that it lacks are written as JSON writes them (`\\u25cf`): nothing is lost,
and printed JSON stays JSON.
"""

import codecs
import io
import json
import os
import sys

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


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
