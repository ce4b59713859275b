"""Google's methods on a model: answers, counts and embeddings, under /v1beta, /v1 and no prefix.

In: `models/{name}:{method}` with a body. Out: what Google answers, or a refusal that says what is offered. OpenAI's
embeddings are asked for here as well: 501 where no credential can embed at all, 404 for a model that does not.
"""

from quart import Blueprint, Response

from gcli2api_tui.dialects import gemini_native
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.generate_routes import googles
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.services import Services

_OFFERED = say("gemini.methods")
_NOT_OFFERED = frozenset(
    {
        "asyncBatchEmbedContent",
        "batchGenerateContent",
        "bidiGenerateContent",
        "computeTokens",
        "generateAnswer",
        "predict",
        "predictLongRunning",
    }
)


def gemini_routes(services: Services) -> Blueprint:
    """The routes; some clients leave the version out of the path."""
    routes = Blueprint("gemini", __name__)

    @routes.post("/v1beta/models/<path:name>:<method>")
    @routes.post("/v1/models/<path:name>:<method>")
    @routes.post("/models/<path:name>:<method>")
    async def act(name: str, method: str) -> Response:
        if generate := googles(name, method):
            return await quart_adapter.generated(services, generate)
        if method == "countTokens":
            return await _count(services, name)
        if method in ("embedContent", "batchEmbedContents"):
            return await _embed(services, name, method)
        if method in _NOT_OFFERED:
            raise ClientFault(say("gemini.not_offered", method=method), status=501, way_out=_OFFERED)
        raise ClientFault(say("gemini.no_method"), status=404, way_out=_OFFERED)

    return routes


async def _count(services: Services, name: str) -> Response:
    headers, catalogue = quart_adapter.headers(), services.models.catalogue
    call = await quart_adapter.understood(
        services, lambda body: gemini_native.parse_count(body, name, headers, catalogue)
    )
    return json_answer(await services.relay.count_tokens(call, quart_adapter.principal().client_key))


async def _embed(services: Services, name: str, method: str) -> Response:
    call = await quart_adapter.understood(services, lambda body: gemini_native.parse_embed(body, name))
    return json_answer(await embed(services, call, method))


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
