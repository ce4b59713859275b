"""How the page's routes answer: the parts of the server, the reader's language, a page or a problem, its headers.

In: a template's name with values, notices, or a Problem. Out: a response. Invariant: nothing leaves without the content
policy, and every template escapes what it is given. It lets a page load its own script, style and icon, send its own
forms, and nothing else; nobody may frame it. The referrer is kept for our own pages alone: without any, browsers
send `Origin: null` with our own forms, which could then not be told from those of a frame of somebody else.
"""

from collections.abc import Mapping
from typing import cast

from quart import Response, g, redirect, request
from werkzeug.datastructures import LanguageAccept

from gcli2api_tui import __version__
from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Answer
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.services import Services
from gcli2api_tui.server.web.rendering import render
from gcli2api_tui.server.web.sessions import Notice, Session, Sessions, SharedSessions, notice_of
from gcli2api_tui.server.web.words import LANGUAGES, NAMES, PageWords

LANGUAGE_COOKIE = "gcli2api_language"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
}
PAGE_HEADERS: Mapping[str, str] = {**SAFE_HEADERS, "Cache-Control": "no-store"}
ADDRESS_IS_SECRET: Mapping[str, str] = {**PAGE_HEADERS, "Referrer-Policy": "no-referrer"}
"""Of pages whose address holds a code."""
HOME = "/auth"
SIGN_IN = "/auth/sign-in"
FORM_TOKEN = "csrf"
TABS = (
    ("credentials", "/auth"),
    ("add", "/auth/add"),
    ("connect", "/auth/connect"),
    ("usage", "/auth/usage"),
    ("log", "/auth/log"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """One for a server."""

    services: Services
    sessions: Sessions
    shared: SharedSessions
    """The same on other instances."""

    def warn(self, text: Message) -> None:
        """A line of the log."""
        self.services.recorder.record(LogLine(self.services.clock.now(), "warning", "web", text))

    @property
    def control(self) -> Control:
        return self.services.page_control or self.services.control

    def words(self) -> PageWords:
        """In the language of whoever asks."""
        setting = self.services.live.now.language
        return PageWords(chosen_language(request.cookies, request.accept_languages, setting))

    async def page(self, name: str, status: int = 200, /, **values: object) -> Response:
        """A page, in the reader's language."""
        shown = {**self._frame(name), **values}
        text = await render(f"{name}.html", shown)
        return Response(text, status, dict(PAGE_HEADERS), content_type="text/html; charset=utf-8")

    def _frame(self, name: str) -> Mapping[str, object]:
        session, words = session_of(), self.words()
        return {
            "w": words,
            "said": words.said,
            "csrf": session.token if session else "",
            "signed_in": session is not None,
            "notices": session.told() if session else [],
            "tabs": TABS if session else (),
            "here": name,
            "path": request.path,
            "language": words.language,
            "languages": NAMES,
            "version": __version__,
            "demo": self.services.demo,
        }

    def tell(self, back: str, *notices: Notice, **more: object) -> Response:
        """What came of an act: told by the page that follows, or at once to a script."""
        words = self.words()
        if wants_json():
            told = [{"tone": one.tone, "text": words.said(one.text), "about": one.about, "undo": one.undo}
                    for one in notices]  # fmt: skip
            return with_headers(json_answer({"notices": told, **more}))
        require_session().tell(*notices)
        return led_to(back)

    def answered(self, answer: Answer, back: str, about: str = "", undo: str = "") -> Response:
        return self.tell(back, notice_of(answer, about, undo))


async def problem_page(site: Site, problem: Problem) -> Response:
    status = problem.status if isinstance(problem, ClientFault) else 500
    page = await site.page("problem", status, told=problem.message, way_out=problem.way_out or NOTHING)
    if isinstance(problem, ClientFault) and problem.retry_after_s:
        page.headers["Retry-After"] = str(problem.retry_after_s)
    return page


def led_to(path: str) -> Response:
    """The browser goes on there, with GET."""
    return with_headers(cast(Response, redirect(path, 303)))


def with_headers(response: Response) -> Response:
    response.headers.update(PAGE_HEADERS)
    return response


def session_of() -> Session | None:
    """Of the request at hand."""
    return cast("Session | None", g.get("web_session"))


def require_session() -> Session:
    """The gate let nobody through without one."""
    session = session_of()
    assert session is not None
    return session


def wants_json() -> bool:
    """Scripts of the page say so."""
    return request.accept_mimetypes.best == "application/json"


def chosen_language(cookies: Mapping[str, str], wanted: LanguageAccept, setting: str) -> str:
    """`en` or `zh`: what was chosen on the page, else what the browser asks for, else the program's setting."""
    if (chosen := cookies.get(LANGUAGE_COOKIE, "")) in LANGUAGES:
        return chosen
    for asked, _ in wanted:
        if (language := asked.partition("-")[0].lower()) in LANGUAGES:
            return language
    return setting if setting in LANGUAGES else "en"


def cookie_name(port: int | None) -> str:
    """With the port, which cookies know nothing of: two servers on one machine sign nobody out of each other."""
    return f"gcli2api_session_{port or 80}"
