"""The Gemini API with a key from AI Studio: the backend `gemini-api`, and its files, cached contents and interactions.

The key travels in a header, never in the URL, so that no log of addresses can hold it. What is no generation is
passed on as it comes: Google's paths, words and bytes, also those of a body that may still be arriving; nothing is
kept in memory but what is on its way. Refusals leave as UpstreamFaults that `classify` has named.
"""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import quote

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.generation import OpenedStream, Reads, whole
from gcli2api_tui.upstream.google_call import ask, json_object, refused
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.ports import ModelQuota
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.response_bodies import collected
from gcli2api_tui.upstream.sse_decoder import SseDecoder
from gcli2api_tui.upstream.way import GENERATION, Answer, Way

WireId = Callable[[str, str], str]
"""(backend, catalogue id) → the id that this backend uses on the wire."""
_PAGE = 1000
"""Google's most; without it a page has 50."""
_MOST_PAGES = 100


class GeminiApi:
    """Implements Backend and ListsModels for API keys."""

    name = "gemini-api"
    describes_models = True

    def __init__(self, client: GoogleClient, base_url: str, clock: Clock, wire_id: WireId) -> None:
        self._client = client
        self._base = f"{base_url.rstrip('/')}/v1beta/models"
        self._clock = clock
        self._wire_id = wire_id

    def stream(
        self, credential: Credential, model: str, request: GenerateRequest
    ) -> AbstractAsyncContextManager[Reads]:
        url = f"{self._url(model)}:streamGenerateContent?alt=sse"
        way, headers = self._with(credential)
        return OpenedStream(way, self._clock, url, headers, request)

    async def generate(self, credential: Credential, model: str, request: GenerateRequest) -> GenerateResponse:
        url = f"{self._url(model)}:generateContent"
        way, headers = self._with(credential)
        return await whole(way, self._clock, url, headers, request)

    async def count_tokens(self, credential: Credential, model: str, body: GenerateRequest) -> dict[str, object]:
        """Contents alone go as they are; with a system instruction or tools they need a whole request around them."""
        wire_model = f"models/{self._wire_id(self.name, model)}"
        asked = body if body.keys() <= {"contents"} else {"generateContentRequest": {"model": wire_model, **body}}
        url = f"{self._url(model)}:countTokens"
        way, headers = self._with(credential)
        return await ask(way, self._clock, "POST", url, headers=headers, body=asked)

    async def embed(self, credential: Credential, model: str, method: str, body: GenerateRequest) -> dict[str, object]:
        url = f"{self._url(model)}:{method}"
        way, headers = self._with(credential)
        return await ask(way, self._clock, "POST", url, headers=headers, body=body)

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
        pages, (way, headers) = [""], self._with(credential)
        while pages.count(pages[-1]) == 1 and len(pages) <= _MOST_PAGES:
            more = f"&pageToken={quote(pages[-1], safe='')}" if pages[-1] else ""
            url = f"{self._base}?pageSize={_PAGE}{more}"
            answer = await ask(way, self._clock, "GET", url, headers=headers)
            entries = answer.get("models")
            found += [
                _offer(entry) for entry in (entries if isinstance(entries, list) else ()) if isinstance(entry, dict)
            ]
            pages.append(str(answer.get("nextPageToken") or ""))
        return found

    def _with(self, credential: Credential) -> tuple[Way, dict[str, str]]:
        """The way, and the headers, for what is sent on this credential."""
        headers = key_header(credential)
        return self._client.way(credential), headers

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


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    """Google's 200, of which the body may still come. Close it."""

    headers: Mapping[str, str]
    _answer: Answer
    _url: str
    _now: float

    async def reads(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes; closes at its end."""
        try:
            async for received in self._answer:
                yield received
        finally:
            await self.aclose()

    def events(self) -> SseDecoder:
        return SseDecoder(self._now)

    async def json(self) -> dict[str, object]:
        """Within the bound of any answer."""
        try:
            content = await collected(self._answer.status, self._answer)
        finally:
            await self.aclose()
        return await json_object(content, self._url) if content else {}

    async def aclose(self) -> None:
        await self._answer.aclose()


class GoogleThings:
    """Implements upstream.ports.Things."""

    def __init__(self, client: GoogleClient, base_url: str, clock: Clock) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._clock = clock

    async def ask(
        self, credential: Credential, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """A question in JSON; `path` with its query. A large file is taken before Google says a word about it."""
        way, headers = self._client.way(credential), key_header(credential)
        return await ask(way, self._clock, method, self._base + path, headers=headers, body=body, spans=GENERATION)

    async def open(
        self,
        credential: Credential,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: AsyncIterable[bytes] | Mapping[str, object] | bytes | None = None,
    ) -> OpenedAnswer:
        """Anything else; `path` may be a whole address that Google gave: it needs no key, and is told none."""
        ours = path.startswith("/")
        url = self._base + path if ours else path
        way = self._client.httpx_way(credential)
        sent = {**headers, **(key_header(credential) if ours else {})}
        told = await wire_json(content) if isinstance(content, Mapping) else content
        if isinstance(content, Mapping):
            sent["content-type"] = "application/json"
        answer = await way.send(method, url, sent, told or b"", kind="")
        if answer.status // 100 != 2:
            try:
                said = await collected(answer.status, answer)
            finally:
                await answer.aclose()
            raise await refused(answer.status, said, answer.headers, self._clock)
        return OpenedAnswer(answer.headers, answer, url, self._clock.now())
