"""Media: which ones Google reads, inline and by address, and the pictures of models that draw.

In: a request in camelCase. Out: nothing, or a Refusal; a small PNG of one colour, the same for the same prompt, in the
ratio asked for. Vertex AI wants a type beside every address; the Gemini API knows its own files and films.
"""

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterator

from gcli2api_tui.simulator.refusals import invalid
from gcli2api_tui.simulator.request_shape import GenerationConfig, Part, Request

IMAGE_TOKENS = 1290
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
MODALITIES = ("TEXT", "IMAGE", "AUDIO")


def check_drawing(request: Request, *, draws: bool) -> None:
    """Refuses a ratio that is none, and pictures of a model that does not draw."""
    for modality in wanted_modalities(request):
        if modality not in MODALITIES:
            raise invalid(f"Invalid value at 'generation_config.response_modalities', \"{modality}\"")
        if modality == "IMAGE" and not draws:
            raise invalid("Model does not support the requested response modalities: image")
    ratio = ratio_of(request)
    if ratio and ratio not in RATIOS:
        raise invalid(f"aspect_ratio must be one of {', '.join(RATIOS)}.")


def wanted_modalities(request: Request) -> list[str]:
    return [str(one).upper() for one in _config(request).get("responseModalities") or ()]


def ratio_of(request: Request) -> str:
    return str((_config(request).get("imageConfig") or {}).get("aspectRatio") or "")


def drawn(seed: str, ratio: str) -> str:
    width, height = (int(side) for side in (ratio or "1:1").split(":"))
    colour = hashlib.sha256(seed.encode()).digest()[:3]
    rows = (b"\0" + colour * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)
    return base64.b64encode(png).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _config(request: Request) -> GenerationConfig:
    return request.get("generationConfig") or {}


IMAGES = ("png", "jpeg", "webp", "heic", "heif")
SOUNDS = ("wav", "mp3", "mpeg", "mpga", "mp4", "m4a", "aac", "ogg", "opus", "flac", "aiff", "webm", "pcm", "l16")
FILMS = ("mp4", "mpeg", "mpegs", "mpg", "mov", "quicktime", "avi", "x-flv", "webm", "wmv", "3gpp", "*")
TEXTS = ("plain", "html", "css", "javascript", "csv", "markdown", "md", "xml", "rtf", "x-python", "x-typescript")
DOCUMENTS = ("pdf", "json", "rtf", "x-javascript", "x-python-code", "x-typescript")
TAKEN = {
    "image": frozenset(IMAGES),
    "audio": frozenset(SOUNDS),
    "video": frozenset(FILMS),
    "text": frozenset(TEXTS),
    "application": frozenset(DOCUMENTS),
}


def check_media(request: Request, backend: str) -> None:
    for part in _parts(request):
        blob, file = part.get("inlineData"), part.get("fileData")
        if blob is not None:
            _check_type(blob.get("mimeType") or "")
        if file is not None and file.get("mimeType"):
            _check_type(file["mimeType"])
        elif file is not None and backend == "vertex":
            text = "Unable to submit request because it has an empty mimeType parameter in fileData."
            raise invalid(f"{text} Add a mimeType parameter and try again.")


def _parts(request: Request) -> Iterator[Part]:
    for content in request["contents"]:
        for part in content["parts"]:
            yield part
            yield from (part.get("functionResponse") or {}).get("parts") or ()


def _check_type(kind: str) -> None:
    """In lower case; parameters do not count."""
    family, _, name = kind.partition(";")[0].partition("/")
    if name not in TAKEN.get(family, ()):
        raise invalid(f"Unsupported MIME type: {kind}")
