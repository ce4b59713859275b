"""What the doctor found, one line each, and how it is written: for people, and as JSON; a profile as text too. Pure.

In: findings, and what must not be read in them; the admin API's JSON of a profile. Out: text that can be pasted
anywhere: home folders are ~, and neither keys nor e-mail addresses nor who signs in at a proxy are left in it. Shares
of a profile are of the time at work: a server that idles has little to tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any, Literal

from gcli2api_tui.events.secret import MASK, Secret, addresses_changed, masked
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

Area = Literal["program", "system", "home", "credentials", "database", "server", "network", "terminal"]


class Level(StrEnum):
    """How bad it is. Only BAD makes the exit status 1."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


SIGNS = {Level.OK: "✓", Level.WARN: "!", Level.BAD: "✗"}
_SIGNED_IN = re.compile(r"(?<=://)[^/\s@]+@")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: Area
    level: Level
    said: Message
    way_out: Message = NOTHING


def ok(area: Area, said: Message) -> Finding:
    return Finding(area, Level.OK, said)


def warn(area: Area, said: Message, way_out: Message = NOTHING) -> Finding:
    return Finding(area, Level.WARN, said, way_out)


def bad(area: Area, said: Message, way_out: Message = NOTHING) -> Finding:
    return Finding(area, Level.BAD, said, way_out)


@dataclass(frozen=True, slots=True)
class Veil:
    """What nobody should read in a report: where people's homes are, and the keys of this home."""

    homes: tuple[str, ...] = ()
    secrets: tuple[Secret, ...] = field(default=(), repr=False)

    def over(self, text: str) -> str:
        for secret in self.secrets:
            if secret:
                text = text.replace(secret.reveal(), MASK)
        for home in sorted(self.homes, key=len, reverse=True):
            text = text.replace(home, "~") if len(home) > 1 else text
        text = addresses_changed(_SIGNED_IN.sub(f"{MASK}@", masked(text)), lambda _: MASK)
        return "".join(sign if sign.isprintable() else " " for sign in text)


def as_text(found: Sequence[Finding], veil: Veil) -> Iterator[str]:
    """By area; the way out stands below what it is for. The last line counts."""
    area = ""
    for one in found:
        if one.area != area:
            yield from ([""] if area else [])
            area = one.area
            yield area
        yield f"  {SIGNS[one.level]} {veil.over(one.said)}"
        if one.way_out:
            yield f"      {veil.over(one.way_out)}"
    yield ""
    yield _summary(found)


def as_json(found: Iterable[Finding], veil: Veil) -> list[dict[str, str]]:
    return [
        {
            "area": one.area,
            "level": one.level.value,
            "key": one.said.key,
            "message": veil.over(one.said),
            "way_out": veil.over(one.way_out),
        }
        for one in found
    ]


def _summary(found: Sequence[Finding]) -> str:
    wrong, odd = (sum(one.level is level for one in found) for level in (Level.BAD, Level.WARN))
    if not wrong and not odd:
        return "All is well."
    parts = [f"{wrong} wrong"] if wrong else []
    return ", ".join([*parts, *([f"{odd} to look at"] if odd else [])]) + f", of {len(found)}."


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
