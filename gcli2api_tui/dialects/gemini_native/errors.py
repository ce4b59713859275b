"""A Problem in Google's shape: status, headers and `{"error": {code, message, status, details?}}`.

Waiting times go into a RetryInfo, which Google's clients obey, as well as into Retry-After; there they are true or not
there.
Google's 401 never becomes ours: the client would take it for a wrong key.
"""

import math
from collections.abc import Sequence

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.http_errors import HttpError, http_error, retry_after, retry_after_s, sentence
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault, Problem

_TYPE = "type.googleapis.com/google.rpc."
_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    421: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error_body(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an item of a stream that has begun."""
    end = http_error(problem)
    word = _WORDS.get(end.status, "INVALID_ARGUMENT" if end.status < 500 else "INTERNAL")
    error: dict[str, object] = {"code": end.status, "message": sentence(problem), "status": word}
    if details := _details(problem, end):
        error["details"] = details
    return {"error": error}


def refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    end = http_error(problem)
    headers = [("Content-Type", "application/json")]
    if (wait_s := retry_after_s(end)) is not None:
        headers.append(retry_after(wait_s))
    return Refusal(end.status, tuple(headers), compact(error_body(problem)).encode())


def _details(problem: Problem, end: HttpError) -> Sequence[dict[str, object]]:
    details: list[dict[str, object]] = []
    if isinstance(problem, ClientFault) and problem.param:
        violation = {"field": problem.param, "description": problem.message}
        details.append({"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]})
    if end.daily:
        # The word by which Google's clients know that trying again today is useless.
        violation = {"quotaId": "RequestsPerDay", "description": problem.message}
        details.append({"@type": f"{_TYPE}QuotaFailure", "violations": [violation]})
    if end.retry_after_s is not None:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{max(1, math.ceil(end.retry_after_s))}s"})
    return details
