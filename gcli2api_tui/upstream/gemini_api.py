"""The backend `gemini-api`: Gemini models with an API key from AI Studio.

The key travels in a header, never in the URL, so that no log of addresses can hold it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import quote

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.generation import OpenedStream, Reads, whole
from gcli2api_tui.upstream.http_client import ask, client_for
from gcli2api_tui.upstream.ports import ModelQuota

WireId = Callable[[str, str], str]
"""(backend, catalogue id) → the id that this backend uses on the wire."""
_PAGE = 1000
"""Google's most; without it a page has 50."""
_MOST_PAGES = 100


class GeminiApi:
    """Implements Backend and ListsModels for API keys."""

    name = "gemini-api"
    describes_models = True

    def __init__(self, client: httpx.AsyncClient, base_url: str, clock: Clock, wire_id: WireId) -> None:
        self._client = client
        self._base = f"{base_url.rstrip('/')}/v1beta/models"
        self._clock = clock
        self._wire_id = wire_id

    def stream(
        self, credential: Credential, model: str, request: GenerateRequest
    ) -> AbstractAsyncContextManager[Reads]:
        url = f"{self._url(model)}:streamGenerateContent?alt=sse"
        return OpenedStream(self._way(credential), self._clock, url, key_header(credential), request)

    async def generate(self, credential: Credential, model: str, request: GenerateRequest) -> GenerateResponse:
        url = f"{self._url(model)}:generateContent"
        return await whole(self._way(credential), self._clock, url, key_header(credential), request)

    async def count_tokens(self, credential: Credential, model: str, body: GenerateRequest) -> dict[str, object]:
        """Contents alone go as they are; with a system instruction or tools they need a whole request around them."""
        wire_model = f"models/{self._wire_id(self.name, model)}"
        asked = body if body.keys() <= {"contents"} else {"generateContentRequest": {"model": wire_model, **body}}
        url = f"{self._url(model)}:countTokens"
        return await ask(self._way(credential), self._clock, "POST", url, headers=key_header(credential), body=asked)

    async def embed(self, credential: Credential, model: str, method: str, body: GenerateRequest) -> dict[str, object]:
        url = f"{self._url(model)}:{method}"
        return await ask(self._way(credential), self._clock, "POST", url, headers=key_header(credential), body=body)

    async def renew(self, credential: Credential) -> None:
        raise UpstreamFault(
            FaultKind.NEEDS_LOGIN, say("google.key_refused"), status=401, way_out=say("way_out.add_key")
        )

    async def check(self, credential: Credential) -> Message:
        """Listing models proves the key and uses no quota."""
        count = len(await self.offered(credential))
        return say("google.key_works", n=count)

    async def quota(self, credential: Credential) -> Sequence[ModelQuota]:
        return ()

    async def offered(self, credential: Credential) -> Sequence[DiscoveredModel]:
        """Google's list, all its pages. It ends at one that comes again, or the hundredth: more would come for ever."""
        found: list[DiscoveredModel] = []
        pages = [""]
        while pages.count(pages[-1]) == 1 and len(pages) <= _MOST_PAGES:
            more = f"&pageToken={quote(pages[-1], safe='')}" if pages[-1] else ""
            url = f"{self._base}?pageSize={_PAGE}{more}"
            answer = await ask(self._way(credential), self._clock, "GET", url, headers=key_header(credential))
            entries = answer.get("models")
            found += [
                _offer(entry) for entry in (entries if isinstance(entries, list) else ()) if isinstance(entry, dict)
            ]
            pages.append(str(answer.get("nextPageToken") or ""))
        return found

    def _way(self, credential: Credential) -> httpx.AsyncClient:
        return client_for(self._client, credential)

    def _url(self, model: str) -> str:
        return f"{self._base}/{quote(self._wire_id(self.name, model), safe='')}"


def key_header(credential: Credential) -> dict[str, str]:
    """Google's header for API keys."""
    if not isinstance(credential.secret, ApiKey):
        raise UpstreamFault(FaultKind.FORBIDDEN, say("cred.no_key"))
    return {"x-goog-api-key": credential.secret.key.reveal()}


def _offer(entry: dict[str, object]) -> DiscoveredModel:
    """An entry of models.list."""
    methods = entry.get("supportedGenerationMethods")
    return DiscoveredModel(
        id=str(entry.get("name", "")).removeprefix("models/"),
        input_limit=_count(entry.get("inputTokenLimit")),
        output_limit=_count(entry.get("outputTokenLimit")),
        methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
        thinks=entry.get("thinking") is True,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
