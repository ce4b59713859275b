"""Which certificate a server shows, and trust in that one: how this machine's own programs know the server of run.json.

In: the certificate as text, or an answer that came over TLS. Out: an SSL context that takes it and no other; its
fingerprint as openssl writes it, to tell a person that it is another one than before, which trusts nothing. For which
name it was made out, and until when, does not matter: run.json belongs to this user alone.
"""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

    import httpx

SHOWN_BYTES = 8
PATIENCE_S = 5.0
_WHATEVER_THE_DATE = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python gives no name."""


@lru_cache(maxsize=8)
def trusting(certificate: str) -> "ssl.SSLContext | None":
    """None where the server speaks http: `status` then needs nothing of TLS."""
    if not certificate:
        return None
    import ssl

    context = only(certificate)
    context.verify_flags |= ssl.VerifyFlags(_WHATEVER_THE_DATE)
    return context


def only(certificate: str) -> "ssl.SSLContext":
    """The same, with an eye on its dates."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificate)
    return context


def of_answer(answer: "httpx.Response") -> str:
    """What the connection of this answer was opened with."""
    stream = answer.extensions.get("network_stream")
    connection: ssl.SSLObject | None = stream.get_extra_info("ssl_object") if stream is not None else None
    shown = connection.getpeercert(binary_form=True) if connection is not None else None
    return _fingerprint(shown) if shown else ""


async def of_server(url: str) -> str:
    """What a new connection is shown now."""
    import asyncio
    import ssl

    where = urlsplit(url)
    place = (where.hostname or "", where.port or 443)
    try:
        text = await asyncio.to_thread(ssl.get_server_certificate, place, timeout=PATIENCE_S)
    except (OSError, ValueError):
        return ""
    return _fingerprint(ssl.PEM_cert_to_DER_cert(text))


def _fingerprint(certificate: bytes) -> str:
    import hashlib

    return hashlib.sha256(certificate).digest()[:SHOWN_BYTES].hex(":").upper()
