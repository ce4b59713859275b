"""Thought signatures on their way through a client: inside `thinking.signature` and `redacted_thinking.data`.

A carrier is `g1:family:call id:checksum:signature`, so a signature stays bound to its call whatever stands between
them, and never reaches models that would refuse it. What is not ours, or not whole any more, counts as not there.
"""

import hashlib

_VERSION = "g1"
NOTHING = _VERSION
"""A carrier without a signature: clients throw thinking away that has none at all."""


def carrier(family: str, call_id: str, signature: str) -> str:
    """What the client keeps for us."""
    return ":".join((_VERSION, family, call_id, _checksum(family, call_id, signature), signature))


def carried(value: object, family: str) -> tuple[str, str] | None:
    """(call id, signature) for a model of this family, or None."""
    fields = value.split(":") if isinstance(value, str) else []
    if len(fields) != 5 or fields[0] != _VERSION or fields[1] != family:
        return None
    _, _, call_id, checksum, signature = fields
    return (call_id, signature) if checksum == _checksum(family, call_id, signature) else None


def _checksum(*about: str) -> str:
    return hashlib.sha256(":".join(about).encode()).hexdigest()[:8]
