"""Where an exception of our own was raised: what may be told of it, unlike its words, which may quote a prompt. Pure.

In: a traceback. Out: the function's name and the line, or a few words of both with the kind; no file is read for it.
"""

from traceback import walk_tb
from types import TracebackType


def crash_place(where: TracebackType | None) -> tuple[str, int]:
    """("", 0) where it was never raised."""
    frames = [*walk_tb(where)]
    if not frames:
        return "", 0
    frame, line = frames[-1]
    return frame.f_code.co_name, line


def crash_words(kind: type[BaseException], where: TracebackType | None) -> str:
    """`ValueError in parse, line 12`."""
    place, line = crash_place(where)
    return f"{kind.__name__} in {place}, line {line}" if place else kind.__name__
