"""Media inside a request → Gemini parts: base64, data: URLs, and addresses that are noted, not fetched.

In: what a client sent, and the name of its field. Out: a part; whatever is wrong is a ClientFault with that name.
"""

import base64
import binascii
from typing import NoReturn
from urllib.parse import unquote_to_bytes, urlsplit

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import wrong
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})


def by_address(url: str, where: str, remote: list[RemoteFile] | None, field: str = "") -> Part:
    """A data: URL, something that Google reads itself, or an address to fetch, which `remote` gets.

    Without `remote` nothing of this field is fetched. `where` is the field of the address, `field` what it belongs to.
    """
    url = url.strip()
    scheme = url[:8].lower()
    if scheme.startswith("data:"):
        return from_data_url(url, where)
    if scheme.startswith("gs://") or _is_youtube(url):
        return {"fileData": {"fileUri": url}}
    web = scheme.startswith(("http://", "https://"))
    if web and remote is not None:
        remote.append(RemoteFile(url, field or where))
        return {"fileData": {"fileUri": url}}
    raise ClientFault(
        say("request.images_only") if web else say("request.no_image_address"),
        param=where,
        way_out=say("image.way_out"),
    )


def _is_youtube(url: str) -> bool:
    try:
        return urlsplit(url[:500]).hostname in _YOUTUBE
    except ValueError:
        return False


def from_data_url(url: str, where: str) -> Part:
    """The data in the address itself."""
    head, comma, body = url[len("data:") :].partition(",")
    if not comma:
        wrong(where, say("request.no_comma"))
    mime, *options = (piece.strip() for piece in head.split(";"))
    if "base64" in (option.lower() for option in options):
        return blob(mime or "text/plain", body, where)
    return blob(mime or "text/plain", base64.b64encode(unquote_to_bytes(body)).decode(), where)


def blob(mime: str, data: str, where: str) -> Part:
    """Base64 as clients write it → base64 as Google takes it."""
    if not data.isascii():
        _not_base64(where)
    # Line breaks and the URL alphabet are common; Google takes neither.
    plain = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    plain += "=" * (-len(plain) % 4)
    try:
        size = len(binascii.a2b_base64(plain, strict_mode=True))
    except binascii.Error:
        _not_base64(where)
    if not size:
        wrong(where, say("request.no_data"))
    return {"inlineData": {"mimeType": mime.lower(), "data": plain}}


def _not_base64(where: str) -> NoReturn:
    wrong(where, say("request.no_base64"))
