"""Client keys on the tab for connecting: made, shown once, changed, switched off, revoked.

In: a name, and wishes in the words that the command line takes; an empty field lifts the limit. Out: the tab, with a
new key on it this once. What was not changed is not sent on.
"""

from typing import Any

from quart import Blueprint, Response

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.web.connect_page import CONNECT, connect_page
from gcli2api_tui.server.web.gate import Form, form
from gcli2api_tui.server.web.notices import Notice, notice_of
from gcli2api_tui.server.web.site import Site

FIELDS = ("rpm", "rpd", "tpd", "concurrent", "models", "credentials", "expires", "thinking", "service_tier")
LIFTED = "none"


def add_client_keys(routes: Blueprint, site: Site) -> None:
    @routes.post("/auth/keys/add")
    async def add_key() -> Response:
        sent = form()
        wishes = {field: sent[field].strip() for field in FIELDS if sent[field].strip()}
        made = await site.control.add_client_key(sent["name"].strip(), wishes)
        if isinstance(made, Refused):
            return site.tell(CONNECT, notice_of(made))
        return await connect_page(site, new=made)

    @routes.post("/auth/keys/set")
    async def set_key() -> Response:
        return site.answered(await site.control.set_client_key(form()["name"], _changed(form())), CONNECT)

    @routes.post("/auth/keys/switch")
    async def switch_key() -> Response:
        on = {"enabled": "on" if form()["enabled"] == "on" else "off"}
        return site.answered(await site.control.set_client_key(form()["name"], on), CONNECT)

    @routes.post("/auth/keys/revoke")
    async def revoke_key() -> Response:
        """It cannot be taken back, so that a tick must stand beside it."""
        if form()["sure"] != "yes":
            return site.tell(CONNECT, Notice("bad", say("web.not_sure")))
        return site.answered(await site.control.revoke_client_key(form()["name"]), CONNECT)


def _changed(sent: Form) -> dict[str, Any]:
    """`expires` stands in no form as it was: an empty one changes nothing."""
    wishes = {}
    for field in FIELDS:
        wish = sent[field].strip()
        if wish != sent[f"was_{field}"].strip():
            wishes[field] = wish or LIFTED
    return wishes
