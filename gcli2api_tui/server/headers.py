"""Headers of a request as a client sent them, and of an answer while they come together. Pure.

In: pairs. Out: all of them in their order; of a request a table of the first values, by names in lower case; of an
answer the value of a name in any case. They are as Quart's own, and need no import of it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol, overload

_USUAL = 64
"""Longer names are nobody's, and not kept."""


class ReadHeaders(Protocol):
    """What is asked of a request's headers: Quart's, or a table as `SentHeaders.first`. By names in lower case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def __contains__(self, key: str, /) -> bool: ...


class SentHeaders:
    """Names as Quart writes them, in their order. Of a name that comes twice the first counts."""

    __slots__ = ("first", "pairs")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]], peer: str) -> None:
        self.pairs = [("Remote-Addr", peer)]
        self.first = {"remote-addr": peer}
        """By names in lower case."""
        for name, value in raw:
            shown, lower = _names(name) if len(name) <= _USUAL else _named(name)
            self.pairs.append((shown, text := value.decode("latin1")))
            self.first.setdefault(lower, text)

    def add(self, name: str, value: str) -> None:
        self.pairs.append((name, value))
        self.first.setdefault(name.lower(), value)


def headers_of(scope: Mapping[str, Any]) -> SentHeaders:
    """Those of an ASGI request, as Quart makes them."""
    headers = SentHeaders(scope["headers"], (scope.get("client") or ["<local>"])[0])
    if scope["http_version"] < "1.1" and "host" not in headers.first:
        headers.add("Host", "")
    return headers


class WrittenHeaders(Protocol):
    """What is asked of headers, Quart's or ours."""

    def get(self, key: str, /) -> str | None: ...

    def __contains__(self, key: str, /) -> bool: ...

    def __setitem__(self, key: str, value: str, /) -> None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class AnswerHeaders:
    """A name that is set again keeps its place."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = list(pairs)

    def get(self, key: str, /) -> str | None:
        lower = key.lower()
        for name, value in self.pairs:
            if name.lower() == lower:
                return value
        return None

    def __contains__(self, key: str, /) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: str, value: str, /) -> None:
        lower, pairs = key.lower(), self.pairs
        for at, (name, _) in enumerate(pairs):
            if name.lower() == lower:
                pairs[at:] = [(key, value), *(pair for pair in pairs[at + 1 :] if pair[0].lower() != lower)]
                return
        pairs.append((key, value))

    def items(self) -> Iterable[tuple[str, str]]:
        return self.pairs


def _named(name: bytes) -> tuple[str, str]:
    shown = name.decode("latin1").title()
    return shown, shown.lower()


_names = lru_cache(maxsize=256)(_named)
"""Clients send the same ones again and again."""
