"""The models that whoever asks may use: those that its credentials serve and its key allows.

In: the request at hand. Out: ids, as lists show them, and the backends that serve them.
"""

from collections.abc import Collection

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import require_model
from gcli2api_tui.gemini.model_variants import resolve
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.server import quart_request
from gcli2api_tui.server.services import Services


def listed_models(services: Services) -> tuple[list[str], Collection[str]]:
    """(ids, backends)"""
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
    return services.client_keys.named(quart_request.principal().client_key)


def _id(services: Services, name: str) -> str:
    return resolve(name, services.catalogue()).model.id
