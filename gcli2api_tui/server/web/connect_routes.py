"""The tab for connecting clients: addresses, models, the client key once it is asked for, and the keys of others.

In: nothing; for the key the panel key, typed within the last minutes; for client keys a name and wishes in the words
that the command line takes (an empty field lifts the limit). Out: the tab, with a new key on it this once. The address
is the one that the browser reached this server by, since that one works from there.
"""

import time
from collections.abc import Mapping

from quart import Blueprint, Response, request

from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey
from gcli2api_tui.messages.message import say
from gcli2api_tui.recipes.quoting import Quoted
from gcli2api_tui.server.web.gate import Form, form, unproved
from gcli2api_tui.server.web.sessions import Notice, notice_of
from gcli2api_tui.server.web.site import Site

SHOW = "/auth/connect/key"
CONNECT = "/auth/connect"
FIELDS = ("rpm", "rpd", "tpd", "concurrent", "models", "credentials", "expires", "thinking", "service_tier")
LIFTED = "none"
FIRST_REQUEST = """\
curl {url:shell}/v1/chat/completions \\
  -H {bearer:shell} -H 'Content-Type: application/json' \\
  -d '{{"model": "{model:string_in_shell}", "messages": [{{"role": "user", "content": "Hello"}}]}}'"""


def add_connect(routes: Blueprint, site: Site) -> None:
    @routes.get("/auth/connect")
    async def connect() -> Response:
        return await connect_page(site)

    @routes.post("/auth/connect/key")
    async def client_key() -> Response:
        if asked := await unproved(site, SHOW, site.words()("page.connect.what")):
            return asked
        return await connect_page(site, key=site.services.reader.keys().client.reveal())


async def connect_page(site: Site, key: str = "", new: NewClientKey | None = None) -> Response:
    seen = site.services.reader.snapshot()
    models = [(name, getattr(seen.server.models, name)) for name in ("best", "fast", "cheap")]
    served = [one for one in models if one[1]]
    keys = [(row, limits(row), _until(row)) for row in site.services.reader.client_keys()]
    address = f"{request.scheme}://{request.host}"
    return await site.page(
        "connect", key=key, new=new, keys=keys, server=seen.server, address=address, models=served,
        typed=typed(address, key, served[0][1]) if served else "",
    )  # fmt: skip


def typed(address: str, key: str, model: str) -> str:
    """A first request, for a shell."""
    bearer = Quoted(f"Authorization: Bearer {key or '…'}")
    return FIRST_REQUEST.format(url=Quoted(address), bearer=bearer, model=Quoted(model))


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


def _changed(sent: Form) -> dict[str, str]:
    """`expires` stands in no form as it was: an empty one changes nothing."""
    wishes = {}
    for field in FIELDS:
        wish = sent[field].strip()
        if wish != sent[f"was_{field}"].strip():
            wishes[field] = wish or LIFTED
    return wishes
