"""A Problem in Anthropic's shape: `{"type": "error", "error": {type, message}, "request_id"}`.

The shape has no place for a field's name, so the message begins with it, as Anthropic's own do.
"""

import re

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.http_errors import headers, http_error, sentence
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import TOO_LONG, ClientFault, FaultKind, Problem, UpstreamFault

NO_THREADS = "thread_unsupported_request"
"""By this word SDKs whose helpers would leave the conversation with the server send all of it again by themselves."""
_OVERLOADED = 529
"""Anthropic's own status for it."""
_NUMBER = re.compile(r"(?<![\w.])\d{1,12}(?![\w.]\d)", re.ASCII)
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    _OVERLOADED: "overloaded_error",
}


def error_body(problem: Problem, request_id: str) -> dict[str, object]:
    """The JSON value, for a body or for an event in a stream that has begun."""
    status = _status(problem)
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
    error: dict[str, object] = {"type": kind, "message": _message(problem)}
    if isinstance(problem, ClientFault) and problem.code == NO_THREADS:
        error["details"] = {"error_code": NO_THREADS, "unsupported": [problem.param]}
    return {"type": "error", "error": error, "request_id": request_id}


def refusal(problem: Problem, request_id: str) -> Refusal:
    """The whole HTTP answer."""
    return Refusal(_status(problem), headers(http_error(problem)), compact(error_body(problem, request_id)).encode())


def _status(problem: Problem) -> int:
    overloaded = isinstance(problem, UpstreamFault) and problem.kind is FaultKind.CAPACITY
    return _OVERLOADED if overloaded else http_error(problem).status


def _message(problem: Problem) -> str:
    if isinstance(problem, UpstreamFault) and problem.code == TOO_LONG:
        return _too_long(problem)
    param = problem.param if isinstance(problem, ClientFault) else None
    return sentence(problem) if not param or param in problem.message else f"{param}: {problem.sentence}"


def _too_long(fault: UpstreamFault) -> str:
    """Clients shorten the conversation on these words, by as much as the numbers say; Google may give one of them."""
    match _NUMBER.findall(fault.message):
        case [tokens, most] if int(tokens) > int(most):
            return f"prompt is too long: {tokens} tokens > {most} maximum"
    return f"prompt is too long: {fault.sentence}"
