"""`audio` of a message: sound in an answer, as OpenAI's clients expect it.

In: the blobs of one choice. Out: the value for a delta, and for the whole message. A stream carries samples as they
come (OpenAI's pcm16); a whole answer is a WAV file unless samples were asked for.
"""

import base64
import binascii

from gcli2api_tui.dialects.shown_media import playable
from gcli2api_tui.gemini.stream_parts import BlobPart


class Sound:
    """Grows blob by blob. `created`: nothing is kept here, so it has expired when it arrives."""

    def __init__(self, identity: str, created: int) -> None:
        self._identity = identity
        self._created = created
        self._mime = ""
        self._content = bytearray()

    def __bool__(self) -> bool:
        return bool(self._content)

    def add(self, blob: BlobPart) -> dict[str, object]:
        """What a delta says of this blob; its id comes with the first."""
        begun = bool(self)
        self._mime = blob.mime
        try:
            self._content += base64.b64decode(blob.data)
        except binascii.Error:
            return {}
        return {"data": blob.data} if begun else {"id": self._identity, "data": blob.data}

    def last(self) -> dict[str, object]:
        """What the last delta says."""
        return {"expires_at": self._created}

    def whole(self, *, raw: bool) -> dict[str, object]:
        """What a message says of all blobs together."""
        blob = BlobPart(self._mime, base64.b64encode(self._content).decode())
        data = blob.data if raw else playable(blob).data
        return {"id": self._identity, "data": data, "expires_at": self._created, "transcript": ""}
