"""A Problem in OpenAI's shape: status, headers and `{"error": {message, type, param, code}}`, always all four keys.

Retry-After is what clients obey, so it carries the true time, or is not there. Google's 401 never becomes ours:
the client would take it for a wrong password.
"""

import math
from dataclasses import dataclass

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault

PATIENCE_S = 60.0
"""SDKs that are told to wait longer try again at once instead, unless they are told not to."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one problem looks to the client."""

    status: int
    type: str
    code: str | None
    retry_after_s: float | None = None
    permanent: bool = False


_OF_KIND = {
    FaultKind.CAPACITY: _Shape(503, "server_error", "upstream_error"),
    FaultKind.SERVER: _Shape(502, "server_error", "upstream_error"),
    FaultKind.PROTOCOL: _Shape(502, "server_error", "upstream_error"),
    FaultKind.NETWORK: _Shape(502, "server_error", "upstream_error"),
    FaultKind.TIMEOUT: _Shape(504, "server_error", "upstream_timeout"),
    FaultKind.MODEL: _Shape(404, "invalid_request_error", "model_not_found"),
}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an event in a stream that has begun."""
    shape = _shape(problem)
    param = problem.param if isinstance(problem, ClientFault) else None
    return {"error": {"message": problem.sentence, "type": shape.type, "param": param, "code": shape.code}}


def refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    shape = _shape(problem)
    headers = [("Content-Type", "application/json")]
    if shape.retry_after_s is not None:
        headers.append(("Retry-After", str(max(1, math.ceil(shape.retry_after_s)))))
        headers.append(("retry-after-ms", str(max(1, math.ceil(shape.retry_after_s * 1000)))))
    if shape.permanent or (shape.retry_after_s or 0.0) > PATIENCE_S:
        headers.append(("x-should-retry", "false"))
    return Refusal(shape.status, tuple(headers), compact(error_body(problem)).encode())


def _shape(problem: Problem) -> _Shape:
    if isinstance(problem, ClientFault):
        kind = _TYPES.get(problem.status, "invalid_request_error" if problem.status < 500 else "server_error")
        return _Shape(problem.status, kind, problem.code, permanent=problem.status < 500 or problem.status == 501)
    if isinstance(problem, NoCredential):
        if problem.retry_after_s is None:
            return _Shape(503, "server_error", "no_credentials", permanent=True)
        return _limited(problem.daily, problem.retry_after_s)
    if isinstance(problem, UpstreamFault):
        return _upstream(problem)
    return _Shape(500, "server_error", None)


def _upstream(fault: UpstreamFault) -> _Shape:
    if fault.kind is FaultKind.CLIENT:
        too_long = "token count" in fault.message and "exceeds" in fault.message
        code = "context_length_exceeded" if too_long else None
        return _Shape(400, "invalid_request_error", code, permanent=True)
    if fault.kind in (FaultKind.RATE, FaultKind.DAILY):
        return _limited(fault.kind is FaultKind.DAILY, fault.hint_s)
    if shape := _OF_KIND.get(fault.kind):
        return _Shape(shape.status, shape.type, shape.code, fault.hint_s)
    # What is left is the credential's fault, and only a person can mend that.
    return _Shape(503, "server_error", "no_credentials", permanent=True)


def _limited(daily: bool, retry_after_s: float | None) -> _Shape:
    code = "insufficient_quota" if daily else "rate_limit_exceeded"
    return _Shape(429, "rate_limit_error", code, retry_after_s, permanent=daily)
