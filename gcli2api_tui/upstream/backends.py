"""The three backends, each with where Google is and what it needs of the others.

In: the settings, who owns the credentials, and whom to tell of projects and licences. Out: the backends by name.
"""

from collections.abc import Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.credentials.ports import Alone, Owner, not_shared
from gcli2api_tui.upstream.access_tokens import TokenEndpoint, TokenProvider, Tokens
from gcli2api_tui.upstream.code_assist import CodeAssist
from gcli2api_tui.upstream.code_assist_projects import OnProject, OnTier
from gcli2api_tui.upstream.gemini_api import GeminiApi, WireId
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.ports import Backend, ListsModels
from gcli2api_tui.upstream.service_account import ServiceTokens
from gcli2api_tui.upstream.vertex import Probes, Vertex


def all_backends(
    client: GoogleClient,
    chosen: Settings,
    clock: Clock,
    wire_id: WireId,
    probes: Probes,
    owner: Owner,
    on_project: OnProject,
    on_tier: OnTier,
    alone: Alone = not_shared,
) -> dict[str, Backend]:
    """One of each; they share the client and the sign-ins' tokens."""
    endpoint = TokenEndpoint(client, chosen.oauth_base_url, clock)
    tokens, fallback = Tokens(endpoint, clock, owner, alone), chosen.google_cloud_project
    on_vertex = {
        Kind.VERTEX_OAUTH: TokenProvider(tokens),
        Kind.SERVICE_ACCOUNT: TokenProvider(ServiceTokens(endpoint, clock)),
    }
    backends: tuple[Backend, ...] = (
        GeminiApi(client, chosen.gemini_base_url, clock, wire_id),
        Vertex(client, chosen.vertex_base_url, on_vertex, clock, wire_id, probes),
        CodeAssist(client, chosen.code_assist_endpoint, tokens, clock, wire_id, on_project, on_tier, fallback),
    )
    return {backend.name: backend for backend in backends}


def that_list_models(backends: Mapping[str, Backend]) -> dict[str, ListsModels]:
    """Those of them that tell which models a credential sees."""
    return {name: backend for name, backend in backends.items() if isinstance(backend, ListsModels)}
