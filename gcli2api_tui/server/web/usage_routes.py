"""The usage's tab: what was used by day, model, client key, program or credential, and what all of it comes to.

In: a column and a number of days; the usual ones where they are none. Out: a table as `usage` prints it.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.control.usage_report import hits
from gcli2api_tui.control.usage_table import COLUMNS
from gcli2api_tui.ledger.admin_rows import UsageLine
from gcli2api_tui.server.web.site import Site

DAYS = ("1", "7", "30", "90")


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
