"""Pictures and sounds in an answer → what dialects whose answers are texts can show of them.

In: blobs of an answer. Out: links that hold the data. A picture that the model made while it thought is a draft: it is
held back, and shown at the end where no other picture came.
"""

import base64
import io
import wave
from dataclasses import dataclass, field, replace

from gcli2api_tui.gemini.stream_parts import BlobPart

_RATE = 24_000
"""Samples a second where Google does not say how many."""
_MONO, _BYTES = 1, 2


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
