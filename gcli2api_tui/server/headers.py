"""Headers of a request as a client sent them, and of an answer while they come together: each name in any case. Pure.

In: pairs. Out: the first value of a name, or all pairs in their order. Quart's own are read and written in the same way
on its routes; these need no import of it, and look a name up where those compare it with each that came.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol, overload

_USUAL = 64
"""Longer names are nobody's, and not kept."""


class ReadHeaders(Protocol):
    """What is asked of headers, Quart's or ours."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def __contains__(self, key: str, /) -> bool: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class SentHeaders:
    """Names as Quart writes them, in their order. Of a name that comes twice the first counts."""

    __slots__ = ("_first", "_pairs")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]], peer: str) -> None:
        self._pairs = [("Remote-Addr", peer)]
        self._first = {"remote-addr": peer}
        for name, value in raw:
            shown, lower = _names(name) if len(name) <= _USUAL else _named(name)
            self._pairs.append((shown, text := value.decode("latin1")))
            self._first.setdefault(lower, text)

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def get(self, key: str, default: str | None = None, /) -> str | None:
        return self._first.get(key.lower(), default)

    def __contains__(self, key: str, /) -> bool:
        return key.lower() in self._first

    def items(self) -> Iterable[tuple[str, str]]:
        return self._pairs

    def add(self, name: str, value: str) -> None:
        self._pairs.append((name, value))
        self._first.setdefault(name.lower(), value)


class WrittenHeaders(Protocol):
    """What is asked of headers, Quart's or ours."""

    def get(self, key: str, /) -> str | None: ...

    def __contains__(self, key: str, /) -> bool: ...

    def __setitem__(self, key: str, value: str, /) -> None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class AnswerHeaders:
    """A name that is set again keeps its place."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = list(pairs)

    def get(self, key: str, /) -> str | None:
        lower = key.lower()
        return next((value for name, value in self._pairs if name.lower() == lower), None)

    def __contains__(self, key: str, /) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: str, value: str, /) -> None:
        lower = key.lower()
        places = [at for at, (name, _) in enumerate(self._pairs) if name.lower() == lower]
        if not places:
            self._pairs.append((key, value))
            return
        self._pairs[places[0]] = (key, value)
        for at in reversed(places[1:]):
            del self._pairs[at]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def items(self) -> Iterable[tuple[str, str]]:
        return self._pairs


def _named(name: bytes) -> tuple[str, str]:
    shown = name.decode("latin1").title()
    return shown, shown.lower()


_names = lru_cache(maxsize=256)(_named)
"""Clients send the same ones again and again."""
