"""Media inside a request → Gemini parts: base64, data: URLs, and addresses that are noted, not fetched.

In: what a client sent, and the name of its field. Out: a part; whatever is wrong is a ClientFault with that name.
"""

import base64
import binascii
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import wrong
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini import media_types
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PIECE = 64 * 1024
_HEAD = 128
"""Letters of base64 that tell every type that bytes tell."""
_READ_BY_GOOGLE = media_types.YOUTUBE | {"generativelanguage.googleapis.com"}


def by_address(url: str, where: str, remote: list[RemoteFile] | None, field: str = "", label: str = "") -> Part:
    """A data: URL, something that Google reads itself, or an address to fetch, which `remote` gets.

    Without `remote` nothing of this field is fetched. `where` is the field of the address, `field` what it belongs to,
    `label` the type that the client names beside it.
    """
    url = url.strip()
    if is_data_url(url):
        return from_data_url(url, where, label=label)
    if google_reads(url):
        return _read_there(url, label)
    web = url[:8].lower().startswith(("http://", "https://"))
    if web and remote is not None:
        remote.append(RemoteFile(url, field or where))
        return {"fileData": {"fileUri": url}}
    raise ClientFault(
        say("request.images_only") if web else say("request.no_image_address"),
        param=where,
        way_out=say("image.way_out"),
    )


def is_data_url(url: str) -> bool:
    """Whether the data stands in the address itself."""
    return url[:5].lower() == "data:"


def google_reads(url: str) -> bool:
    """Whether Google reads this address itself: of its storage, of its Files API, of YouTube."""
    return url[:5].lower() == "gs://" or media_types.host_of(url) in _READ_BY_GOOGLE


def _read_there(url: str, label: str) -> Part:
    """Vertex AI wants a type beside every address. A file of the Files API has its own."""
    told = media_types.spelled(label)
    kind = media_types.by_address(url) if media_types.says_nothing(told) else told
    return {"fileData": {"mimeType": kind, "fileUri": url} if kind else {"fileUri": url}}


def from_data_url(url: str, where: str, name: str = "", label: str = "") -> Part:
    """The data in the address itself; `label` counts where the address has none."""
    head, comma, body = url[len("data:") :].partition(",")
    if not comma:
        wrong(where, say("request.no_comma"))
    mime, *options = (piece.strip() for piece in head.split(";"))
    if media_types.says_nothing(media_types.spelled(mime)):
        mime = label or mime
    usual = "" if mime else media_types.PLAIN
    if "base64" in (option.lower() for option in options):
        return blob(mime, body, where, name, usual)
    return blob(mime, base64.b64encode(unquote_to_bytes(body)).decode(), where, name, usual)


def blob(mime: str, data: str, where: str, name: str = "", usual: str = "") -> Part:
    """Base64 as clients write it → base64 as Google takes it, and its type; `name` is the file's."""
    if not data.isascii():
        _not_base64(where)
    bare = data.rstrip("=")
    if not _is_base64(bare):
        # Line breaks and the URL alphabet are common; Google takes neither.
        bare = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    if not _is_base64(bare) or len(bare) % 4 == 1:
        _not_base64(where)
    if not bare:
        wrong(where, say("request.no_data"))
    padded = bare + "=" * (-len(bare) % 4)
    plain = data if data == padded else padded
    return {"inlineData": {"mimeType": _kind(mime, plain, name, usual), "data": plain}}


def first_bytes(data: str) -> bytes:
    """What base64 as Google takes it begins with, none of it where it is none; as much as tells a type."""
    bare = data.rstrip("=")
    is_padded = len(data) % 4 == 0 and len(data) - len(bare) <= 2
    return binascii.a2b_base64(data[:_HEAD]) if is_padded and _is_base64(bare) else b""


def _is_base64(data: str) -> bool:
    """Whether there is nothing else in it; looked at in pieces, so that others run between them."""
    pieces = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    return not any(piece.encode().translate(None, _BASE64) for piece in pieces)


def _kind(mime: str, data: str, name: str, usual: str) -> str:
    """By the first bytes: nothing large is decoded but to see whether it is text, where nobody says what it is."""
    content = binascii.a2b_base64(data[:_HEAD])
    if media_types.says_nothing(media_types.spelled(mime)) and not media_types.by_bytes(content):
        content = binascii.a2b_base64(data)
    return media_types.media_type(mime, content, name, usual)


def _not_base64(where: str) -> NoReturn:
    wrong(where, say("request.no_base64"))
