"""Which keys of another program are too weak to open more than they did. Pure."""

from gcli2api_tui.events.secret import Secret
from gcli2api_tui.settings import guessable


def is_weak(password: str) -> bool:
    """Guessable, or a sample's."""
    return guessable(Secret(password)) or password.lower().startswith("your")
