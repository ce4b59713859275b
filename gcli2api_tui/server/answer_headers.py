"""The headers of an answer while they come together: pairs in their order, each name in any case. Pure.

Quart's own (werkzeug's) are written in the same way on its routes; these need no import of it.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol


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
