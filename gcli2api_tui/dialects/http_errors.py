"""What a Problem comes to in HTTP: a status, and what the client may do next. The same in every dialect.

Retry-After is what clients obey: it carries the true time, and with a 429 without one a guess, because programs that
are told nothing try again at once; the server bounds it. Google's 401 never becomes ours: the client would take it for
a wrong password.
"""

import math

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.messages.message import Message, say, sentences, span
from gcli2api_tui.quick_dataclass import dataclass

_OF_KIND = {
    FaultKind.CAPACITY: 503,
    FaultKind.SERVER: 502,
    FaultKind.PROTOCOL: 502,
    FaultKind.NETWORK: 502,
    FaultKind.TIMEOUT: 504,
    FaultKind.MODEL: 404,
    FaultKind.RATE: 429,
    FaultKind.DAILY: 429,
}
PATIENCE_S = 60.0
"""SDKs that are told to wait longer try again at once instead, unless they are told not to."""
UNKNOWN_S = 5.0
"""A limit of which nobody has said how long it lasts; most are a minute's."""
UNKNOWN_DAY_S = 1800.0
"""Nobody knows when; within minutes it is not."""


@dataclass(frozen=True, slots=True)
class HttpError:
    """How one problem ends a request."""

    status: int
    retry_after_s: float | None = None
    daily: bool = False
    """The day's quota is gone."""
    permanent: bool = False
    """The same request would fail again."""
    unserved: bool = False
    """No credential can serve it, and only a person can change that."""


def http_error(problem: Problem) -> HttpError:
    """The end that a problem means."""
    if isinstance(problem, ClientFault):
        wait_s = problem.retry_after_s
        permanent = wait_s is None and (problem.status < 500 or problem.status == 501)
        return HttpError(problem.status, wait_s, permanent=permanent)
    if isinstance(problem, NoCredential):
        if problem.retry_after_s is None:
            return HttpError(503, permanent=True, unserved=True)
        return HttpError(429, problem.retry_after_s, problem.daily, permanent=problem.daily)
    if isinstance(problem, UpstreamFault):
        return _upstream(problem)
    return HttpError(500)


def _upstream(fault: UpstreamFault) -> HttpError:
    if fault.kind is FaultKind.CLIENT:
        return HttpError(413 if fault.status == 413 else 400, permanent=True)
    if fault.kind is FaultKind.RESOURCE:
        return HttpError(fault.status if fault.status in (400, 403, 404) else 400, permanent=True)
    if status := _OF_KIND.get(fault.kind):
        daily = fault.kind is FaultKind.DAILY
        return HttpError(status, fault.hint_s, daily, permanent=daily or fault.kind is FaultKind.MODEL)
    # What is left is the credential's fault.
    return HttpError(503, permanent=True, unserved=True)


def sentence(problem: Problem) -> Message:
    """What clients read: with the time to wait, where that is long and Google's own words may not tell it."""
    wait_s = problem.hint_s if isinstance(problem, UpstreamFault) else None
    if wait_s is None or wait_s <= PATIENCE_S or http_error(problem).retry_after_s is None:
        return problem.sentence
    return sentences(problem.sentence, say("pool.try_again_in", span=span(wait_s)))


def retry_after_s(end: HttpError) -> float | None:
    """The true waiting time, or the guess of a 429 without one."""
    if end.retry_after_s is None and end.status == 429:
        return UNKNOWN_DAY_S if end.daily else UNKNOWN_S
    return end.retry_after_s


def retry_after(wait_s: float) -> tuple[str, str]:
    """The header, in whole seconds."""
    return "Retry-After", str(max(1, math.ceil(wait_s)))


def headers(end: HttpError) -> tuple[tuple[str, str], ...]:
    """Those of a refusal that OpenAI's and Anthropic's SDKs read; both come from one maker."""
    found = [("Content-Type", "application/json")]
    wait_s = retry_after_s(end)
    if wait_s is not None:
        found.append(retry_after(wait_s))
        found.append(("retry-after-ms", str(max(1, math.ceil(wait_s * 1000)))))
    if end.permanent or (wait_s or 0.0) > PATIENCE_S:
        found.append(("x-should-retry", "false"))
    return tuple(found)
