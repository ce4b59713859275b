"""A string that must not be seen: tokens, keys, passwords.

Its repr and str are a mask, so that an f-string, a log line or a traceback cannot leak it by accident.
`reveal()` is called only where the value goes onto the wire or into its own file.
"""

import hashlib
import hmac
from typing import final

MASK = "••••"


@final
class Secret:
    """Wraps a secret text. Equal by value, hashable, never printable."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself."""
        return self._value

    def fingerprint(self) -> str:
        """First 16 hex digits of SHA-256: enough to find duplicates, useless to an attacker."""
        return hashlib.sha256(self._bytes()).hexdigest()[:16]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """In a time that tells nothing about where they differ."""
        return isinstance(other, Secret) and hmac.compare_digest(self._bytes(), other._bytes())

    def _bytes(self) -> bytes:
        """Of any text: a variable may hold what is no UTF-8."""
        return self._value.encode("utf-8", "surrogatepass")

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__
