"""`python -m gcli2api_tui.health_check`: is the server of this home alive? For whoever keeps containers alive.

In: run.json, or the settings' port where the disk takes no run.json. Out: status 0 when /healthz answers, else 1 and a
line that says why. Loads little: it runs every few seconds, for years.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

from gcli2api_tui import paths
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.paths import Paths

WAIT_S = 5.0


def main() -> int:
    try:
        where = paths.find(None, os.environ)
        why = fault(run_file.read(where.run_file) or _by_settings(where))
    except Problem as problem:
        why = problem.sentence
    if why:
        sys.stderr.write(f"{why}\n")
    return 1 if why else 0


def fault(running: Running) -> str:
    """Why it counts as dead; "" where it lives."""
    there = urlsplit(running.url)
    if there.scheme == "https":
        asking: http.client.HTTPConnection = http.client.HTTPSConnection(
            there.hostname or "", there.port, timeout=WAIT_S, context=trusting(running.certificate)
        )
    else:
        asking = http.client.HTTPConnection(there.hostname or "", there.port, timeout=WAIT_S)
    try:
        asking.request("GET", "/healthz")
        status = asking.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{running.url}/healthz: {error or type(error).__name__}"
    finally:
        asking.close()
    return "" if status == 200 else f"{running.url}/healthz: {status}"


def _by_settings(where: Paths) -> Running:
    """Raises SettingsFault."""
    from gcli2api_tui.config import settings_loading

    port = settings_loading.load(where.config_file, os.environ, {}).settings.port
    return Running(0, f"http://127.0.0.1:{port}", Secret(""))


if __name__ == "__main__":
    sys.exit(main())
