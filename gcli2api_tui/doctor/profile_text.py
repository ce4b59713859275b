"""A profile as text: how busy the loop was, how late, and where. Pure.

In: the admin API's JSON. Out: lines. Shares are of the time at work: a server that idles has little to tell.
"""

from collections.abc import Iterator, Mapping
from typing import Any

SHOWN = 15


def profile_text(found: Mapping[str, Any]) -> Iterator[str]:
    samples, idle = found["samples"], found["idle"]
    busy = samples - idle
    half, most, worst = found["lag_ms"]
    yield f"{samples} samples in {found['seconds']:g} s; at work in {_share(busy, samples)} of them"
    yield f"the loop came late by {half} ms (half of its marks), {most} ms (99 of 100), {worst} ms (the worst)"
    if found.get("chunks"):
        half, most = found["transit_ms"]
        yield f"{found['chunks']} chunks went through in {half} ms (half of them), {most} ms (99 of 100)"
    for title, rows in (("area", found["areas"]), ("function", found["functions"])):
        yield ""
        yield f"{'own':>6} {'through':>8}  {title}"
        for row in rows[:SHOWN]:
            yield f"{_share(row['own'], busy):>6} {_share(row['through'], busy):>8}  {row['name']}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
