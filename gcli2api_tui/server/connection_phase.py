"""What a client's connection is doing, as bounds and a stop ask."""

from enum import StrEnum


class Phase(StrEnum):
    """One at a time."""

    WAITING = "waiting"
    """For the next request, or the first."""
    HEAD = "head"
    """A request has begun to arrive."""
    ANSWERING = "answering"
    """The app has it; its body may still arrive."""
    LEAVING = "leaving"
    """All is said; what still comes is thrown away."""
