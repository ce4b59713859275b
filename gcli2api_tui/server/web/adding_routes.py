"""Adding credentials: files of any form that is imported, an API key, pasted JSON. A result for each file.

In: uploads within the form's bounds; the importer bounds what is in them. Out: a notice for each.
"""

from quart import Blueprint, Response

from gcli2api_tui.messages.message import say
from gcli2api_tui.server.web.gate import form
from gcli2api_tui.server.web.notices import Notice, notice_of
from gcli2api_tui.server.web.site import HOME, Site

ADD = f"{HOME}/add"


def add_adding(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/add")
    async def add() -> Response:
        notice = await site.control.sign_in_notice()
        return await site.page("add", notice=notice)

    @routes.post("/auth/add/files")
    async def add_files() -> Response:
        """One after the other: the vault writes one at a time all the same."""
        if not (files := form().files):
            return site.tell(ADD, Notice("bad", say("web.no_file")))
        told = []
        for file in files:
            name = file.name or say("admin.the_upload")
            told.append(notice_of(await site.control.add_credentials(file.content, name), name))
        return site.tell(ADD if any(one.tone == "bad" for one in told) else HOME, *told)

    @routes.post("/auth/add/text")
    async def add_text() -> Response:
        """A key, several, or JSON: the importer tells them apart."""
        text = form()["text"].strip()
        if not text:
            return site.tell(ADD, Notice("bad", say("web.no_text")))
        words = site.words()
        told = notice_of(await site.control.add_credentials(text.encode("utf-8", "replace"), words("add.pasted")))
        return site.tell(ADD if told.tone == "bad" else HOME, told)
