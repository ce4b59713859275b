"""Whether hosts answer from here: for the doctor, who must not wait longer than he says.

In: addresses. Out: how each answered, its clock, or why not. Blocks for `timeout_s` and a moment: names are looked up
in threads that nobody waits for, since a lookup cannot be ended.
"""

import ssl
import threading
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import httpx

from gcli2api_tui import __version__
from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass

TIMEOUT_S = 3.0
MOMENT_S = 0.5

NO_PROXY = (ValueError, ImportError, httpx.InvalidURL)
"""Of a variable that names none: its value is no address, or of a kind that httpx needs a package for."""

Trouble = Literal["", "name", "certificate", "proxy", "refused", "silent"]


@dataclass(frozen=True, slots=True)
class Reached:
    """One host. `ahead_s` is how far our clock is ahead of its; None where it told no time."""

    host: str
    trouble: Trouble = ""
    why: str = ""
    took_s: float = 0.0
    ahead_s: float | None = None


def reach(urls: Sequence[str], clock: Clock, timeout_s: float = TIMEOUT_S) -> tuple[Reached, ...]:
    """All at once, in the order given."""
    found: dict[str, Reached] = {}

    def ask(url: str) -> None:
        found[url] = _asked(url, clock, timeout_s)

    threads = [threading.Thread(target=ask, args=(url,), daemon=True) for url in urls]
    for thread in threads:
        thread.start()
    until = clock.monotonic() + timeout_s + MOMENT_S
    for thread in threads:
        thread.join(max(0.0, until - clock.monotonic()))
    return tuple(found.get(url) or Reached(_host(url), "silent", f"{timeout_s:g} s") for url in urls)


def _asked(url: str, clock: Clock, timeout_s: float) -> Reached:
    """Any status is an answer."""
    began = clock.monotonic()
    try:
        answer = httpx.head(url, timeout=timeout_s, headers={"user-agent": f"gcli2api-tui/{__version__}"})
    except (httpx.HTTPError, OSError, *NO_PROXY) as error:
        return _untold(url, error)
    took_s = clock.monotonic() - began
    return Reached(
        _host(url), took_s=took_s, ahead_s=_ahead_s(answer.headers.get("date", ""), clock.now() - took_s / 2)
    )


def _untold(url: str, error: Exception) -> Reached:
    reasons = [*_causes(error)]
    text = str(reasons[-1])[:200]
    if any(isinstance(one, ssl.SSLError) for one in reasons):
        return Reached(_host(url), "certificate", text)
    if any(type(one).__name__ == "gaierror" for one in reasons):
        return Reached(_host(url), "name", text)
    if isinstance(error, (httpx.ProxyError, *NO_PROXY)):
        return Reached(_host(url), "proxy", text)
    if isinstance(error, httpx.TimeoutException):
        return Reached(_host(url), "silent", text)
    return Reached(_host(url), "refused", text or type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """From the outside in; libraries hand on what they caught."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _ahead_s(date: str, at: float) -> float | None:
    try:
        return at - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
