"""A service account's private key as PEM, however it was carried here.

In: a field of an Entry. Out: the key with real line ends. Environment variables and YAML write them out (`\\n`, the two
signs), put quotes around the whole, or put all on one line; signing needs them real. Pure.
"""

import re
import textwrap

from gcli2api_tui.credentials.json_entry import Entry
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

_WRITTEN_OUT = re.compile(r"\\+r\\+n|\\+[nr]|\r\n?")
_PEM = re.compile(r"(-----BEGIN (?:RSA )?PRIVATE KEY-----)([A-Za-z0-9+/=\s]+)(-----END (?:RSA )?PRIVATE KEY-----)")
_WIDTH = 64


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
