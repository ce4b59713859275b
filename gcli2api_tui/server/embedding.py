"""Asking for embeddings, for every dialect that has them.

In: a Call. Out: Google's answer, or a Problem that says what a person can do: 501 where no credential here can
embed at all, 404 for a model that does not.
"""

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.services import Services


async def embed(services: Services, call: Call, method: str) -> dict[str, object]:
    """`method` is embedContent or batchEmbedContents."""
    try:
        return await services.relay.embed(call, method, quart_adapter.principal().client_key)
    except NoCredential as none:
        if none.retry_after_s is not None:
            raise
        raise ClientFault(say("google.no_embedder"), status=501, way_out=say("google.add_embedder")) from none
    except UpstreamFault as fault:
        if fault.kind is not FaultKind.MODEL:
            raise
        raise ClientFault(fault.message, status=404, param="model", code="model_not_found") from fault
