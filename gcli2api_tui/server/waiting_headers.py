"""How long a client is told to wait. Pure.

In: the headers of an answer whose Retry-After is the true time. Out: the same, in step with each other, and no longer
than a program may sleep without a word to its person; the true time stands in `x-ratelimit-reset-requests`.
"""

from gcli2api_tui.relay.response import span
from gcli2api_tui.server.headers import WrittenHeaders

RETRY_AFTER, MILLISECONDS = "Retry-After", "retry-after-ms"
RESET, REMAINING = "x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"


def bound_wait(headers: WrittenHeaders, most_s: int) -> None:
    """Programs obey Retry-After for hours; past `most_s` the program's person decides, by the words of the error."""
    told = headers.get(RETRY_AFTER)
    if told is None or not told.isdecimal():
        return
    wait_s = int(told)
    headers[RESET] = span(wait_s)
    if REMAINING in headers:
        headers[REMAINING] = "0"
    if wait_s > most_s:
        headers[RETRY_AFTER] = str(most_s)
        headers["x-should-retry"] = "false"
        if MILLISECONDS in headers:
            headers[MILLISECONDS] = str(most_s * 1000)
