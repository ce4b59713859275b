"""The tabs that only look: what was used, and the log.

In: a column and a number of days, the usual ones where they are none; a level, the number of the last line that was
seen. Out: a table as `usage` prints it; lines, newest first, or all as a file; and for every tab the stream that says
when it is worth looking again. Nothing in a line is secret; its texts may come from outside and are escaped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from quart import Blueprint, Response, request

from gcli2api_tui.control.usage_report import COLUMNS, hits
from gcli2api_tui.ledger.admin_rows import UsageLine
from gcli2api_tui.ledger.snapshot import InstanceRow, LogRow
from gcli2api_tui.log_lines import as_text, of
from gcli2api_tui.server.quart_adapter import json_answer, lasting
from gcli2api_tui.server.web.gate import session_cookie
from gcli2api_tui.server.web.site import PAGE_HEADERS, Site, with_headers

DAYS = ("1", "7", "30", "90")
LEVELS = ("debug", "info", "warning", "error")
SHOWN = 200


def add_usage(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/usage")
    async def usage() -> Response:
        by, days = request.args.get("by", "day"), request.args.get("days", "30")
        by, days = by if by in COLUMNS else "day", days if days in DAYS else "30"
        table = await site.services.reader.usage(by, int(days))
        lines = [(line.name, _figures(line)) for line in table.lines]
        return await site.page(
            "usage", by=by, days=days, columns=COLUMNS, choices=DAYS, table=table, lines=lines,
            total=_figures(table.total),
        )  # fmt: skip


def _figures(line: UsageLine) -> tuple[str, ...]:
    share = hits(line)
    return (
        f"{line.requests:,}",
        f"{line.failures:,}",
        f"{line.tokens_in:,}",
        "–" if share is None else f"{share:.0%}",
        f"{line.thoughts:,}",
        f"{line.tokens_out:,}",
        "–" if line.notional_usd is None else f"${line.notional_usd:,.2f}",
    )


def add_log(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/log")
    async def log() -> Response:
        snapshot, level = site.services.reader.snapshot(), _level()
        lines = snapshot.log
        rows = [(row, moment(row.at)) for row in _newest(lines, level)]
        last = lines[-1].number if lines else 0
        named = _own_name(snapshot.server.instances)
        return await site.page("log", rows=rows, level=level, levels=LEVELS, last=last, most=SHOWN, instance=named)

    @routes.get("/auth/log/lines")
    async def lines() -> Response:
        """`after`: the number of the last line that the script has."""
        found, after = site.services.reader.snapshot().log, _last_seen(request.args.get("after", ""))
        words = site.words()
        told = [
            {"at": moment(row.at), "level": row.level, "name": words(f"page.level.{row.level}"), "source": row.source,
             "text": words.said(row.text)}
            for row in _newest([row for row in found if row.number > after], _level())
        ]  # fmt: skip
        return with_headers(json_answer({"last": found[-1].number if found else after, "lines": told}))

    @routes.get("/auth/changes")
    async def changes() -> Response:
        """While the session lasts."""
        name = request.cookies.get(session_cookie(), "")
        ticks = site.services.changes.ticks(lambda: site.sessions.find(name, acts=False) is not None)
        return with_headers(lasting(ticks, "text/event-stream"))

    @routes.get("/auth/log/download")
    async def log_file() -> Response:
        """All lines that are kept in memory, oldest first."""
        rows = reversed(_newest(site.services.reader.snapshot().log, _level(), most=None))
        headers = {**PAGE_HEADERS, "Content-Disposition": 'attachment; filename="gcli2api-tui.log"'}
        text = "".join(f"{as_text(of(row))}\n" for row in rows)
        return Response(text, 200, headers, content_type="text/plain; charset=utf-8")


def moment(at: float) -> str:
    """As machines read it; the page's script shows it by the reader's clock."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _newest(rows: Sequence[LogRow], level: str, *, most: int | None = SHOWN) -> list[LogRow]:
    wanted = LEVELS[LEVELS.index(level) :]
    return [row for row in reversed(rows) if row.level in wanted][:most]


def _own_name(instances: Sequence[InstanceRow]) -> str:
    """Whose log it is: behind a balancer any may answer. Nothing where there is one."""
    return next((one.name for one in instances if one.own), "") if len(instances) > 1 else ""


def _level() -> str:
    level = request.args.get("level", "info")
    return level if level in LEVELS else "info"


def _last_seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
