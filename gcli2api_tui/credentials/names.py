"""What credentials and their files are called: for everybody's eyes, so that no name shows a secret.

In: whatever a file, a person or an account says. Out: one line without control or unseen characters, of bounded
length, with keys and tokens masked. `Credential` itself calls `shown`, so no label escapes this home. Pure.
"""

import re
import unicodedata

from gcli2api_tui.events.secret import masked

LONGEST = 200
"""Characters; a name is for people, and a vault file takes no text beyond reason."""

HIDDEN = "…"
"""In place of a secret."""

_LONGEST_SLUG = 40
_WORD = re.compile(r"[A-Za-z0-9]{30,}")
_ACCOUNT = re.compile(r"[^\s@·]+@[^\s@·]+")


def shown(text: str) -> str:
    """The name as it may be seen; "" where nothing is left."""
    plain = text.isascii() and text.isprintable()  # as nearly all are: then every sign is seen
    line = " ".join((text if plain else "".join(map(_seen, text))).split())
    return _WORD.sub(_hidden, masked(line, HIDDEN))[:LONGEST].strip()


def slug(label: str) -> str:
    """The part of a file's name that is for people: small letters, digits and dashes; may be ""."""
    return re.sub(r"[^a-z0-9]+", "-", shown(label).lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")


def account(text: str) -> str:
    """The e-mail address that a text is, or begins with as a label may, in small letters; "" for any other text."""
    found = _ACCOUNT.match(shown(text))
    return found.group().casefold() if found and HIDDEN not in found.group() else ""


def of_key(key: str, kind: str = "key") -> str:
    """A key without a name, told apart by its end."""
    return f"{kind} …{key[-4:]}"


def _seen(sign: str) -> str:
    """Without what nobody sees: it would hide a key from the mask, and from nobody who copies the name."""
    if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if unicodedata.category(sign) == "Cf" else sign


def _hidden(word: re.Match[str]) -> str:
    """A long word of both cases and digits is a key of a form that nobody has told us of; no person writes one."""
    text = word.group()
    random = re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9]", text)
    return HIDDEN if random else text
