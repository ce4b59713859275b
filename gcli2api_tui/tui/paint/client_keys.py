"""Keys of others who use this server: one as a line of the list, and in depth, what it has used first.

In: a ClientKeyRow. Out: a line of exact width, and lines that the caller wraps. Names come from people, so each passes
`plain`. Pure.
"""

from collections.abc import Iterator

from gcli2api_tui.ledger.admin_rows import ClientKeyRow
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import bar, count, countdown, date_clock

BAR = 10
BAR_FROM = 56
"""Columns from which the list has room for a bar."""
NEARLY = 0.8
TONES: dict[str, Tone] = {"on": "ok", "off": "dim", "expired": "warn"}
USED = (
    ("rpd", "requests_today"),
    ("tpd", "tokens_today"),
    ("rpm", "requests_minute"),
    ("concurrent", "in_flight"),
)
"""Limits and what is used of them, the first that there is stands in the list unless another is nearer its end."""


def key_line(row: ClientKeyRow, width: int, look: Look) -> Line:
    """Its name; the limit that is nearest its end, and whether it serves."""
    meter = _bar(_share(row), look) if width >= BAR_FROM and _share(row) is not None else ()
    state: Run = (f"  {look.words(f'clientkey.{row.state}')}", TONES[row.state])
    name: Run = (plain(row.label), "plain" if row.state == "on" else "dim")
    return spread((name,), ((" ", "plain"), *meter, *_nearest(row, look), state), width)


def key_detail(row: ClientKeyRow, look: Look) -> list[Line]:
    """Everything, what it has used first; the caller wraps."""
    return [*_uses(row, look), (), *_key_facts(row, look)]


def _uses(row: ClientKeyRow, look: Look) -> Iterator[Line]:
    for limit, field in USED:
        most, used = getattr(row, limit), getattr(row, field)
        if most is None and limit in ("rpm", "concurrent"):
            continue
        meter = _bar(used / most, look) if most else ((" " * (BAR + 1), "plain"),)
        yield (*meter, (look.words(f"clientkey.{limit}", used=_of(used, most)), _tone(used, most)))
    yield ((look.words("clientkey.day", span=countdown(row.day_ends_at - look.now)), "dim"),)


def _key_facts(row: ClientKeyRow, look: Look) -> Iterator[Line]:
    words, every = look.words, look.words("clientkey.all")
    yield _key_fact(words("clientkey.models"), ", ".join(map(plain, row.models)) or every)
    yield _key_fact(words("clientkey.credentials"), ", ".join(map(plain, row.credential_labels)) or every)
    if row.expires_at is not None:
        yield _key_fact(words("clientkey.expires"), date_clock(row.expires_at))
    if row.thinking:
        yield _key_fact(words("clientkey.thinking"), row.thinking)
    if row.service_tier:
        yield _key_fact(words("clientkey.service_tier"), row.service_tier)
    yield _key_fact(words("clientkey.ends"), f"…{row.hint}")
    yield _key_fact(words("clientkey.made"), date_clock(row.created_at))
    if row.last_used_at is not None:
        yield _key_fact(words("clientkey.last"), date_clock(row.last_used_at))


def _key_fact(name: str, text: str) -> Line:
    return ((fit(name, 13), "dim"), (f" {text}", "plain"))


def _share(row: ClientKeyRow) -> float | None:
    """Of the limit that is nearest its end."""
    shares = [getattr(row, used) / most for limit, used in USED if (most := getattr(row, limit))]
    return max(shares, default=None)


def _nearest(row: ClientKeyRow, look: Look) -> Line:
    limited = [(limit, getattr(row, used), most) for limit, used in USED if (most := getattr(row, limit))]
    if not limited:
        return ((f" {look.words('clientkey.rpd', used=count(row.requests_today))}", "dim"),)
    limit, used, most = max(limited, key=lambda one: one[1] / one[2])
    return ((f" {look.words(f'clientkey.{limit}', used=_of(used, most))}", _tone(used, most)),)


def _of(used: int, most: int | None) -> str:
    return count(used) if most is None else f"{count(used)}/{count(most)}"


def _tone(used: int, most: int | None) -> Tone:
    share = used / most if most else 0.0
    return "bad" if share >= 1 else "warn" if share >= NEARLY else "plain"


def _bar(share: float | None, look: Look) -> Line:
    filled, rest = bar(share or 0.0, BAR, look.glyphs)
    return ((filled, _tone(round((share or 0.0) * 100), 100)), (rest, "dim"), (" ", "plain"))
