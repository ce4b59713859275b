"""What a person is told at the right time, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "alert.pool-empty": "No credential can serve now.",
    "alert.quota": "{about}: {left} left of {model} today.",
    "alert.sign-in": "Sign-in of {about} ended: sign in again.",
    "alert.model-end": "{about} ends on {day}.",
}
