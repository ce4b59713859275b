"""Media in requests and in answers: base64, `data:` URLs and addresses → Gemini parts, and an answer's blobs → links.

In: what a client sent, and the name of its field; whatever is wrong is a ClientFault with that name. An address is
noted, not fetched. Out: parts. On the way back, for dialects whose answers are texts: links that hold the data. They
come back inside the assistant's words and become the model's media again; what only looks like one, or is quoted as
code, stays text. A picture that the model made while it thought is a draft: it is held back, and shown at the end where
no other picture came.
"""

import base64
import binascii
import io
import re
import wave
from dataclasses import field, replace
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import wrong
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini import media_types
from gcli2api_tui.gemini.media_types import by_bytes
from gcli2api_tui.gemini.stream_parts import BlobPart
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PIECE = 64 * 1024
_HEAD = 128
"""Letters of base64 that tell every type that bytes tell."""
_READ_BY_GOOGLE = media_types.YOUTUBE | {"generativelanguage.googleapis.com"}
_RATE = 24_000
"""Samples a second where Google does not say how many."""
_MONO, _BYTES = 1, 2
_LINK = re.compile(
    r"(?:(?<!`)!|(?<![`!]))\[([^\]\n]{0,200}+)\]\(data:((?:image|audio)/[\w.+-]{1,40}+);base64,([A-Za-z0-9+/]{24,}+={0,2}+)\)"
)
_MARK = re.compile(r"\]\(data:(?:image|audio)/")
_OURS = ("image", "sound")
"""What `shown` writes where a program shows no media."""
_FENCE = "```"


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
    comma = url.find(",")
    if comma < 0:
        wrong(where, say("request.no_comma"))
    mime, *options = (piece.strip() for piece in url[len("data:") : comma].split(";"))
    body = url[comma + 1 :]
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
    size = _letters(data)
    if not _is_base64(data, size):
        # Line breaks and the URL alphabet are common; Google takes neither.
        data = "".join(data.split()).replace("-", "+").replace("_", "/")
        size = _letters(data)
    if not _is_base64(data, size) or size % 4 == 1:
        _not_base64(where)
    if not size:
        wrong(where, say("request.no_data"))
    padding = "=" * (-size % 4)
    plain = data if len(data) == size + len(padding) else data[:size] + padding
    return {"inlineData": {"mimeType": _kind(mime, plain, name, usual), "data": plain}}


def first_bytes(data: str) -> bytes:
    """What base64 as Google takes it begins with, none of it where it is none; as much as tells a type."""
    size = _letters(data)
    is_padded = len(data) % 4 == 0 and len(data) - size <= 2
    return binascii.a2b_base64(data[:_HEAD]) if is_padded and _is_base64(data, size) else b""


def _letters(data: str) -> int:
    """Its length without the padding; only where that is longer than it should be, a copy is made to see it."""
    end = data[-3:].rstrip("=")
    return len(data) - len(data[-3:]) + len(end) if end else len(data.rstrip("="))


def _is_base64(data: str, size: int) -> bool:
    """Whether there is nothing else in so much of it; looked at in pieces, so that others run between them."""
    pieces = (data[at : min(at + _PIECE, size)] for at in range(0, size, _PIECE))
    return not any(piece.encode().translate(None, _BASE64) for piece in pieces)


def _kind(mime: str, data: str, name: str, usual: str) -> str:
    """By the first bytes: nothing large is decoded but to see whether it is text, where nobody says what it is."""
    content = binascii.a2b_base64(data[:_HEAD])
    if media_types.says_nothing(media_types.spelled(mime)) and not media_types.by_bytes(content):
        content = binascii.a2b_base64(data)
    return media_types.media_type(mime, content, name, usual)


def _not_base64(where: str) -> NoReturn:
    wrong(where, say("request.no_base64"))


def with_pictures(words: str) -> list[Part]:
    """What the model said: its words, and the media among them as media."""
    if not _MARK.search(words):
        return [{"text": words}] if words else []
    found: list[Part] = []
    end, looked, fences = 0, 0, 0
    for match in _LINK.finditer(words):
        fences += words.count(_FENCE, looked, match.start())
        looked = match.end()
        kind = _pictured_type(match[2].lower(), match[3])
        if fences % 2 or not kind:
            continue
        before = words[end : match.start()] + ("" if match[1] in _OURS else match[1])
        found += [{"text": before}] if before else []
        found.append({"inlineData": {"mimeType": kind, "data": match[3]}})
        end = match.end()
    return [*found, {"text": words[end:]}] if words[end:] else found


def _pictured_type(told: str, data: str) -> str:
    """The type of the bytes, if they are what the link tells; else nothing."""
    found = by_bytes(first_bytes(data))
    return found if found.partition("/")[0] == told.partition("/")[0] else ""


@dataclass(slots=True)
class Drafts:
    """Pictures of one answer, by its choices."""

    _held: dict[int, BlobPart] = field(default_factory=dict)
    """The last draft of each choice that has shown no picture."""
    _shown: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._held)

    def holds(self, blob: BlobPart) -> bool:
        """Whether this one waits for the end."""
        if blob.draft and blob.choice not in self._shown:
            self._held[blob.choice] = blob
        elif is_picture(blob):
            self._shown.add(blob.choice)
            self._held.pop(blob.choice, None)
        return blob.draft

    def rest(self, choice: int = 0) -> BlobPart | None:
        """What was held back, at the end."""
        return self._held.pop(choice, None)


def shown(blob: BlobPart) -> str:
    """A blob as a link in Markdown; a picture is seen where it stands."""
    if is_picture(blob):
        return f"![image](data:{blob.mime};base64,{blob.data})"
    name = "sound" if is_sound(blob) else "file"
    blob = playable(blob)
    return f"[{name}](data:{blob.mime};base64,{blob.data})"


def is_picture(blob: BlobPart) -> bool:
    """A type that Google left out counts as a picture's."""
    return blob.mime.startswith("image/") or not blob.mime


def is_sound(blob: BlobPart) -> bool:
    return blob.mime.startswith("audio/")


def playable(blob: BlobPart) -> BlobPart:
    """Raw samples as a WAV file, which says itself how fast they are; anything else stays as it is."""
    kind, *options = (word.strip().lower() for word in blob.mime.split(";"))
    if kind not in ("audio/l16", "audio/pcm"):
        return blob
    rate = next((word[5:] for word in options if word.startswith("rate=")), "")
    try:
        samples = base64.b64decode(blob.data)
    except ValueError:
        return blob
    wav = _wav(samples, int(rate) if rate.isdecimal() and len(rate) < 7 else _RATE)
    return replace(blob, mime="audio/wav", data=base64.b64encode(wav).decode())


def _wav(samples: bytes, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.Wave_write(file) as sound:
        sound.setparams((_MONO, _BYTES, rate, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()
