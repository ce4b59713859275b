"""Secrets as they stand in a shared database: sealed with a key that is never there.

In: keys from a person (`seal_key`, or the file that `seal_key_file` names), the newest first, and bytes. Out: sealed
bytes; bytes, or None for what none of the keys has sealed. The cipher is Fernet, of `cryptography`.
"""

import base64
import binascii
import re
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

LONGEST_FILE = 10_000
KEY_BYTES = 32


class Seal:
    """What is sealed is sealed with the first key."""

    def __init__(self, keys: Secret) -> None:
        listed = re.split(r"[,\s]+", keys.reveal().strip())
        self._keys = MultiFernet([Fernet(_normal(one)) for one in listed])

    def sealed(self, content: bytes) -> bytes:
        return self._keys.encrypt(content)

    def opened(self, sealed: bytes) -> bytes | None:
        try:
            return self._keys.decrypt(sealed)
        except InvalidToken:
            return None

    def anew(self, sealed: bytes) -> bytes | None:
        """The same under the first key."""
        try:
            return self._keys.rotate(sealed)
        except InvalidToken:
            return None


def seal_of(key: Secret, file: str) -> Seal:
    """Raises SettingsFault, which shows nothing of a key."""
    if key:
        return Seal(key)
    if not file:
        raise SettingsFault(say("cluster.no_seal"), key="seal_key", way_out=say("cluster.make_seal"))
    try:
        return Seal(Secret(safe_files.read(Path(file), LONGEST_FILE).decode()))
    except (OSError, UnicodeDecodeError) as error:
        why = say("file.not_read", path=file, why=getattr(error, "strerror", None) or "?")
        raise SettingsFault(why, key="seal_key_file", way_out=say("cluster.make_seal")) from None


def new_key() -> str:
    """As `seal_key` takes it."""
    return Fernet.generate_key().decode()


def _normal(text: str) -> bytes:
    """In the one alphabet that Fernet reads. Raises SettingsFault."""
    urlsafe = text.replace("+", "-").replace("/", "_").rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(urlsafe + "=" * (-len(urlsafe) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise SettingsFault(say("cluster.bad_seal"), key="seal_key", way_out=say("cluster.make_seal"))
    return base64.urlsafe_b64encode(raw)
