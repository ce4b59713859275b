"""The models that whoever asks may use, in the shape that the client reads: OpenAI's, Google's or Anthropic's.

In: the request at hand. Out: one list of those that its credentials serve and its key allows. `/v1/models` belongs to
all three APIs: SDKs say who they are in a header (api_flavour.py).
"""

from collections.abc import Collection
from dataclasses import replace

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import require_model
from gcli2api_tui.dialects import anthropic_messages, gemini_native
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.server.api_flavour import is_anthropic, is_google
from gcli2api_tui.server.client_request import ClientRequest
from gcli2api_tui.server.services import Services

CREATED = 1_735_689_600
"""Google does not tell when a model was made; clients want a number that does not change."""


def all_of(services: Services, asked: ClientRequest) -> dict[str, object]:
    """All of them, or a page. Raises ClientFault."""
    names, backends = listed_models(services, asked)
    served = [_named(services.models.catalogue, name) for name in names]
    if is_google(asked.path, asked.headers):
        size, token = asked.argument("pageSize"), asked.argument("pageToken")
        return gemini_native.page(served, size, token, backends)
    if is_anthropic(asked.path, asked.headers):
        return anthropic_messages.page(served, CREATED, asked.arguments(), backends)
    return {"object": "list", "data": [_openai(model, backends) for model in served]}


def one_of(services: Services, asked: ClientRequest, name: str) -> dict[str, object]:
    """One by its name. Raises ClientFault."""
    known, backends = _named(services.models.catalogue, name), present_backends(services, asked)
    if key := _key(services, asked):
        require_model(key, _id(services, name), counted=False)
    if is_google(asked.path, asked.headers):
        return gemini_native.described(known, backends)
    if is_anthropic(asked.path, asked.headers):
        return anthropic_messages.described(known, CREATED, backends)
    return _openai(known, backends)


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


def listed_models(services: Services, asked: ClientRequest) -> tuple[list[str], Collection[str]]:
    """(ids, as lists show them; the backends that serve them)"""
    key, backends = _key(services, asked), present_backends(services, asked)
    none = key is not None and key.group is not None and not backends  # who has no credential at all sees every model
    ids = () if none else services.model_ids(backends)
    return [name for name in ids if key is None or key.may_use(_id(services, name))], backends


def present_backends(services: Services, asked: ClientRequest) -> Collection[str]:
    key = _key(services, asked)
    return services.backends(key.group if key else ALL)


def _key(services: Services, asked: ClientRequest) -> ClientKey | None:
    return services.client_keys.named(asked.principal.client_key)


def _id(services: Services, name: str) -> str:
    return resolve(name, services.models.catalogue).model.id
