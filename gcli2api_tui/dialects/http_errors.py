"""What a Problem comes to in HTTP: a status, and what the client may do next. The same in every dialect.

Retry-After is what clients obey, so it carries the true time, or is not there. Google's 401 never becomes ours:
the client would take it for a wrong password.
"""

import math
from dataclasses import dataclass

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault

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
        return HttpError(problem.status, permanent=problem.status < 500 or problem.status == 501)
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


def headers(end: HttpError) -> tuple[tuple[str, str], ...]:
    """Those of a refusal that OpenAI's and Anthropic's SDKs read; both come from one maker."""
    found = [("Content-Type", "application/json")]
    if end.retry_after_s is not None:
        found.append(("Retry-After", str(max(1, math.ceil(end.retry_after_s)))))
        found.append(("retry-after-ms", str(max(1, math.ceil(end.retry_after_s * 1000)))))
    if end.permanent or (end.retry_after_s or 0.0) > PATIENCE_S:
        found.append(("x-should-retry", "false"))
    return tuple(found)
