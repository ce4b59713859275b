"""Types of media that a model has refused, exchanged for those that it takes; and types that are missing.

In: a request of any shape, and which types are refused. Out: the request with better labels; the same where there is
none. The data stays as it is, and is looked at only where its label was refused. Pure, idempotent.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, cast

from gcli2api_tui.gemini import media_types
from gcli2api_tui.gemini.types import GenerateRequest

Change = Callable[[str, dict[str, Any]], dict[str, Any]]
"""(`inlineData` or `fileData`, its value) → its value."""

_ALSO: Mapping[str, str] = {
    "audio/mpeg": "audio/mp3",
    "audio/m4a": "audio/mp4",
    "audio/pcm": "audio/l16",
    "audio/opus": "audio/ogg",
    "video/quicktime": "video/mov",
    "video/mpg": "video/mpeg",
}
"""Another name of the same that Google lists somewhere; only in this direction, so that nothing goes in circles."""


def retyped(request: GenerateRequest, refuses: Callable[[str], bool]) -> GenerateRequest:
    """With another type wherever one is refused (asked in lower case), if another is right."""

    def better(field: str, media: dict[str, Any]) -> dict[str, Any]:
        label = media.get("mimeType") if isinstance(media.get("mimeType"), str) else ""
        if not refuses(str(label).lower()):
            return media
        others = _by_data(str(label), media.get("data")) if field == "inlineData" else _by_address(str(label), media)
        kind = next((one for one in others if one != label and not refuses(one)), None)
        return {**media, "mimeType": kind} if kind and not media_types.says_nothing(kind) else media

    return _changed(request, better)


def with_file_types(request: GenerateRequest) -> GenerateRequest:
    """With a type beside every address that tells it by its suffix or its host."""

    def typed(field: str, media: dict[str, Any]) -> dict[str, Any]:
        kind = "" if field != "fileData" or media.get("mimeType") else media_types.by_address(str(media.get("fileUri")))
        return {**media, "mimeType": kind} if kind else media

    return _changed(request, typed)


def _by_data(label: str, data: object) -> list[str]:
    told = media_types.spelled(label)
    try:
        content = base64.b64decode(str(data))
    except ValueError:
        content = b""
    found = [media_types.media_type(label, content), told, _ALSO.get(told, "")]
    may_be_text = not told.startswith(("image/", "audio/", "video/")) and content and media_types.is_text(content)
    return [one for one in (*found, media_types.PLAIN if may_be_text else "") if one]


def _by_address(label: str, media: Mapping[str, Any]) -> list[str]:
    told = media_types.spelled(label)
    return [one for one in (told, media_types.by_address(str(media.get("fileUri"))), _ALSO.get(told, "")) if one]


def _changed(request: GenerateRequest, change: Change) -> GenerateRequest:
    contents: Any = request.get("contents")
    if not isinstance(contents, list):
        return request
    new = [_content(one, change) for one in contents]
    return cast(GenerateRequest, {**request, "contents": new}) if new != contents else request


def _content(content: Any, change: Change) -> Any:
    parts = content.get("parts") if isinstance(content, dict) else None
    return {**content, "parts": [_part(one, change) for one in parts]} if isinstance(parts, list) else content


def _part(part: Any, change: Change) -> Any:
    """A result of a function may hold parts of its own."""
    if not isinstance(part, dict):
        return part
    new = {
        field: change(field, part[field]) for field in ("inlineData", "fileData") if isinstance(part.get(field), dict)
    }
    if isinstance(part.get("functionResponse"), dict):
        new["functionResponse"] = _content(part["functionResponse"], change)
    return {**part, **new} if new else part
