"""A span of time as people say it, in words that each language has. In: seconds. Out: a Message. Rounded up."""

from gcli2api_tui.messages.message import Message, say


def span(seconds: float) -> Message:
    """`47 s`, `12 min`, `8 h 44 min`."""
    whole = int(seconds + 0.999)
    if whole < 120:
        return say("span.s", s=whole)
    minutes = -(-whole // 60)
    return say("span.min", min=minutes) if minutes < 120 else say("span.h_min", h=minutes // 60, min=minutes % 60)
