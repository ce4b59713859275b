"""What the screen, the command line and the admin API read of models: frozen rows, as those of the snapshot."""

from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

PLACES = {"gemini-api": "Gemini API", "vertex": "Vertex AI", "code-assist": "Code Assist"}
"""Google's names for its sides, in every language."""


@dataclass(frozen=True, slots=True)
class LearntRow:
    """What one of Google's answers taught about a model."""

    said: Message
    """What was learnt, as a sentence."""
    words: str
    """Google's."""
    at: float


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, as far as it is known here."""

    id: str
    role: str = ""
    """What it is suggested for: best, fast or cheap."""
    backends: tuple[str, ...] = ()
    """Where it can be asked for."""
    listed: bool = True
    """Whether clients see it in the lists."""
    ends: tuple[tuple[str, str], ...] = ()
    """(backend, day as YYYY-MM-DD): from then on Google serves it there no more."""
    last_day: str = ""
    """The day on which it ends for all credentials here; "" where that is not known."""
    successor: str = ""
    learnt: tuple[LearntRow, ...] = ()
    """Oldest first."""
