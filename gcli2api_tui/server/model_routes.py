"""The models that whoever asks may use, in the shape that the client reads: OpenAI's, Google's or Anthropic's.

In: the request at hand. Out: one list of those that its credentials serve and its key allows. `/v1/models` belongs to
all three APIs: SDKs say who they are in a header (api_flavour.py).
"""

from collections.abc import Collection
from dataclasses import replace

from quart import Blueprint, Response, request

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import require_model
from gcli2api_tui.dialects import anthropic_messages, gemini_native
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_variants import resolve
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.server import quart_adapter
from gcli2api_tui.server.api_flavour import is_anthropic, is_google
from gcli2api_tui.server.quart_adapter import json_answer
from gcli2api_tui.server.services import Services

CREATED = 1_735_689_600
"""Google does not tell when a model was made; clients want a number that does not change."""


def model_routes(services: Services) -> Blueprint:
    """The routes, with and without a version: people leave it out of the base URL."""
    routes = Blueprint("models", __name__)

    @routes.get("/v1/models")
    @routes.get("/models")
    @routes.get("/v1beta/models")
    async def models() -> Response:
        names, backends = listed_models(services)
        served = [_named(services.models.catalogue, name) for name in names]
        if is_google(request.path, request.headers):
            size, token = request.args.get("pageSize", ""), request.args.get("pageToken", "")
            return json_answer(gemini_native.page(served, size, token, backends))
        if is_anthropic(request.path, request.headers):
            return json_answer(anthropic_messages.page(served, CREATED, request.args, backends))
        return json_answer({"object": "list", "data": [_openai(model, backends) for model in served]})

    @routes.get("/v1/models/<path:name>")
    @routes.get("/models/<path:name>")
    @routes.get("/v1beta/models/<path:name>")
    async def model(name: str) -> Response:
        known, backends = _named(services.models.catalogue, name), present_backends(services)
        require_listed(services, name)
        if is_google(request.path, request.headers):
            return json_answer(gemini_native.described(known, backends))
        if is_anthropic(request.path, request.headers):
            return json_answer(anthropic_messages.described(known, CREATED, backends))
        return json_answer(_openai(known, backends))

    return routes


def _named(catalogue: Catalogue, name: str) -> Model:
    """The model behind a name, under that name: clients look for what they asked for. Raises ClientFault 404."""
    return replace(resolve(name, catalogue).model, id=name.removeprefix("models/"))


def _openai(model: Model, backends: Collection[str]) -> dict[str, object]:
    """OpenAI's four fields; sizes and the end under the names that programs know from OpenRouter and Groq."""
    described: dict[str, object] = {
        "id": model.id,
        "object": "model",
        "created": CREATED,
        "owned_by": "google",
        "context_length": model.input_limit,
        "max_completion_tokens": model.output_limit,
    }
    if day := model.last_day(backends):
        described["expiration_date"] = day
    if model.successor:
        described["successor"] = model.successor
    return described


def listed_models(services: Services) -> tuple[list[str], Collection[str]]:
    """(ids, as lists show them; the backends that serve them)"""
    key, backends = _key(services), present_backends(services)
    none = key is not None and key.group is not None and not backends  # who has no credential at all sees every model
    ids = () if none else services.model_ids(backends)
    return [name for name in ids if key is None or key.may_use(_id(services, name))], backends


def present_backends(services: Services) -> Collection[str]:
    key = _key(services)
    return services.backends(key.group if key else ALL)


def require_listed(services: Services, name: str) -> None:
    """Raises ClientFault 403 for a model that the key may not use."""
    if key := _key(services):
        require_model(key, _id(services, name), counted=False)


def _key(services: Services) -> ClientKey | None:
    return services.client_keys.named(quart_adapter.principal().client_key)


def _id(services: Services, name: str) -> str:
    return resolve(name, services.models.catalogue).model.id
