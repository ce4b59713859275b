"""What is told of an exception of our own: its kind and its place, never its words, which may quote a prompt. Pure.

In: an exception as the interpreter gives it, and the path it was met at; "" where no request is known yet. Out: a line
for the log.
"""

from types import TracebackType

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.tasks import crash_place


def crash(kind: type[BaseException] | None, where: TracebackType | None, path: str = "") -> Message:
    error = kind.__name__ if kind else "Error"
    place, line = crash_place(where)
    if not place:
        return say("http.error", error=error, path=path)
    if not path:
        return say("http.error_before", error=error, place=place, line=line)
    return say("http.error_in", error=error, place=place, line=line, path=path)
