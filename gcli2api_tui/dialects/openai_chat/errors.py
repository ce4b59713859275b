"""A Problem in OpenAI's shape: status, headers and `{"error": {message, type, param, code}}`, always all four keys."""

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.http_errors import HttpError, headers, http_error, sentence
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault, FaultKind, Problem, UpstreamFault

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an event in a stream that has begun."""
    param = problem.param if isinstance(problem, ClientFault) else None
    code = _code(problem, http_error(problem))
    return {"error": {"message": sentence(problem), "type": error_type(problem), "param": param, "code": code}}


def error_type(problem: Problem) -> str:
    """OpenAI's word for the kind of error."""
    status = http_error(problem).status
    return _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")


def refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    end = http_error(problem)
    return Refusal(end.status, headers(end), compact(error_body(problem)).encode())


def _code(problem: Problem, end: HttpError) -> str | None:
    if isinstance(problem, ClientFault):
        return problem.code
    if end.unserved:
        return "no_credentials"
    if end.status == 429:
        return "insufficient_quota" if end.daily else "rate_limit_exceeded"
    if isinstance(problem, UpstreamFault) and problem.kind in (FaultKind.CLIENT, FaultKind.RESOURCE):
        return problem.code or None
    if end.status == 404:
        return "model_not_found"
    if isinstance(problem, UpstreamFault):
        return "upstream_timeout" if problem.kind is FaultKind.TIMEOUT else "upstream_error"
    return None
