"""A credential file's bytes as text, and single fields of it: texts, times, private keys, who an id_token names. Pure.

In: bytes, or one decoded JSON object. Out: text from UTF-8, with or without a mark, or from UTF-16 with one (what
PowerShell's `>` writes), without the signs that nobody sees: pasted from a web page, keys come with zero-width signs
and no-break spaces. And plain values; a field of the wrong type is an ImportRefused that names the file and the field
and never repeats the value, which may be a secret. Times become seconds since the epoch here, and a private key gets
real line ends, however it was carried.
"""

import base64
import binascii
import codecs
import json
import math
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gcli2api_tui.credentials.credential import is_location
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST = 16_384
"""Characters; a private key has about 1,700, a token up to 2,000."""
LAST_EXPIRY = 4_102_444_800.0
"""The year 2100: tokens live for hours, so a later end is a mistake."""
MILLISECONDS_FROM = 1e11
"""As seconds that is the year 5138, as milliseconds 1973: a larger number is milliseconds (Gemini CLI)."""
_WRITTEN_OUT = re.compile(r"(?<!\\)(?:\\++r\\++n|\\++[nr])|\r\n?")
_PEM = re.compile(r"(-----BEGIN (?:RSA )?PRIVATE KEY-----)([A-Za-z0-9+/=\s]+)(-----END (?:RSA )?PRIVATE KEY-----)")
_WIDTH = 64


def decoded(data: bytes, name: str) -> str:
    """The text without outer spaces and unseen signs. Raises ImportRefused for what is none."""
    try:
        text = data.decode("utf-16" if data.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise _no_text(name) from None
    text = _trimmed(text)
    if "\0" in text:
        raise _no_text(name)
    if not text:
        raise ImportRefused(say("import.empty"), file=name)
    return text


def _trimmed(text: str) -> str:
    """Only the ends: within JSON's strings a joiner may be part of somebody's name."""
    first, last = 0, len(text)
    while first < last and _is_blank(text[first]):
        first += 1
    while last > first and _is_blank(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def _no_text(name: str) -> ImportRefused:
    return ImportRefused(say("import.not_text"), file=name, way_out=say("import.taken"))


def visible(text: str) -> str:
    """What a person sees of it: no zero-width signs, and plain spaces for all kinds of spaces."""
    if text.isascii():
        return text
    return "".join(_visible(sign) for sign in text)


def _visible(sign: str) -> str:
    kind = unicodedata.category(sign)
    return "" if kind == "Cf" else " " if kind == "Zs" else sign


@dataclass(frozen=True, slots=True)
class Entry:
    """One JSON object of a file; `path` is where it stands in it ("" at the top, "[2]", "token")."""

    file: str
    values: Mapping[str, Any]
    path: str = ""

    def refuse(self, field: str, why: Message, way_out: Message = NOTHING) -> ImportRefused:
        """The error to raise about one field."""
        where = ".".join(part for part in (self.path, field) if part)
        return ImportRefused(why, file=self.file, field=where, way_out=way_out)

    def text(self, *names: str) -> str:
        """The first of `names` that is set, without outer spaces; "" if none is."""
        for name in names:
            if found := self._one_text(name):
                return found
        return ""

    def required(self, *names: str) -> str:
        """As `text`, and it must be there."""
        if found := self.text(*names):
            return found
        raise self.refuse(names[0], say("field.missing"))

    def _one_text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(name, say("field.text"))
        if len(value) > LONGEST or not _encodable(value):
            raise self.refuse(name, say("field.too_long"))
        return visible(value).strip()

    def token(self, *names: str) -> str:
        """As `text`, for what goes into an HTTP header or form: printable ASCII without spaces."""
        found = self.text(*names)
        if found and not (found.isascii() and found.isprintable() and " " not in found):
            raise self.refuse(names[0], say("field.characters"), say("way_out.copy_again"))
        return found

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts, or one text with spaces between them."""
        for name in names:
            value = self.values.get(name)
            listed = value.split() if isinstance(value, str) else value
            if isinstance(listed, list):
                return tuple(item for item in listed if isinstance(item, str) and _encodable(item))
        return ()

    def location(self) -> str:
        """A location of Vertex AI, or ""."""
        found = self.text("location").lower()
        if found and not is_location(found):
            raise self.refuse("location", say("field.location"), say("field.locations"))
        return found

    def inner(self, name: str) -> "Entry":
        """The object in field `name`."""
        return Entry(self.file, self.values[name], ".".join(part for part in (self.path, name) if part))

    def instant(self, *names: str) -> float:
        """A time in seconds since the epoch; 0 when none is given."""
        if (given := self._first(names)) is None:
            return 0.0
        name, value = given
        if (found := epoch_seconds(value)) is None:
            raise self.refuse(name, say("field.time"), say("field.times"))
        return found

    def expiry(self, *names: str) -> float:
        """When a token ends; 0, which is over, where that is not given or cannot be read: then it is renewed first."""
        given = self._first(names)
        found = epoch_seconds(given[1]) if given else None
        return found if found and found < LAST_EXPIRY else 0.0

    def _first(self, names: tuple[str, ...]) -> tuple[str, object] | None:
        """The first of `names` that is set."""
        return next(((name, self.values[name]) for name in names if self.values.get(name) not in (None, "")), None)


def read_private_key(entry: Entry, field: str) -> Secret:
    """The key, ended by a line end. Raises ImportRefused for what is none, or is cut."""
    if found := pem_in(entry.required(field)):
        return Secret(found)
    why = say("import.no_pem")
    raise entry.refuse(field, why, say("import.download_key"))


def pem_in(text: str) -> str:
    """The PEM in the text with real line ends; "" where none is in it."""
    found = _PEM.search(_WRITTEN_OUT.sub("\n", text))
    if not found:
        return ""
    begin, body, end = found.groups()
    lines = body.split() if "\n" in body.strip() else textwrap.wrap("".join(body.split()), _WIDTH)
    return "\n".join((begin, *lines, end, ""))


def epoch_seconds(value: object) -> float | None:
    """Every form seen in the wild: seconds, milliseconds, ISO 8601 with Z, an offset, or naive (which is UTC)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(float(value)) if abs(value) < 1e15 else None
    return _from_text(value.strip()) if isinstance(value, str) else None


def _from_number(number: float) -> float | None:
    if not math.isfinite(number) or number < 0:
        return None
    return number / 1000 if number >= MILLISECONDS_FROM else number


def _from_text(text: str) -> float | None:
    """A number that was written as text (JavaScript's milliseconds), or ISO 8601."""
    return epoch_seconds(float(text)) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]+)?", text) else _from_iso(text)


def _from_iso(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def email_of(id_token: str) -> str:
    """The e-mail in a JWT's payload, unverified: it is only a label. "" when there is none."""
    parts = id_token.split(".")
    if len(parts) != 3:
        return ""
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    email = payload.get("email") if isinstance(payload, dict) else None
    return email.strip() if isinstance(email, str) and _encodable(email) else ""


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
