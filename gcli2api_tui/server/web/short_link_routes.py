"""The short link of a sign-in, which a phone reads from a QR code. In: its code. Out: the way to Google's page, once.

It needs no session: the code is what lets in. Who only looks is led nowhere and uses nothing up.
"""

from typing import cast

from quart import Blueprint, Response, redirect, request

from gcli2api_tui.server.web.site import ADDRESS_IS_SECRET, Site


def add_short_links(routes: Blueprint, site: Site) -> None:
    @routes.get("/a/<code>")
    async def short_link(code: str) -> Response:
        links = site.services.short_links
        if links is None:
            return await site.page("missing", 404)
        await links.recall()
        if _only_looks():
            links.check(code)
            return Response(b"", 204, dict(ADDRESS_IS_SECRET))
        page = cast(Response, redirect(links.follow(code), 303))
        await links.opened(code)
        page.headers.update(ADDRESS_IS_SECRET)
        return page


def _only_looks() -> bool:
    """A preview asks for the head, and a browser that loads ahead says so."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
