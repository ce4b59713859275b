"""What a Problem comes to in HTTP, and its body in the words of each API: OpenAI's, Anthropic's, Google's.

In: a Problem. Out: a status, headers and a body; the same status in every dialect, but for Anthropic's own 529.
Retry-After is what clients obey: it carries the true time, and with a 429 without one a guess, because programs that
are told nothing try again at once; the server bounds it. Google's clients obey a RetryInfo: there times are true or not
there. Google's 401 never becomes ours: the client would take it for a wrong password or key.
"""

import math
import re
from collections.abc import Sequence

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import TOO_LONG, ClientFault, FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.messages.message import Message, say, sentences, span
from gcli2api_tui.quick_dataclass import dataclass

PATIENCE_S = 60.0
"""SDKs that are told to wait longer try again at once instead, unless they are told not to."""
UNKNOWN_S = 5.0
"""A limit of which nobody has said how long it lasts; most are a minute's."""
UNKNOWN_DAY_S = 1800.0
"""Nobody knows when; within minutes it is not."""
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
NO_THREADS = "thread_unsupported_request"
"""By this word SDKs whose helpers would leave the conversation with the server send all of it again by themselves."""
_OVERLOADED = 529
"""Anthropic's own status for it."""
_NUMBER = re.compile(r"(?<![\w.])\d{1,12}(?![\w.]\d)", re.ASCII)
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    _OVERLOADED: "overloaded_error",
}
_TYPE_URL = "type.googleapis.com/google.rpc."
_GOOGLE_WORDS = {
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


def openai_error(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an event in a stream that has begun."""
    param = problem.param if isinstance(problem, ClientFault) else None
    code = _openai_code(problem, http_error(problem))
    return {"error": {"message": sentence(problem), "type": openai_error_type(problem), "param": param, "code": code}}


def openai_error_type(problem: Problem) -> str:
    """OpenAI's word for the kind of error."""
    status = http_error(problem).status
    return _OPENAI_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")


def openai_refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    end = http_error(problem)
    return Refusal(end.status, headers(end), compact(openai_error(problem)).encode())


def _openai_code(problem: Problem, end: HttpError) -> str | None:
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


def anthropic_error(problem: Problem, request_id: str) -> dict[str, object]:
    """The JSON value, for a body or for an event in a stream that has begun."""
    status = _anthropic_status(problem)
    kind = _ANTHROPIC_TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
    error: dict[str, object] = {"type": kind, "message": _anthropic_message(problem)}
    if isinstance(problem, ClientFault) and problem.code == NO_THREADS:
        error["details"] = {"error_code": NO_THREADS, "unsupported": [problem.param]}
    return {"type": "error", "error": error, "request_id": request_id}


def anthropic_refusal(problem: Problem, request_id: str) -> Refusal:
    """The whole HTTP answer."""
    return Refusal(
        _anthropic_status(problem), headers(http_error(problem)), compact(anthropic_error(problem, request_id)).encode()
    )


def _anthropic_status(problem: Problem) -> int:
    overloaded = isinstance(problem, UpstreamFault) and problem.kind is FaultKind.CAPACITY
    return _OVERLOADED if overloaded else http_error(problem).status


def _anthropic_message(problem: Problem) -> str:
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


def google_error(problem: Problem) -> dict[str, object]:
    """The JSON value, for a body or for an item of a stream that has begun."""
    end = http_error(problem)
    word = _GOOGLE_WORDS.get(end.status, "INVALID_ARGUMENT" if end.status < 500 else "INTERNAL")
    error: dict[str, object] = {"code": end.status, "message": sentence(problem), "status": word}
    if details := _google_details(problem, end):
        error["details"] = details
    return {"error": error}


def google_refusal(problem: Problem) -> Refusal:
    """The whole HTTP answer."""
    end = http_error(problem)
    headers = [("Content-Type", "application/json")]
    if (wait_s := retry_after_s(end)) is not None:
        headers.append(retry_after(wait_s))
    return Refusal(end.status, tuple(headers), compact(google_error(problem)).encode())


def _google_details(problem: Problem, end: HttpError) -> Sequence[dict[str, object]]:
    details: list[dict[str, object]] = []
    if isinstance(problem, ClientFault) and problem.param:
        violation = {"field": problem.param, "description": problem.message}
        details.append({"@type": f"{_TYPE_URL}BadRequest", "fieldViolations": [violation]})
    if end.daily:
        # The word by which Google's clients know that trying again today is useless.
        violation = {"quotaId": "RequestsPerDay", "description": problem.message}
        details.append({"@type": f"{_TYPE_URL}QuotaFailure", "violations": [violation]})
    if end.retry_after_s is not None:
        details.append({"@type": f"{_TYPE_URL}RetryInfo", "retryDelay": f"{max(1, math.ceil(end.retry_after_s))}s"})
    return details
