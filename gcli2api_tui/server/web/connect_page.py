"""What stands on the tab for connecting: addresses, the client key or its place, models, and the keys of others.

The address is the one that the browser reached this server by, since that one works from there.
"""

import time
from collections.abc import Mapping

from quart import Response, request

from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey
from gcli2api_tui.server.web.site import Site

CONNECT = "/auth/connect"


async def connect_page(site: Site, key: str = "", new: NewClientKey | None = None) -> Response:
    seen = site.services.reader.snapshot()
    models = [(name, getattr(seen.server.models, name)) for name in ("best", "fast", "cheap")]
    keys = [(row, limits(row), _until(row)) for row in site.services.reader.client_keys()]
    return await site.page(
        "connect", key=key, new=new, keys=keys, server=seen.server, address=f"{request.scheme}://{request.host}",
        models=[one for one in models if one[1]],
    )  # fmt: skip


def limits(row: ClientKeyRow) -> Mapping[str, str]:
    """Field → what stands in its form now."""
    numbers = {"rpm": row.rpm, "rpd": row.rpd, "tpd": row.tpd, "concurrent": row.concurrent}
    return {
        **{name: "" if number is None else str(number) for name, number in numbers.items()},
        "models": ", ".join(row.models),
        "credentials": ", ".join(row.credential_labels),
        "thinking": row.thinking,
        "service_tier": row.service_tier,
    }


def _until(row: ClientKeyRow) -> str:
    """The last day, by this machine's clock; expiry is a midnight."""
    return "" if row.expires_at is None else time.strftime("%Y-%m-%d", time.localtime(row.expires_at - 1))
