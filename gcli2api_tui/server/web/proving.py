"""The panel key, typed once more before secrets are shown: a session that somebody left open gives away none.

In: a form that may bring the key. Out: None where it was typed within the last minutes, else the page that asks for it
and then sends the same form again. Wrong keys are counted where all doors count them.
"""

from collections.abc import Mapping, Sequence

from quart import Response

from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.lockout import LockedOut
from gcli2api_tui.server.web.gate import form
from gcli2api_tui.server.web.site import Site, require_session

OWN = ("key", "csrf")


async def unproved(site: Site, action: str, what: str) -> Response | None:
    """`what` names the deed in the page's words."""
    if key := form()["key"].strip():
        if site.sessions.fits(key):
            site.sessions.prove(require_session())
        else:
            refused = await counted_wrong(site)
            return await _asked(site, action, what, refused[0], refused[1])
    return None if site.sessions.proved(require_session()) else await _asked(site, action, what, NOTHING, 200)


async def counted_wrong(site: Site) -> tuple[Message, int]:
    """What to say of a wrong key, and the status; counted, and slowed like all of them."""
    peer = quart_adapter.peer()
    words, status = say("guard.wrong_key"), 401
    try:
        await site.services.lockout.wrong_key(peer)
    except LockedOut as locked:
        words, status = locked.sentence, 429
    if line := site.services.lockout.line(peer, say("web.wrong_key", peer=peer)):
        site.warn(line)
    return words, status


async def _asked(site: Site, action: str, what: str, refused: Message, status: int) -> Response:
    kept: Mapping[str, Sequence[str]] = {name: values for name, values in form().several.items() if name not in OWN}
    return await site.page("prove", status, action=action, what=what, refused=refused, kept=kept)
