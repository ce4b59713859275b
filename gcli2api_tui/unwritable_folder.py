"""The one line that helps where a folder of ours cannot be written, since it is another user's.

In: the path, and what the disk said. Out: a sentence with the line to type; another one where that would not help.
Volumes of containers are the usual case: an engine makes the folder that it mounts as root.
"""

import errno
import os
from pathlib import Path

from gcli2api_tui import container_detection
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.shell_line import shell_line


def way_out(path: Path, error: OSError, otherwise: Message) -> Message:
    there = next((one for one in (path, *path.parents) if os.path.exists(one)), path)  # noqa: PTH110 - Path's own raises where it may not look
    mounted = container_detection.runs_in_one()
    if error.errno == errno.EROFS and mounted:
        return say("start.read_only", folder=str(there))
    if error.errno not in (errno.EACCES, errno.EPERM) or (owner := _owner(there)) is None:
        return otherwise
    if mounted:
        return say("start.not_ours_mounted", folder=str(there), owner=owner, own=_own())
    line = shell_line("sudo", "chown", str(_own()), str(there))
    return say("start.not_ours", folder=str(there), owner=owner, own=_own(), line=line)


def _owner(path: Path) -> int | None:
    """None where it is ours, or where nobody has an owner."""
    try:
        owner = path.stat().st_uid
    except OSError:
        return None
    return None if owner == _own() else owner


def _own() -> int:
    return int(getattr(os, "geteuid", lambda: 0)())  # Windows has no such numbers: all are 0 there
