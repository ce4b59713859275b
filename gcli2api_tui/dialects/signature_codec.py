"""Where a thought signature of Gemini's travels through clients that keep opaque texts for their server.

In and out: one signature, the family of models that made it, and the id of the call that it belongs to; without an id
it belongs to the text before it. Clients give it back as it was; what is not ours, or not whole any more, counts as
not there, because a wrong signature is worse than none.
"""

import re
import zlib

from gcli2api_tui.quick_dataclass import dataclass

_VERSION = "g1"
_FORM = re.compile(rf"{_VERSION}:([0-9a-f]{{8}}):(([\w.-]+):([\w+/=-]+):(.*))", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class SignatureEnvelope:
    """A signature and what it signs."""

    family: str
    signature: str
    call_id: str = ""


def encode_signature(envelope: SignatureEnvelope) -> str:
    """The text for the client."""
    content = f"{envelope.family}:{envelope.signature}:{envelope.call_id}"
    return f"{_VERSION}:{_sum(content)}:{content}"


def decode_signature(value: object) -> SignatureEnvelope | None:
    """What a client sent back; None for anything that is not a whole one of ours."""
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] != _sum(found[2]):
        return None
    return SignatureEnvelope(found[3], found[4], found[5])


def _sum(content: str) -> str:
    return f"{zlib.crc32(content.encode()):08x}"
