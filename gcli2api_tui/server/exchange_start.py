"""From a request that generates to its exchange: what every such route is, and what is added to its call.

In: a Call and its Encoder, as a route made them. Out: the running exchange's items. Quart and the fast path share
them, and so answer alike.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable

from gcli2api_tui.control.question import CREDENTIAL_HEADER
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.server.client_request import ClientRequest
from gcli2api_tui.server.services import Services

Exchange = AsyncGenerator[Opened | bytes, None]
Generate = Callable[[Services, ClientRequest], Awaitable[tuple[Call, Encoder]]]
"""What a route makes of a request. Raises Problem."""

EXCHANGE = "gcli2api.exchange"
"""In the ASGI scope, where App closes it whatever happens: a client may leave before the body has begun."""
NUMBER = "gcli2api.number"
"""Its number, for whoever sees the whole head of the answer."""


def exchange(services: Services, asked: ClientRequest, call: Call, encoder: Encoder) -> Exchange:
    if asked.body.large:
        call = replace(call, large=True)
    if choice := asked.headers.get(CREDENTIAL_HEADER, "").strip():
        call = replace(call, only=CredentialId(choice))
    return services.relay.run(call, encoder, asked.facts())
