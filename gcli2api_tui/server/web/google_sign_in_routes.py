"""Signing in with Google: the notice about its terms, the address to open, what comes back, and the steps meanwhile.

In: a project and a place, or nothing; then the callback's query, or what a person pastes; or the code of the short link
that a phone reads from a QR code. Out: pages that follow each other. The callback needs no session: Google's page leads
to it, and the state in its address says whose it is; nor does the short link, whose code lets in once.
"""

from collections import OrderedDict
from typing import cast

from quart import Blueprint, Response, redirect, request

from gcli2api_tui.control.verb_results import Done, Login, Refused
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.web.gate import form
from gcli2api_tui.server.web.sessions import Notice, notice_of
from gcli2api_tui.server.web.site import ADDRESS_IS_SECRET, HOME, Site, led_to, with_headers

MOST = 20
ADD = f"{HOME}/add"
GOOGLE = f"{HOME}/google"
LONGEST_PLACE = 100


class Logins:
    """The sign-ins that the page began, so that their page can be loaded again. Bounded; one for a server.

    No secret is in them: the address to open holds a state that is good for this sign-in alone.
    """

    def __init__(self) -> None:
        self._begun: OrderedDict[str, Login] = OrderedDict()

    def keep(self, login: Login) -> None:
        self._begun[login.id] = login
        while len(self._begun) > MOST:
            self._begun.popitem(last=False)

    def find(self, login: str) -> Login | None:
        return self._begun.get(login)


def add_google(routes: Blueprint, site: Site) -> None:
    logins = Logins()

    @routes.post("/auth/google/begin")
    async def begin() -> Response:
        sent = form()
        project, location = (sent[name].strip()[:LONGEST_PLACE] for name in ("project", "location"))
        if sent["read"] == "yes" and (await site.control.sign_in_notice(project)).due:
            acknowledged = await site.control.acknowledge_terms()
            if isinstance(acknowledged, Refused):
                return site.answered(acknowledged, ADD)
        login = await site.control.begin_login(project, location)
        if isinstance(login, Refused):
            return site.answered(login, ADD)
        logins.keep(login)
        return led_to(f"{GOOGLE}/{login.id}")

    _add_begun(routes, site, logins)


def _add_begun(routes: Blueprint, site: Site, logins: Logins) -> None:
    """What becomes of a sign-in that was begun."""

    @routes.get("/auth/google/<login>")
    async def waiting(login: str) -> Response:
        """One that the page did not begin, or that is long over, is begun anew."""
        await _recall(site)
        if (begun := logins.find(login) or _elsewhere(site, login)) is None:
            return led_to(ADD)
        return await site.page("google", login=begun, status=site.control.login_status(login))

    @routes.get("/auth/google/<login>/steps")
    async def steps(login: str) -> Response:
        await _recall(site)
        status = site.control.login_status(login)
        words = site.words()
        told = [{"text": words.said(text), "ok": ok} for text, ok in status.steps]
        return with_headers(json_answer({"phase": status.phase, "steps": told, "message": words.said(status.message)}))

    @routes.post("/auth/google/<login>/finish")
    async def finish(login: str) -> Response:
        answer = await site.control.finish_login(login, form()["text"])
        waits = isinstance(answer, Refused) and site.control.login_status(login).phase == "waiting"
        return site.tell(f"{GOOGLE}/{login}" if waits else HOME if isinstance(answer, Done) else ADD, notice_of(answer))

    @routes.post("/auth/google/<login>/cancel")
    async def cancel(login: str) -> Response:
        await site.control.cancel_login(login)
        words = site.words()
        return site.tell(ADD, Notice("ok", words("page.google.cancelled")))

    @routes.get("/auth/callback")
    async def callback() -> Response:
        answer = await site.services.finish_login(request.query_string.decode("latin-1"))
        done = isinstance(answer, Done)
        told = answer.message if isinstance(answer, Done) else answer.sentence
        page = await site.page("callback", 200 if done else 400, done=done, told=told)
        page.headers.update(ADDRESS_IS_SECRET)
        return page


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


async def _recall(site: Site) -> None:
    """Those that began on other instances."""
    if site.services.short_links:
        await site.services.short_links.recall()


def _elsewhere(site: Site, login: str) -> Login | None:
    """One that the page of another instance began."""
    return site.services.short_links.begun(login) if site.services.short_links else None


def _only_looks() -> bool:
    """A preview asks for the head, and a browser that loads ahead says so: it is led nowhere and uses nothing up."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
