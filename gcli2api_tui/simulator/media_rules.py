"""Which media Google reads: types of inline data and of files by address, by a table of the simulator's own.

In: a request in camelCase. Vertex AI wants a type beside every address; the Gemini API knows its own files and films.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gcli2api_tui.simulator.refusals import invalid

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


def check_media(request: Mapping[str, Any], backend: str) -> None:
    for part in _parts(request):
        blob, file = part.get("inlineData"), part.get("fileData")
        if blob is not None:
            _check_type(blob.get("mimeType") or "")
        if file is not None and file.get("mimeType"):
            _check_type(file["mimeType"])
        elif file is not None and backend == "vertex":
            text = "Unable to submit request because it has an empty mimeType parameter in fileData."
            raise invalid(f"{text} Add a mimeType parameter and try again.")


def _parts(request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for content in request["contents"]:
        for part in content["parts"]:
            yield part
            yield from (part.get("functionResponse") or {}).get("parts") or ()


def _check_type(kind: str) -> None:
    """In lower case; parameters do not count."""
    family, _, name = kind.partition(";")[0].partition("/")
    if name not in TAKEN.get(family, ()):
        raise invalid(f"Unsupported MIME type: {kind}")
