"""Headers and queries without their secrets, for whoever looks at a request later. Pure.

In: what a client sent. Out: the same with a mask in place of keys, tokens and cookies, by the names they stand under.
Nothing that was sent is kept before it has been here.
"""

from collections.abc import Iterable
from functools import lru_cache

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.ledger.wire_rows import Headers

LONGEST = 2_000
"""Characters of a header that are kept."""

SECRET_NAMES = ("auth", "key", "token", "secret", "cookie", "password", "credential", "signature", "upload_id")
"""What the name of a header or of a part of the query holds whose value is nobody's business."""

_OURS = "Remote-Addr"
"""Quart adds it to what came."""
_SCHEMES = ("bearer", "basic", "digest", "negotiate")


def masked_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple(
        (name, _masked(value) if is_secret(name) else value[:LONGEST]) for name, value in headers if name != _OURS
    )


def masked_query(query: str) -> str:
    if not query:
        return ""
    return "&".join(_masked_part(part) for part in query[:LONGEST].split("&"))


@lru_cache(maxsize=512)
def is_secret(name: str) -> bool:
    lower = name.casefold()
    return any(part in lower for part in SECRET_NAMES)


def _masked(value: str) -> str:
    """The scheme stays: that a client sends Basic instead of Bearer is worth seeing."""
    scheme = value.partition(" ")[0]
    return f"{scheme} {MASK}" if scheme.casefold() in _SCHEMES else MASK


def _masked_part(part: str) -> str:
    name, sign, _ = part.partition("=")
    return f"{name}={MASK}" if sign and is_secret(name) else part
