"""The dashboard once, as plain text, from the admin API's JSON: for `status`, scripts and screen readers.

Labels and Google's words come from outside: what would move a terminal's cursor is taken out.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def dashboard(snapshot: Mapping[str, Any]) -> str:
    """Several lines, no colour, no box characters."""
    return "\n".join([*_server(snapshot), "", *credentials(snapshot["credentials"], snapshot["at"])])


def shown(text: str) -> str:
    """On one line, without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def padded(text: str, cells: int) -> str:
    """At least so wide on a terminal, where Chinese signs take two cells."""
    text = shown(text)
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * (cells - width)


def _server(snapshot: Mapping[str, Any]) -> Iterable[str]:
    server, totals = snapshot["server"], snapshot["totals"]
    live = sum(1 for row in snapshot["exchanges"] if row["ended_at"] is None)
    partly = sum(map(_rests_for_some_models, snapshot["credentials"]))
    ready = partly + sum(1 for row in snapshot["credentials"] if row["state"] in ("ready", "busy", "nearly out"))
    resting = f" ({partly} with some models resting)" if partly else ""
    yield f"{server['url']}  gcli2api-tui {server['version']}{'  DEMO' if server['demo'] else ''}"
    yield f"credentials {ready} of {len(snapshot['credentials'])} ready{resting}, {live} answers running"
    yield (
        f"requests {totals['requests']}: {totals['ok']} ok, {totals['failed']} failed, "
        f"{totals['cancelled']} left by the client, {totals['hidden_retries']} retries hidden"
    )
    for one in server.get("instances", ()):
        own = "  this one" if one["own"] else ""
        figures = f"{one['per_minute']:.0f}/min, {one.get('in_flight', 0)} running"
        yield f"instance {shown(one['name'])}  {one['address']}  {one['version']}  {figures}{own}"
    for warning in (*server["warnings"], *([snapshot["degraded"]] if snapshot["degraded"] else [])):
        yield f"! {shown(warning)}"


def _rests_for_some_models(row: Mapping[str, Any]) -> bool:
    """`CredentialRow.serves` while it is cooling."""
    cooldowns, spent = row["cooldowns"], row["limit_source"] == "setting" and row["used_today"] >= (row["limit"] or 0)
    return (
        row["state"] == "cooling" and not spent and bool(cooldowns) and all(cooldown["model"] for cooldown in cooldowns)
    )


def credentials(rows: Iterable[Mapping[str, Any]], now: float) -> Iterable[str]:
    """Those of the pool, with state and count; what rests, below its credential."""
    for row in rows:
        limit = row["limit"]
        used = f"{row['used_today']}/{limit}" if limit is not None else f"{row['used_today']} today, limit unknown"
        yield f"{padded(row['label'], 32)} {row['kind']:<16} {row['state']:<20} {used}"
        if row["why"]:
            yield f"    {shown(row['why'])}"
        for one in row["cooldowns"]:
            yield f"    {one['model'] or 'all models'} rests for {_span(one['until'] - now)}: {shown(one['why'])}"


def _span(seconds: float) -> str:
    if seconds == float("inf") or seconds > 10 * 365 * 86400:
        return "until you act"
    minutes, cooldown = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{cooldown:02}s"
