"""Which keys of another program are too weak to open more than they did. Pure."""

from gcli2api_tui.config.settings import guessable
from gcli2api_tui.events.secret import Secret


def is_weak(password: str) -> bool:
    """Guessable, or a sample's."""
    return guessable(Secret(password)) or password.lower().startswith("your")
