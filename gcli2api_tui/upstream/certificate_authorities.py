"""The certificate authorities that connections to Google are checked with: certifi's, or those that SSL_CERT_FILE or
SSL_CERT_DIR names, as httpx reads them.

In: the environment. Out: a TLS context; the file or folder for `requests`; how many they are. Raises StartFault that
names the variable which leads to none: what OpenSSL raises names neither it nor the file, and of a folder without any
it says nothing at all.
"""

import os
import re
import ssl
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import Message, say

FILE, FOLDER, KEY_LOG = "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"
OF_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""What OpenSSL looks for in a folder."""


def trusted_authorities(*, loopback_only: bool = False) -> ssl.SSLContext:
    """Takes a while: some 140 certificates are read. Raises StartFault."""
    # OpenSSL's own defaults, which the demo has, are both.
    folders_read = os.environ.get(FOLDER, "") if loopback_only else _folders()
    _require_no_pipes({FILE: os.environ.get(FILE, ""), FOLDER: folders_read})
    if folders := "" if loopback_only else _folders():
        _require(FOLDER, folders)
    try:
        tls = ssl.create_default_context() if loopback_only else _context()
    except OSError as error:  # ssl.SSLError is one
        raise _fault(error) from None
    tls.set_alpn_protocols(["http/1.1"])
    return tls


def _context() -> ssl.SSLContext:
    """As httpx makes it, which nothing else needs at a start."""
    if file := os.environ.get(FILE):
        return ssl.create_default_context(cafile=file)
    if folders := _folders():
        return ssl.create_default_context(capath=folders)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def place_for_requests() -> str | bool:
    """What it is told to verify with; it reads two variables of its own, and not these. Raises StartFault."""
    for name in (*OF_REQUESTS, FILE, FOLDER):
        if place := os.environ.get(name):
            _require(name, place)
            return place.partition(os.pathsep)[0] if name == FOLDER else place
    return True


def named_place() -> str:
    """The file or the folders that a variable names; empty: certifi's hold."""
    return os.environ.get(FILE) or _folders()


def how_many() -> int:
    """Raises StartFault."""
    return len(trusted_authorities().get_ca_certs()) or _in_folders(_folders())


def _folders() -> str:
    """httpx asks for them where no file is named; several are separated as in PATH."""
    return "" if os.environ.get(FILE) else os.environ.get(FOLDER, "")


def _in_folders(folders: str) -> int:
    """OpenSSL reads those of a folder when it needs one, and knows of none before."""
    files = (file for one in folders.split(os.pathsep) if one for file in Path(one).glob("*"))
    return sum(bool(_HASHED.fullmatch(file.name)) for file in files)


def _require(name: str, place: str) -> None:
    """Raises StartFault where the variable leads to no certificate."""
    why: Message | str = _pipe(place)
    try:
        if why:
            pass  # OpenSSL would wait there
        elif name != FOLDER and not (name in OF_REQUESTS and Path(place).is_dir()):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(place)
        elif not _in_folders(place):
            why = say("start.none_there")
    except ssl.SSLError:
        why = say("start.none_there")
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        said = say("start.no_certificates", name=name, path=_shown(place), why=why)
        raise StartFault(said, way_out=say("doctor.unset", name=name))


def _require_no_pipes(places: Mapping[str, str]) -> None:
    """Raises StartFault where one of these, or the log of keys, is one."""
    for name, place in places.items():
        if _pipe(place):
            _require(name, place)
    if why := _pipe(log := os.environ.get(KEY_LOG, "")):
        raise _no_key_log(log, why)


def _pipe(place: str) -> str:
    """Why OpenSSL would wait there until somebody is at its other end; empty where it would not."""
    with suppress(OSError):
        if any(Path(one).is_fifo() for one in place.split(os.pathsep) if one):
            return safe_files.objection(stat.S_IFIFO)
    return ""


def _fault(error: OSError) -> StartFault:
    if file := os.environ.get(FILE):
        _require(FILE, file)
    why = error.strerror or str(error)
    if path := os.environ.get(KEY_LOG):
        return _no_key_log(path, why)
    return StartFault(say("start.no_certifi", why=why), way_out=say("doctor.install_again"))


def _no_key_log(path: str, why: str) -> StartFault:
    said = say("start.no_key_log", name=KEY_LOG, path=_shown(path), why=why)
    return StartFault(said, way_out=say("start.unset", name=KEY_LOG))


def _shown(path: str) -> str:
    """A name on a disk need not be Unicode; what is said must be."""
    return path.encode("utf-8", "replace").decode()
