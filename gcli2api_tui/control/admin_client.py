"""Asks the running server, from another process on this machine: `status` and `creds …`.

Plain blocking HTTP (urllib) to the loopback address in run.json, so that these commands start fast.
Every failure is a Problem with the way out; a ClientFault with its status where the server itself refused.
"""

import http.client
import json
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Literal

from gcli2api_tui import __version__
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import Message, quoted, say

TIMEOUT_S = 20.0
PROBE_S = 1.0
HEARD_S = 5.0
"""One that restarts lets its callers wait."""


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
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with _opener(anybody).open(f"{url}/", timeout=PROBE_S) as answer:
            said = json.loads(answer.read(10_000))
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    ours = isinstance(said, dict) and said.get("name") == "gcli2api-tui"
    return str(said.get("version", ""))[:20] if ours else ""


def takes(running: Running, key: str, *, panel: bool) -> bool | None:
    """Whether the server there takes this key; None where nobody says."""
    path = "/admin/api/terms" if panel else "/v1/models"
    headers = {"Authorization": f"Bearer {key}", "User-Agent": f"gcli2api-tui/{__version__}"}
    request = urllib.request.Request(f"{running.url}{path}", headers=headers)
    opener = _opener(trusting(running.certificate))
    try:
        with opener.open(request, timeout=PROBE_S):
            return True
    except urllib.error.HTTPError as error:
        return False if error.code == 401 else None
    except (OSError, ValueError, http.client.HTTPException):
        return None


def heard(running: Running) -> Literal["answers", "silent", "other"]:
    """Whether the server that wrote run.json answers, with its own token. `other`: nobody there, or another program."""
    request = urllib.request.Request(f"{running.url}/admin/api/terms")
    request.add_header("Authorization", f"Bearer {running.token.reveal()}")
    opener = _opener(trusting(running.certificate))
    try:
        with opener.open(request, timeout=HEARD_S):
            return "answers"
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)
        return "silent" if late else "other"


def get(running: Running, path: str) -> Any:
    """GET an admin route; the decoded JSON."""
    return _ask(running, urllib.request.Request(f"{running.url}{path}"), TIMEOUT_S)


def post(running: Running, path: str, body: Mapping[str, object], timeout_s: float = TIMEOUT_S) -> Any:
    """POST JSON to an admin route; the decoded answer."""
    data = json.dumps(body).encode()
    return _ask(running, urllib.request.Request(f"{running.url}{path}", data=data, method="POST"), timeout_s)


def get_text(running: Running, path: str) -> str:
    """GET an admin route that answers with a text."""
    request = urllib.request.Request(f"{running.url}{path}")
    return str(_ask(running, request, TIMEOUT_S, lambda answer: answer.read().decode("utf-8", "replace")))


def _ask(
    running: Running, request: urllib.request.Request, timeout_s: float, read: Callable[[Any], Any] = json.load
) -> Any:
    request.add_header("Authorization", f"Bearer {running.token.reveal()}")
    request.add_header("Content-Type", "application/json")
    opener = _opener(trusting(running.certificate))
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            return read(answer)
    except urllib.error.HTTPError as error:
        raise ClientFault(_words(error), status=error.code) from error
    except (OSError, ValueError, http.client.HTTPException) as error:  # the last: it is no HTTP server
        raise Problem(say("cli.no_answer", url=running.url), say("cli.if_it_hangs")) from error


def _opener(trusted: ssl.SSLContext | None) -> urllib.request.OpenerDirector:
    """No proxy from the environment: the server is on this machine."""
    handlers = [urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=trusted)] if trusted else [])]
    return urllib.request.build_opener(*handlers)


def _words(error: urllib.error.HTTPError) -> Message:
    try:
        return quoted(str(json.load(error)["error"]["message"]))
    except (ValueError, KeyError, TypeError):
        return quoted(error.reason)
