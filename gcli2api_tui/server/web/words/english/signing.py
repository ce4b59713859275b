"""Signing in and out of the page, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "sign_in.title": "Sign in",
    "sign_in.key": "Panel key",
    "sign_in.hint": "On the machine where the server runs, `gcli2api-tui key --panel` prints it.",
    "sign_in.go": "Sign in",
    "sign_in.ended": "The session has ended, and what you sent was not done. Sign in and do it once more.",
    "sign_out": "Sign out",
}
