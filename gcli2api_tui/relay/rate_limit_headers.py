"""What the pool knows of its limits, as the headers that OpenAI's clients read. Unknown figures are left out. Pure."""

from gcli2api_tui.pool.ports import RemainingQuota

Headers = tuple[tuple[str, str], ...]


def rate_limit_headers(known: RemainingQuota | None) -> Headers:
    """`x-ratelimit-{limit,remaining,reset}-requests`: the day's requests for the model, over the whole pool."""
    if known is None:
        return ()
    return (
        ("x-ratelimit-limit-requests", str(known.limit)),
        ("x-ratelimit-remaining-requests", str(known.remaining)),
        ("x-ratelimit-reset-requests", span(known.resets_in_s)),
    )


def span(seconds: float) -> str:
    """As OpenAI writes it: `8h44m12s`, `6m0s`, `1s`. Rounded up, so that nobody comes too early."""
    whole = -int(-seconds // 1)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
