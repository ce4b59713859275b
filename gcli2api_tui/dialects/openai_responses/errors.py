"""A Problem as the `error` of a response that failed after it had begun.

The Responses API knows few codes there, and agents act on them: what may be tried again is a server_error or a
rate_limit_exceeded, what may not an invalid_prompt.
"""

from gcli2api_tui.dialects.openai_chat.errors import error_type
from gcli2api_tui.events.problems import TOO_LONG, Problem, UpstreamFault

_CODES = {"rate_limit_error": "rate_limit_exceeded", "invalid_request_error": "invalid_prompt"}


def failure(problem: Problem) -> dict[str, str]:
    """`{code, message}`"""
    too_long = isinstance(problem, UpstreamFault) and problem.code == TOO_LONG
    code = TOO_LONG if too_long else _CODES.get(error_type(problem), "server_error")
    return {"code": code, "message": problem.sentence}
