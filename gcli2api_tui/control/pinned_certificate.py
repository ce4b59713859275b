"""Trust in one certificate: how this machine's own programs know the server that they found in run.json.

In: the certificate as text, as the server wrote it there. Out: an SSL context that takes it and no other. For which
name it was made out, and until when, does not matter: the file that names it belongs to this user alone.
"""

import ssl
from functools import lru_cache

_WHATEVER_THE_DATE = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python gives no name."""


@lru_cache(maxsize=8)
def trusting(certificate: str) -> ssl.SSLContext | None:
    """None where the server speaks http."""
    if not certificate:
        return None
    context = only(certificate)
    context.verify_flags |= ssl.VerifyFlags(_WHATEVER_THE_DATE)
    return context


def only(certificate: str) -> ssl.SSLContext:
    """The same, with an eye on its dates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificate)
    return context
