"""The models, in the shape that the client reads: one list, told in the words of OpenAI, Google or Anthropic.

`/v1/models` belongs to all three: SDKs say who they are in a header (families).
"""

from collections.abc import Collection
from dataclasses import replace

from quart import Blueprint, Response, request

from gcli2api_tui.dialects import anthropic_messages, gemini_native
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_variants import resolve
from gcli2api_tui.server.api_flavour import is_anthropic, is_google
from gcli2api_tui.server.listed_models import listed_models, present_backends, require_listed
from gcli2api_tui.server.quart_responses import json_answer
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
        served = [_named(services.catalogue(), name) for name in names]
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
        known, backends = _named(services.catalogue(), name), present_backends(services)
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
