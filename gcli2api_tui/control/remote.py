"""Asks the running server, from another process on this machine: `status` and `creds login`.

Plain blocking HTTP (urllib) to the loopback address in run.json, so that these commands start fast.
Every failure is a Problem with the way out.
"""

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import Problem

TIMEOUT_S = 20.0


def get(running: Running, path: str) -> Any:
    """GET an admin route; the decoded JSON."""
    return _ask(running, urllib.request.Request(f"{running.url}{path}"))


def post(running: Running, path: str, body: dict[str, Any]) -> Any:
    """POST JSON to an admin route; the decoded answer."""
    data = json.dumps(body).encode()
    return _ask(running, urllib.request.Request(f"{running.url}{path}", data=data, method="POST"))


def _ask(running: Running, request: urllib.request.Request) -> Any:
    request.add_header("Authorization", f"Bearer {running.token.reveal()}")
    request.add_header("Content-Type", "application/json")
    # No proxy from the environment: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Problem(_words(error)) from error
    except (OSError, ValueError, http.client.HTTPException) as error:  # the last: it is no HTTP server
        raise Problem(
            f"The server at {running.url} does not answer.", "If it hangs, stop it and start it again."
        ) from error


def _words(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return error.reason
