"""The numbers of one request's life."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """From the settings; spans in seconds."""

    first_byte_hold_s: float = 8.0
    request_deadline_s: float = 600.0
    attempts: int = 4
    heartbeat_s: float = 10.0
    unread_bytes: int = 256 * 1024
    """Above this the client is too slow, and reading from Google pauses."""
