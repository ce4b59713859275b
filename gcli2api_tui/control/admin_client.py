"""Asks the running server, from another process on this machine: `status` and `creds …`.

Plain blocking HTTP (local_http.py) to the loopback address in run.json, so that these commands start fast.
Every failure is a Problem with the way out; a ClientFault with its status where the server itself refused.
"""

import json
import socket
import urllib.parse
from collections.abc import Mapping
from typing import Any, Literal

from gcli2api_tui import __version__
from gcli2api_tui.control.local_http import Heard, ask
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import Message, quoted, say

TIMEOUT_S = 20.0
PROBE_S = 1.0
HEARD_S = 5.0
"""One that restarts lets its callers wait."""
_ENOUGH = 10_000
"""Bytes of what may be another program's answer."""
_OURS = {"User-Agent": f"gcli2api-tui/{__version__}"}


def listens(running: Running) -> bool:
    """Whether anybody is there: a process that was killed leaves its run.json, and its number goes to another."""
    where = urllib.parse.urlsplit(running.url)
    try:
        socket.create_connection((where.hostname or "", where.port or 80), timeout=2.0).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


def version_of(url: str) -> str:
    """Which version of ours answers there; empty where it is another program, or none."""
    import ssl  # `status` needs none of it

    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        heard = ask("GET", f"{url}/", _OURS, timeout_s=PROBE_S, tls=anybody, most=_ENOUGH)
        said = json.loads(heard.body) if heard.is_good else {}
    except (OSError, ValueError):
        return ""
    ours = isinstance(said, dict) and said.get("name") == "gcli2api-tui"
    return str(said.get("version", ""))[:20] if ours else ""


def takes(running: Running, key: str, *, panel: bool) -> bool | None:
    """Whether the server there takes this key; None where nobody says."""
    path = "/admin/api/terms" if panel else "/v1/models"
    try:
        heard = _heard(running, "GET", path, key, timeout_s=PROBE_S, most=_ENOUGH)
    except (OSError, ValueError):
        return None
    return True if heard.is_good else False if heard.status == 401 else None


def heard(running: Running) -> Literal["answers", "silent", "other"]:
    """Whether the server that wrote run.json answers, with its own token. `other`: nobody there, or another program."""
    try:
        answer = _heard(running, "GET", "/admin/api/terms", running.token.reveal(), timeout_s=HEARD_S, most=_ENOUGH)
    except (OSError, ValueError) as error:
        return "silent" if isinstance(error, TimeoutError) else "other"
    return "answers" if answer.is_good else "other"


def get(running: Running, path: str) -> Any:
    """GET an admin route; the decoded JSON."""
    return _json(running, _asked(running, "GET", path, TIMEOUT_S))


def post(running: Running, path: str, body: Mapping[str, object], timeout_s: float = TIMEOUT_S) -> Any:
    """POST JSON to an admin route; the decoded answer."""
    return _json(running, _asked(running, "POST", path, timeout_s, json.dumps(body).encode()))


def get_text(running: Running, path: str) -> str:
    """GET an admin route that answers with a text."""
    return _asked(running, "GET", path, TIMEOUT_S).decode("utf-8", "replace")


def _json(running: Running, body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise _no_answer(running) from error


def _asked(running: Running, method: str, path: str, timeout_s: float, body: bytes | None = None) -> bytes:
    try:
        answer = _heard(running, method, path, running.token.reveal(), body, timeout_s=timeout_s)
    except (OSError, ValueError) as error:  # the last: it is no HTTP server
        raise _no_answer(running) from error
    if not answer.is_good:
        raise ClientFault(_words(answer), status=answer.status)
    return answer.body


def _heard(
    running: Running,
    method: str,
    path: str,
    key: str,
    body: bytes | None = None,
    *,
    timeout_s: float,
    most: int | None = None,
) -> Heard:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **_OURS}
    tls = trusting(running.certificate)
    return ask(method, f"{running.url}{path}", headers, body, timeout_s=timeout_s, tls=tls, most=most)


def _no_answer(running: Running) -> Problem:
    return Problem(say("cli.no_answer", url=running.url), say("cli.if_it_hangs"))


def _words(answer: Heard) -> Message:
    try:
        return quoted(str(json.loads(answer.body)["error"]["message"]))
    except (ValueError, KeyError, TypeError):
        return quoted(answer.reason)
