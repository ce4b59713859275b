"""Server-sent events towards the client: one JSON value per event.

In: JSON values and pieces of text. Out: bytes of whole events, and text without half characters.
"""

from collections.abc import Mapping
from json.encoder import encode_basestring

from gcli2api_tui.json_encoder import encoder

_COMPACT = encoder(ensure_ascii=False, separators=(",", ":"))
HEARTBEAT = b": keep-alive\n\n"
CONTENT_TYPE = "text/event-stream; charset=utf-8"
STREAM_HEADERS = (  # beside the content type
    ("Cache-Control", "no-cache"),
    # nginx would collect the stream otherwise.
    ("X-Accel-Buffering", "no"),
)


def compact(value: object) -> str:
    """JSON without spaces. Many clients split a stream with str.splitlines(), so its exotic breaks are escaped."""
    text = "".join(_COMPACT(value))
    if text.isascii():
        return text
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def quoted(text: str) -> str:
    """A text in JSON, as compact writes it."""
    found = encode_basestring(text)
    if found.isascii():
        return found
    return found.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def event(value: object) -> str:
    """One `data:` event."""
    return f"data: {compact(value)}\n\n"


def data(value: object) -> bytes:
    """The same as it travels."""
    return event(value).encode()


def named(value: Mapping[str, object]) -> bytes:
    """One event whose name is the `type` of its value."""
    return f"event: {value['type']}\n{event(value)}".encode()


class Mender:
    """Joins halves of a character that came in two pieces; a half that stays alone becomes U+FFFD."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """The text that can be sent now."""
        if not self._half and _is_whole(text):
            return text
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._half, text = text[-1], text[:-1]
        return _joined(text)

    def flush(self) -> str:
        """What was held back, at the end."""
        half, self._half = self._half, ""
        return _joined(half) if half else ""


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _joined(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
