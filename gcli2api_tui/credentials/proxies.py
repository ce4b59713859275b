"""The outbound proxy that a person sets for one credential: what is taken, and what may be shown of it.

In: a URL as text. Out: the same, or why it cannot be one. It may hold a password, so only `shown_proxy` is for eyes.
"""

from importlib.util import find_spec
from urllib.parse import urlsplit

from gcli2api_tui.messages.message import NOTHING, Message, say

HTTP = ("http", "https")
SOCKS = ("socks5", "socks5h")


def proxy_objection(url: str) -> Message:
    """Why this is no proxy to go through; "" when it is one. Quotes nothing of the URL."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return say("proxy.no_url")
    if parts.scheme in SOCKS and find_spec("socksio") is None:
        return say("proxy.socks")
    if parts.scheme not in (*HTTP, *SOCKS):
        return say("proxy.begin")
    if not host or port == 0 or parts.path not in ("", "/") or parts.query or parts.fragment:
        return say("proxy.address")
    return NOTHING


def shown_proxy(url: str) -> str:
    """Scheme, host and port: never who signs in there."""
    if not url:
        return NOTHING
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
