"""In which container this runs, so that people are told lines that they can type outside of it.

In: the environment, the machine's name, and the files that engines leave in the root; `container` is what systemd and
Podman, and our image, tell a program by. Out: what stands before a command that is run in here, or "" where this is no
container.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_MARKS = {".dockerenv": "docker", "run/.containerenv": "podman"}
_SHORT_ID = re.compile(r"[0-9a-f]{12}")
_POD = re.compile(r"[a-z0-9][a-z0-9.-]*")


def runs_in_one(root: Path = Path("/")) -> bool:
    return bool(_engine(os.environ, root))


def inside(environ: Mapping[str, str], root: Path = Path("/"), hostname: str = "") -> str:
    """`docker exec 3f9c01d2e4a7 `, with a blank behind it. An engine names a machine by the container's id."""
    import socket  # `key` asks nothing of a container

    name, engine = hostname or socket.gethostname(), _engine(environ, root)
    if engine == "kubectl":
        return f"kubectl exec {name if _POD.fullmatch(name) else 'POD'} -- "
    return f"{engine} exec {name if _SHORT_ID.fullmatch(name) else 'CONTAINER'} " if engine else ""


def _engine(environ: Mapping[str, str], root: Path) -> str:
    if environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubectl"
    found = next((engine for mark, engine in _MARKS.items() if (root / mark).exists()), environ.get("container", ""))
    return found if found in _MARKS.values() else ""
