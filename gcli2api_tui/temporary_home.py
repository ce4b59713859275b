"""A folder for a server that leaves nothing behind: the demo's, and the one that recordings are replayed against.

In: what its name begins with. Out: a folder that is gone when it is closed, or a StartFault where no disk takes one, as
in a container whose root is read-only.
"""

import tempfile

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import say


def temporary_home(prefix: str) -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(prefix=prefix)
    except OSError as error:
        why = say("start.no_temporary", why=str(error.strerror or error))
        raise StartFault(why, way_out=say("start.set_tmpdir")) from error
