"""The certificate that is served: read from the files of the settings, and again when these have changed.

In: two files. Out: an SSL context for the next connection, and the certificate as text for this user's own programs.
Invariants: what cannot be used is refused at the start with the file and the reason, and never replaces what is served;
connections that run keep what they began with; the key's text is kept nowhere.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gcli2api_tui import safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.server_certificate import only, trusting
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.paths import expanded
from gcli2api_tui.quick_dataclass import dataclass

LARGEST = 1_000_000
"""Bytes of a file; a chain has a few thousand."""
LOOK_S = 2.0

_EXPIRED, _NOT_YET = 10, 9
"""OpenSSL's numbers for a certificate that is over, or not valid yet."""

_MARKS = {"tls_cert": b"-----BEGIN CERTIFICATE-----", "tls_key": b"PRIVATE KEY-----"}

Signature = tuple[tuple[float, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Loaded:
    context: ssl.SSLContext
    text: str
    warning: Message


@dataclass(frozen=True, slots=True)
class Described:
    """What a certificate says of itself; moments in seconds since the epoch."""

    names: tuple[str, ...]
    begins_at: float
    ends_at: float


class Certificate:
    """One for each server that speaks https."""

    def __init__(self, chain: Path, key: Path) -> None:
        """Raises SettingsFault where these cannot be used."""
        self._files = (chain, key)
        self._seen = self._signature()
        self._now = _load(chain, key)

    @property
    def context(self) -> ssl.SSLContext:
        return self._now.context

    @property
    def text(self) -> str:
        """As PEM, without the key."""
        return self._now.text

    @property
    def warning(self) -> Message:
        """That it is over, or not valid yet; NOTHING otherwise."""
        return self._now.warning

    @property
    def key_file(self) -> Path:
        return self._files[1]

    def described(self) -> Described | None:
        """None where it is none for a server at all."""
        try:
            said: Any = _greeted(self.context, trusting(self.text) or only(self.text)).getpeercert()
        except ssl.SSLCertVerificationError:
            return None
        names = tuple(str(name) for _, name in said.get("subjectAltName", ()))
        return Described(names, *(ssl.cert_time_to_seconds(said[when]) for when in ("notBefore", "notAfter")))

    async def watch(self, clock: Clock, tell: Callable[[Message], None], renewed: Callable[[], None]) -> None:
        """Serve what the files hold whenever they have changed; `tell` hears how it went, once for each change."""
        while True:
            await clock.sleep(LOOK_S)
            if (seen := await asyncio.to_thread(self._signature)) == self._seen:
                continue
            self._seen = seen
            try:
                self._now = await asyncio.to_thread(_load, *self._files)
            except SettingsFault as fault:
                tell(say("tls.not_renewed", said=fault.sentence))
                continue
            await asyncio.to_thread(renewed)
            tell(self.warning or say("tls.renewed"))

    def _signature(self) -> Signature:
        """Whether a file is another one by now; those that tools renew are often links."""
        found = []
        for path in self._files:
            with contextlib.suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, stat.st_ino))
        return tuple(found)


def certificate_of(tls_cert: str, tls_key: str, folder: Path) -> Certificate | None:
    """None where the server is to speak http. Raises SettingsFault. A relative path begins in `folder`."""
    if not tls_cert and not tls_key:
        return None
    if not tls_cert or not tls_key:
        missing, given = ("tls_cert", "tls_key") if tls_key else ("tls_key", "tls_cert")
        raise SettingsFault(
            say("tls.both", missing=missing, given=given), key=missing, way_out=say("tls.set_both", missing=missing)
        )
    return Certificate(folder / expanded(tls_cert), folder / expanded(tls_key))


def _load(chain: Path, key: Path) -> _Loaded:
    """Raises SettingsFault."""
    require_file("tls_cert", chain)
    if b"ENCRYPTED" in require_file("tls_key", key):
        raise SettingsFault(say("tls.passphrase", path=str(key)), key="tls_key", way_out=say("tls.no_passphrase"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(chain, key, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise _unusable(chain, key, error) from None
    text = _own_text(context)
    return _Loaded(context, text, _out_of_date(context, text, chain))


def require_file(name: str, path: Path) -> bytes:
    """The content of the file that one of the two settings names. Raises SettingsFault where it is none of the kind."""
    try:
        content = safe_files.read(path, LARGEST)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsFault(
            say("tls.unreadable", name=name, path=str(path), why=why), key=name, way_out=say("tls.readable")
        ) from None
    if _MARKS[name] not in content:
        raise SettingsFault(say("tls.no_pem", name=name, path=str(path)), key=name, way_out=say("tls.as_pem"))
    return content


def _unusable(chain: Path, key: Path, error: Exception) -> SettingsFault:
    reason = str(getattr(error, "reason", "") or "")
    if reason == "KEY_VALUES_MISMATCH":
        return SettingsFault(
            say("tls.other_key", key=str(key), chain=str(chain)), key="tls_key", way_out=say("tls.same_pair")
        )
    why = reason.replace("_", " ").lower() or type(error).__name__
    return SettingsFault(
        say("tls.unusable", chain=str(chain), key=str(key), why=why), key="tls_cert", way_out=say("tls.as_pem")
    )


def _own_text(context: ssl.SSLContext) -> str:
    """The first of the chain, as a client is shown it: what stands in the file may have changed since."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    shown = _greeted(context, anybody).getpeercert(binary_form=True) or b""
    return ssl.DER_cert_to_PEM_cert(shown)


def _out_of_date(context: ssl.SSLContext, text: str, chain: Path) -> Message:
    try:
        _greeted(context, only(text))
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _EXPIRED:
            return say("tls.expired", path=str(chain))
        if error.verify_code == _NOT_YET:
            return say("tls.not_yet", path=str(chain))
    return NOTHING


def _greeted(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """The client's end of a handshake in memory. Raises SSLError."""
    there, here = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(here, there), server.wrap_bio(there, here, server_side=True))
    waiting = True
    while waiting:
        waiting = False
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting = True
    return ends[0]
