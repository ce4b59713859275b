"""Which pages in a browser may call the API (CORS), where the setting `cors_origins` names any.

In: a request's path and headers. Out: headers for its answer. Invariants: without the setting there are none, the
administration never gets any, and cookies are not in it: a page must know the key.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.server.cross_origin import is_ours
from gcli2api_tui.server.headers import ReadHeaders

_EXPOSED = (
    "x-request-id, x-gcli2api-model, x-gcli2api-exchange, retry-after, retry-after-ms, x-should-retry, "
    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests"
)
_REMEMBERED_S = "600"


def granted(origins: str, path: str, headers: ReadHeaders) -> Mapping[str, str]:
    """For any answer, also an error: a page could not read it otherwise."""
    origin = headers.get("Origin", "")
    if not origins or is_ours(path):
        return {}
    if origins == "*":
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED} if origin else {}
    if origin not in _listed(origins):
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}


def preflight(
    origins: str, method: str, path: str, headers: ReadHeaders, methods: Callable[[str], Iterable[str]]
) -> Mapping[str, str] | None:
    """What a browser wants to know before it sends a key; None if this is no such question, or not ours to grant.

    `methods` knows those of a path that exists; the answer to another one may be read too, as it says what is wrong.
    """
    asked = headers.get("Access-Control-Request-Method", "")
    if method != "OPTIONS" or not asked or "Access-Control-Allow-Origin" not in granted(origins, path, headers):
        return None
    answer = {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods(path))) or "GET, POST",
        # A star would not cover Authorization, and SDKs add headers of their own.
        "Access-Control-Allow-Headers": headers.get("Access-Control-Request-Headers", ""),
        "Access-Control-Max-Age": _REMEMBERED_S,
    }
    if headers.get("Access-Control-Request-Private-Network") == "true":
        answer["Access-Control-Allow-Private-Network"] = "true"
    return answer


def _listed(origins: str) -> list[str]:
    return [one.strip().rstrip("/") for one in origins.split(",")]
