"""The headers of every answer below /auth and /a, and the name of the session's cookie.

The policy lets a page load its own script, style and icon, send its own forms, and nothing else; nobody may frame it.
The referrer is kept for our own pages alone: without any, browsers send `Origin: null` with our own forms, which could
then not be told from those of a frame of somebody else.
"""

from collections.abc import Mapping

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
}
PAGE_HEADERS: Mapping[str, str] = {**SAFE_HEADERS, "Cache-Control": "no-store"}
ADDRESS_IS_SECRET: Mapping[str, str] = {**PAGE_HEADERS, "Referrer-Policy": "no-referrer"}
"""Of pages whose address holds a code."""


def cookie_name(port: int | None) -> str:
    """With the port, which cookies know nothing of: two servers on one machine sign nobody out of each other."""
    return f"gcli2api_session_{port or 80}"
