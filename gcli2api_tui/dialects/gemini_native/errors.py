"""A Problem in Google's shape: status, headers and `{"error": {code, message, status, details?}}`.

Waiting times go into a RetryInfo, which Google's clients obey, as well as into Retry-After, and are true or not there.
Google's 401 never becomes ours: the client would take it for a wrong key.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault

_TYPE = "type.googleapis.com/google.rpc."
_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    421: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one problem looks to the client."""

    status: int
    retry_after_s: float | None = None
    daily: bool = False


def error_body(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an item of a stream that has begun."""
    shape = _shape(problem)
    word = _WORDS.get(shape.status, "INVALID_ARGUMENT" if shape.status < 500 else "INTERNAL")
    error: dict[str, object] = {"code": shape.status, "message": problem.sentence, "status": word}
    if details := _details(problem, shape):
        error["details"] = details
    return {"error": error}


def refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    shape = _shape(problem)
    headers = [("Content-Type", "application/json")]
    if shape.retry_after_s is not None:
        headers.append(("Retry-After", str(max(1, math.ceil(shape.retry_after_s)))))
    return Refusal(shape.status, tuple(headers), compact(error_body(problem)).encode())


def _details(problem: Problem, shape: _Shape) -> Sequence[dict[str, Any]]:
    details: list[dict[str, Any]] = []
    if isinstance(problem, ClientFault) and problem.param:
        violation = {"field": problem.param, "description": problem.message}
        details.append({"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]})
    if shape.daily:
        # The word by which Google's clients know that trying again today is useless.
        violation = {"quotaId": "RequestsPerDay", "description": problem.message}
        details.append({"@type": f"{_TYPE}QuotaFailure", "violations": [violation]})
    if shape.retry_after_s is not None:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{max(1, math.ceil(shape.retry_after_s))}s"})
    return details


def _shape(problem: Problem) -> _Shape:
    if isinstance(problem, ClientFault):
        return _Shape(problem.status)
    if isinstance(problem, NoCredential):
        if problem.retry_after_s is None:
            return _Shape(503)
        return _Shape(429, problem.retry_after_s, problem.daily)
    if isinstance(problem, UpstreamFault):
        if problem.kind is FaultKind.CLIENT:
            return _Shape(400)
        # What is not in the table is the credential's fault, and only a person can mend that.
        status = _OF_KIND.get(problem.kind, 503)
        hint = problem.hint_s if problem.kind in _OF_KIND else None
        return _Shape(status, hint, problem.kind is FaultKind.DAILY)
    return _Shape(500)
