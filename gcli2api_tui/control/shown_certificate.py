"""Which certificate a server shows: as its fingerprint, to tell a person that it is another one than before.

In: an answer that came over TLS, or an address. Out: the first bytes of SHA-256, as openssl writes them; "" where there
is none. Nothing is trusted by this.
"""

import asyncio
import hashlib
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx

SHOWN_BYTES = 8
PATIENCE_S = 5.0


def of_answer(answer: httpx.Response) -> str:
    """What the connection of this answer was opened with."""
    stream = answer.extensions.get("network_stream")
    connection: Any = stream.get_extra_info("ssl_object") if stream is not None else None
    shown = connection.getpeercert(binary_form=True) if connection is not None else None
    return _fingerprint(shown) if shown else ""


async def of_server(url: str) -> str:
    """What a new connection is shown now."""
    where = urlsplit(url)
    place = (where.hostname or "", where.port or 443)
    try:
        text = await asyncio.to_thread(ssl.get_server_certificate, place, timeout=PATIENCE_S)
    except (OSError, ValueError):
        return ""
    return _fingerprint(ssl.PEM_cert_to_DER_cert(text))


def _fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).digest()[:SHOWN_BYTES].hex(":").upper()
