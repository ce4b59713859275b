"""MIME types of media as Google spells them, from what clients write, from the first bytes and from a file's name.

In: a label in any case, bytes, a name; each may be missing, wrong or useless. Out: one type in lower case. For
pictures, sounds and films the bytes decide, because Google reads them too; a label that says nothing gives way to bytes
and name. A type that a model has refused is exchanged in a request of any shape for one that it takes; the data stays
as it is, and is looked at only there. Pure, idempotent. Source: Google's pages on media, and refusals that others have
reported.
"""

import base64
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlsplit

from gcli2api_tui.gemini.types import GenerateRequest

PLAIN = "text/plain"
YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
"""Hosts of films that Google reads itself."""
_FILM = "video/mp4"
"""What Vertex AI wants beside the address of one."""
_SPELLINGS: Mapping[str, str] = {
    wrong: right
    for right, others in {
        "image/jpeg": "image/jpg image/pjpeg image/jfif image/x-jpeg image/x-jpg image/x-citrix-jpeg",
        "image/png": "image/x-png image/apng image/x-citrix-png",
        "image/webp": "image/x-webp",
        "image/heic": "image/heic-sequence image/x-heic",
        "image/heif": "image/heif-sequence image/x-heif",
        "audio/wav": "audio/x-wav audio/wave audio/vnd.wave audio/x-pn-wav",
        "audio/mpeg": "audio/x-mp3 audio/x-mpeg audio/mpeg3 audio/x-mpeg-3",
        "audio/aac": "audio/x-aac audio/aacp audio/x-hx-aac-adts",
        "audio/flac": "audio/x-flac",
        "audio/aiff": "audio/x-aiff audio/aif audio/aifc",
        "audio/ogg": "application/ogg audio/x-ogg audio/vorbis audio/oga audio/x-vorbis+ogg",
        "audio/m4a": "audio/x-m4a audio/mp4a-latm",
        "audio/pcm": "audio/pcm16 audio/x-pcm audio/raw audio/x-raw",
        "audio/webm": "audio/x-webm",
        "video/mp4": "video/x-mp4 video/x-m4v video/m4v video/mpeg4",
        "video/avi": "video/x-msvideo video/msvideo",
        "video/x-flv": "video/flv",
        "video/wmv": "video/x-ms-wmv",
        "video/3gpp": "video/3gp",
        "video/webm": "video/x-webm",
        "application/pdf": "application/x-pdf text/pdf application/acrobat",
        "text/markdown": "text/x-markdown application/markdown",
        "text/csv": "application/csv text/x-csv text/comma-separated-values",
        "text/xml": "application/xml",
        "text/html": "application/xhtml+xml",
        "text/javascript": "application/javascript text/ecmascript",
    }.items()
    for wrong in others.split()
}
_SUFFIXES: Mapping[str, str] = {
    suffix: kind
    for kind, suffixes in {
        "image/png": "png",
        "image/jpeg": "jpg jpeg jpe jfif pjpeg",
        "image/webp": "webp",
        "image/heic": "heic",
        "image/heif": "heif",
        "image/gif": "gif",
        "image/bmp": "bmp",
        "audio/wav": "wav wave",
        "audio/mpeg": "mp3 mpga",
        "audio/aiff": "aiff aif aifc",
        "audio/aac": "aac",
        "audio/ogg": "ogg oga",
        "audio/opus": "opus",
        "audio/flac": "flac",
        "audio/m4a": "m4a m4b",
        "audio/pcm": "pcm pcm16 raw",
        "audio/l16": "l16",
        "video/mp4": "mp4 m4v",
        "video/mpeg": "mpeg",
        "video/mpg": "mpg",
        "video/quicktime": "mov qt",
        "video/avi": "avi",
        "video/x-flv": "flv",
        "video/webm": "webm",
        "video/wmv": "wmv",
        "video/3gpp": "3gp 3gpp",
        "application/pdf": "pdf",
        "text/html": "html htm",
        "text/css": "css",
        "text/javascript": "js mjs",
        "text/csv": "csv",
        "text/markdown": "md markdown",
        "text/xml": "xml",
        "application/rtf": "rtf",
        "application/json": "json",
        PLAIN: "txt text log py ts tsx jsx java c h cpp go rs rb php sh sql yaml yml toml ini cfg tex tsv",
    }.items()
    for suffix in suffixes.split()
}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/avi"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"M4A ": "audio/m4a",
    b"M4B ": "audio/m4a",
    b"qt  ": "video/quicktime",
}
"""Of the container that is also MP4's; its other brands hold pictures, sound or both."""
_SOUNDS = {*_SUFFIXES.values(), "audio/mp3", "audio/mpga", "audio/mp4", "audio/webm"}
_RAW_SOUNDS = frozenset({"audio/pcm", "audio/l16"})
_READ_BY_BYTES = ("image", "audio", "video")
_USELESS = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})
_ALSO: Mapping[str, str] = {
    "audio/mpeg": "audio/mp3",
    "audio/m4a": "audio/mp4",
    "audio/pcm": "audio/l16",
    "audio/opus": "audio/ogg",
    "video/quicktime": "video/mov",
    "video/mpg": "video/mpeg",
}
"""Another name of the same that Google lists somewhere; only in this direction, so that nothing goes in circles."""
Change = Callable[[str, dict[str, object]], dict[str, object]]
"""(`inlineData` or `fileData`, its value) → its value."""


def media_type(label: str, content: bytes, name: str = "", usual: str = "") -> str:
    """The type of this content; `usual` is the likeliest where neither label, bytes nor name tell it.

    A label that says nothing and that nothing replaces comes back as it is: then Google judges it.
    """
    told, found = spelled(label), by_bytes(content)
    family = told.partition("/")[0]
    family = f"{family}/" if family in _READ_BY_BYTES else ""
    if not says_nothing(told):
        return found if family and found.startswith(family) else told
    # Of `image/*` at least the first half holds.
    for kind in (found, by_name(name)):
        if kind and kind.startswith(family):
            return kind
    return usual or (PLAIN if not family and is_text(content) else told)


def spelled(label: str) -> str:
    """The label as Google spells it: lower case, the usual word, no parameters; a bare word is a suffix."""
    plain, _, options = label.strip().lower().partition(";")
    plain = plain.strip()
    if plain and "/" not in plain:
        return _SUFFIXES.get(plain.lstrip("."), plain)
    plain = _SPELLINGS.get(plain, plain)
    # Raw sound cannot be told how fast it is by itself.
    return f"{plain};{''.join(options.split())}" if options and plain in _RAW_SOUNDS else plain


def may_be_sound(kind: str) -> bool:
    """Whether this type, already spelled, may hold sound that Google reads."""
    family = kind.partition("/")[0]
    return family == "video" or (family == "audio" and kind.partition(";")[0] in _SOUNDS)


def says_nothing(label: str) -> bool:
    """Whether a spelled label tells no type."""
    return label in _USELESS or label.endswith("/*") or "/" not in label.strip("/")


def by_name(name: str) -> str:
    """By the suffix of a file's name or of an address, in any case; empty if it is none of Google's."""
    last = name.partition("?")[0].partition("#")[0].rpartition("/")[2]
    _, dot, suffix = last.rpartition(".")
    return _SUFFIXES.get(suffix.lower(), "") if dot else ""


def by_address(url: str) -> str:
    """By an address that Google reads itself; empty if nothing in it tells."""
    return _FILM if host_of(url) in YOUTUBE else by_name(url)


def host_of(url: str) -> str:
    """The host of an address in lower case; empty if it has none."""
    try:
        return urlsplit(url[:500]).hostname or ""
    except ValueError:
        return ""


def by_bytes(content: bytes) -> str:
    """By the first bytes; empty where they tell nothing for certain."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], "")
    if content[:4] == b"FORM" and content[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    return _BRANDS.get(content[8:12], "") if content[4:8] == b"ftyp" else ""


def is_text(content: bytes) -> bool:
    """Whether it reads as UTF-8 without control characters."""
    try:
        words = content.decode()
    except UnicodeDecodeError:
        return False
    return not any(sign < " " and sign not in "\t\n\r\f" for sign in words)


def retyped(request: GenerateRequest, refuses: Callable[[str], bool]) -> GenerateRequest:
    """With another type wherever one is refused (asked in lower case), if another is right."""

    def better(field: str, media: dict[str, object]) -> dict[str, object]:
        label = media.get("mimeType") if isinstance(media.get("mimeType"), str) else ""
        if not refuses(str(label).lower()):
            return media
        others = _by_data(str(label), media.get("data")) if field == "inlineData" else _by_address(str(label), media)
        kind = next((one for one in others if one != label and not refuses(one)), None)
        return {**media, "mimeType": kind} if kind and not says_nothing(kind) else media

    return _changed(request, better)


def with_file_types(request: GenerateRequest) -> GenerateRequest:
    """With a type beside every address that tells it by its suffix or its host."""

    def typed(field: str, media: dict[str, object]) -> dict[str, object]:
        kind = "" if field != "fileData" or media.get("mimeType") else by_address(str(media.get("fileUri")))
        return {**media, "mimeType": kind} if kind else media

    return _changed(request, typed)


def _by_data(label: str, data: object) -> list[str]:
    told = spelled(label)
    try:
        content = base64.b64decode(str(data))
    except ValueError:
        content = b""
    found = [media_type(label, content), told, _ALSO.get(told, "")]
    may_be_text = not told.startswith(("image/", "audio/", "video/")) and content and is_text(content)
    return [one for one in (*found, PLAIN if may_be_text else "") if one]


def _by_address(label: str, media: Mapping[str, object]) -> list[str]:
    told = spelled(label)
    return [one for one in (told, by_address(str(media.get("fileUri"))), _ALSO.get(told, "")) if one]


def _changed(request: GenerateRequest, change: Change) -> GenerateRequest:
    contents = request.get("contents")
    if not isinstance(contents, list):
        return request
    new = [_content(one, change) for one in contents]
    return cast(GenerateRequest, {**request, "contents": new}) if new != contents else request


def _content(content: object, change: Change) -> object:
    if not isinstance(content, dict) or not isinstance(parts := content.get("parts"), list):
        return content
    return {**content, "parts": [_part(one, change) for one in parts]}


def _part(part: object, change: Change) -> object:
    """A result of a function may hold parts of its own."""
    if not isinstance(part, dict):
        return part
    new: dict[str, object] = {
        field: change(field, part[field]) for field in ("inlineData", "fileData") if isinstance(part.get(field), dict)
    }
    if isinstance(part.get("functionResponse"), dict):
        new["functionResponse"] = _content(part["functionResponse"], change)
    return {**part, **new} if new else part
