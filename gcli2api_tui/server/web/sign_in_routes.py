"""Signing in with the panel's key, signing out, and the language.

In: a key. Out: a session's cookie. Wrong keys are counted where all doors count them; the right one is never kept
waiting. The cookie is for this server alone: no script reads it, no other site sends it.
"""

from quart import Blueprint, Response, request

from gcli2api_tui.messages.message import say
from gcli2api_tui.server.web.gate import counted_wrong, read_form, session_cookie
from gcli2api_tui.server.web.site import HOME, LANGUAGE_COOKIE, SIGN_IN, Site, led_to, session_of
from gcli2api_tui.server.web.words import LANGUAGES

KEY_LIMIT = 2**14
YEAR_S = 365 * 24 * 3600


def add_signing(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/sign-in")
    async def sign_in_page() -> Response:
        if session_of() is not None:
            return led_to(HOME)
        return await site.page("sign_in", ended="ended" in request.args, refused="")

    @routes.post("/auth/sign-in")
    async def sign_in() -> Response:
        sent = (await read_form(request, KEY_LIMIT))["key"].strip()
        if not site.sessions.fits(sent):
            refused, status = await counted_wrong(site) if sent else (say("guard.no_key"), 401)
            return await site.page("sign_in", status, ended=False, refused=refused)
        name, _ = site.sessions.begin()
        await site.shared.keep(name)
        answer = led_to(HOME)
        answer.set_cookie(
            session_cookie(), name, path=HOME, httponly=True, samesite="Strict", secure=request.scheme == "https"
        )
        return answer

    @routes.post("/auth/sign-out")
    async def sign_out() -> Response:
        site.sessions.end(request.cookies.get(session_cookie(), ""))
        answer = led_to(SIGN_IN)
        answer.delete_cookie(session_cookie(), path=HOME)
        return answer

    @routes.get("/auth/language/<language>")
    async def language(language: str) -> Response:
        back = request.args.get("back", HOME)
        answer = led_to(back if _is_ours(back) else HOME)
        if language in LANGUAGES:
            answer.set_cookie(
                LANGUAGE_COOKIE, language, max_age=YEAR_S, path="/", httponly=True, samesite="Lax",
                secure=request.scheme == "https",
            )  # fmt: skip
        return answer


def _is_ours(path: str) -> bool:
    """A path of the page, and nothing that a browser could take for another server."""
    return path == HOME or (path.startswith(f"{HOME}/") and "\\" not in path and "//" not in path)
