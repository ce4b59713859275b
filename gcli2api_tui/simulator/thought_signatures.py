"""Thought signatures: made for an answer, and judged when they come back.

One is base64 of a family, a counter and a digest keyed by the route, which is whose project asked. Two sentinels pass
every check, as at Google.
"""

import base64
import binascii
import hashlib

SENTINELS = frozenset({"skip_thought_signature_validator", "context_engineering_is_the_way_to_go"})


def signed(route: int | str, family: int, about: str) -> str:
    payload = f"sim{family}:{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    return base64.b64encode(f"{payload}:{_digest(route, payload)}".encode()).decode()


def verdict(route: int | str, family: int, signature: str) -> str:
    """Empty when the signature is fine, else Google's sentence."""
    text = signature if signature in SENTINELS else _decoded(signature)
    if text in SENTINELS:
        return ""
    payload, _, digest = text.rpartition(":")
    if not payload or digest != _digest(route, payload):
        return "Corrupted thought signature."
    return "" if payload.startswith(f"sim{family}:") else "Invalid thought signature."


def _decoded(signature: str) -> str:
    try:
        return base64.b64decode(signature, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _digest(route: int | str, payload: str) -> str:
    return hashlib.sha256(f"{route}|{payload}".encode()).hexdigest()[:24]
