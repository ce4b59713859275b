"""Credentials as files: one, or all in a ZIP. The only place where their secrets leave over HTTP.

In: ids, after the panel key was typed within the last minutes. Out: a file that no cache keeps. Whoever has it can use
the accounts, so it is not sent in clear text over a network, each time is a line in the log, and neither the admin API
nor a GET gives it. It is offered because people who run this on another machine have no other way to take their
credentials along than a shell there.
"""

import asyncio
import re
from collections.abc import Sequence

from quart import Blueprint, Response, request

from gcli2api_tui.credentials.export import Exported, packed
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.cross_origin import is_loopback
from gcli2api_tui.server.web.gate import form, unproved
from gcli2api_tui.server.web.site import PAGE_HEADERS, Site

DOWNLOAD = "/auth/download"
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def add_download(routes: Blueprint, site: Site) -> None:
    @routes.post("/auth/download")
    async def download() -> Response:
        require_unheard()
        if asked := await unproved(site, DOWNLOAD, site.words()("download.what")):
            return asked
        wanted = None if form()["all"] else [CredentialId(one) for one in form().several.get("id", ())]
        files = await site.services.export(wanted)
        if not files:
            raise ClientFault(say("control.gone"), status=404)
        names = ", ".join(file.name for file in files[:10])
        site.warn(say("web.downloaded", n=len(files), names=names, peer=quart_adapter.peer()))
        return await _file(files)


def require_unheard() -> None:
    """Raises ClientFault 403 where others on the way could read along."""
    if request.scheme != "https" and not is_loopback(quart_adapter.peer()):
        raise ClientFault(say("web.in_clear"), status=403, code="in_clear", way_out=say("web.use_tls"))


async def _file(files: Sequence[Exported]) -> Response:
    if len(files) == 1:
        name, content, kind = files[0].name, files[0].content, "application/json"
    else:
        name, kind = "gcli2api-credentials.zip", "application/zip"
        content = await asyncio.to_thread(packed, files)
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{safe_name(name)}"'}
    return Response(content, 200, headers, content_type=kind)


def safe_name(name: str) -> str:
    """For a header and for any disk: letters, digits, points and dashes."""
    return _ODD.sub("_", name).strip("._")[:100] or "credential.json"
