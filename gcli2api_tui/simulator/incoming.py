"""What a handler wants to know of the request that is being answered: its journal entry, its body, its credentials.

The application puts the entry into the ASGI scope; bodies are parsed as strictly as Google parses them and noted there.
"""

import base64
import binascii
import json
from typing import Any, cast
from urllib.parse import unquote_plus

from quart import request

from gcli2api_tui.simulator.journal import SECRET_FIELDS, Entry, redacted
from gcli2api_tui.simulator.refusals import invalid


def entry() -> Entry:
    return cast(Entry, _scope()["sim.entry"])


def want_array(wanted: bool) -> None:
    """Wrap the error of this request in a one-element array, as Google sometimes does."""
    _scope()["sim.array"] = wanted


def array_wanted() -> bool:
    return bool(_scope().get("sim.array"))


def hang_up() -> None:
    """Close this connection instead of sending the status."""
    _scope()["sim.hang_up"] = True


async def json_body() -> Any:
    text = await request.get_data()
    try:
        body = json.loads(text or b"{}")
    except ValueError:
        raise invalid("Invalid JSON payload received. Unexpected token.\n^") from None
    entry().body = body
    if not isinstance(body, dict):
        raise invalid('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return body


async def form() -> dict[str, str]:
    """A form's fields; the journal keeps fingerprints of the secret ones."""
    fields = {name: str(value) for name, value in (await request.form).items()}
    entry().body = redacted(fields, SECRET_FIELDS)
    return fields


def bearer() -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def api_key() -> str:
    return str(request.headers.get("x-goog-api-key") or request.args.get("key") or "")


def basic() -> tuple[str, str] | None:
    """Client id and secret of an Authorization: Basic header."""
    kind, _, coded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(coded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(name), unquote_plus(secret)


def _scope() -> dict[str, object]:
    return cast(dict[str, object], request.scope)
