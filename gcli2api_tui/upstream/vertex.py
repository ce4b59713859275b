"""The backend `vertex`: Gemini models on Vertex AI, with an express key, a service account or a Google sign-in.

An express key needs no project; the others work in the credential's project and location, which decides the host.
Tokens and keys travel in headers only. The content is the Gemini API's; what Vertex AI wants otherwise is changed
here. Embeddings are predictions there, one text each, and come back in the Gemini API's form, with Google's count of
tokens.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import cast
from urllib.parse import quote

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import GLOBAL, Credential, Kind, is_location
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.google_search import unflagged
from gcli2api_tui.gemini.service_tier import tier_of
from gcli2api_tui.gemini.types import Content, GenerateRequest, GenerateResponse, Part
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.access_tokens import TokenProvider, bearer
from gcli2api_tui.upstream.gemini_api import WireId, key_header
from gcli2api_tui.upstream.generation import OpenedStream, Reads, whole
from gcli2api_tui.upstream.google_call import ask
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.ports import ModelQuota

MULTI_REGIONS = ("us", "eu")
Probes = Callable[[], Sequence[str]]
"""Models to count tokens for, which proves a credential and is free: several, because each of them ends some day."""
TIER_HEADER = "X-Vertex-AI-LLM-Shared-Request-Type"
"""Vertex AI takes a service tier here, and not in the body."""
TIERS = ("flex", "priority")
NO_REQUEST: Mapping[str, object] = MappingProxyType({})
_COUNTED = ("contents", "systemInstruction", "tools")
BATCH = "batchEmbedContents"
TOGETHER = 8
"""Requests under way at once; each holds one text."""
Predict = Callable[[dict[str, object]], Awaitable[dict[str, object]]]


class Vertex:
    """Implements Backend for all three kinds."""

    name = "vertex"

    def __init__(
        self,
        client: GoogleClient,
        base_url: str,
        token_provider: Mapping[Kind, TokenProvider],
        clock: Clock,
        wire_id: WireId,
        probes: Probes,
    ) -> None:
        """`base_url` stands for Google's hosts of all locations; empty: Google's."""
        self._client = client
        self._base = base_url.rstrip("/")
        self._token_provider = token_provider
        self._clock = clock
        self._wire_id = wire_id
        self._probes = probes

    @asynccontextmanager
    async def stream(self, credential: Credential, model: str, request: GenerateRequest) -> AsyncGenerator[Reads, None]:
        url = f"{self._url(credential, model)}:streamGenerateContent?alt=sse"
        async with (
            self._headers(credential, request) as headers,
            OpenedStream(self._client.way(credential), self._clock, url, headers, wire_form(request)) as reads,
        ):
            yield reads

    async def generate(self, credential: Credential, model: str, request: GenerateRequest) -> GenerateResponse:
        url = f"{self._url(credential, model)}:generateContent"
        async with self._headers(credential, request) as headers:
            return await whole(self._client.way(credential), self._clock, url, headers, wire_form(request))

    async def count_tokens(self, credential: Credential, model: str, body: GenerateRequest) -> dict[str, object]:
        """Vertex AI takes what is said and the tools, and refuses the rest of a request here."""
        said = without_call_ids(body)
        asked = {name: value for name, value in said.items() if name in _COUNTED}
        return await self._ask(credential, f"{self._url(credential, model)}:countTokens", asked)

    async def embed(self, credential: Credential, model: str, method: str, body: GenerateRequest) -> dict[str, object]:
        """By `predict`, one text a request, which is all that Google's embedding models take there."""
        url = f"{self._url(credential, model)}:predict"
        texts = instances(method, body)
        return await embedded(method, texts, lambda one: self._ask(credential, url, one))

    async def renew(self, credential: Credential) -> None:
        if credential.kind not in self._token_provider:
            raise UpstreamFault(
                FaultKind.NEEDS_LOGIN, say("google.this_key_refused"), status=401, way_out=say("way_out.add_key")
            )
        await self._token_provider[credential.kind].renew(credential)

    async def check(self, credential: Credential) -> Message:
        """A model that has ended, or is not at this location, is no fault of the credential's: ask for another."""
        where = (
            say("vertex.project_in", project=credential.project, place=_location(credential))
            if _in_project(credential)
            else say("vertex.this_key")
        )
        absent: list[str] = []
        for model in self._probes():
            if await self._has(credential, model):
                return say("vertex.answers", where=where)
            absent.append(model)
        missing = say("vertex.has_none", names=", ".join(absent)) if absent else say("vertex.no_model_known")
        return say("vertex.accepts", where=where, missing=missing)

    async def _has(self, credential: Credential, model: str) -> bool:
        hello = cast(GenerateRequest, {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]})
        try:
            await self.count_tokens(credential, model, hello)
        except UpstreamFault as fault:
            if fault.kind is not FaultKind.MODEL:
                raise
            return False
        return True

    async def quota(self, credential: Credential) -> Sequence[ModelQuota]:
        return ()

    async def _ask(self, credential: Credential, url: str, body: Mapping[str, object]) -> dict[str, object]:
        async with self._headers(credential) as headers:
            return await ask(self._client.way(credential), self._clock, "POST", url, headers=headers, body=body)

    @asynccontextmanager
    async def _headers(
        self, credential: Credential, request: Mapping[str, object] = NO_REQUEST
    ) -> AsyncGenerator[dict[str, str], None]:
        """A person's sign-in names who pays, or Google would charge the OAuth client's own project."""
        tier = {TIER_HEADER: tier} if (tier := tier_of(request)) in TIERS else {}
        if not _in_project(credential):
            yield {**key_header(credential), **tier}
            return
        payer = {"x-goog-user-project": credential.project} if credential.kind is Kind.VERTEX_OAUTH else {}
        async with self._token_provider[credential.kind].using(credential) as token:
            yield {**bearer(token), **payer, **tier}

    def _url(self, credential: Credential, model: str) -> str:
        """A model's address, up to the colon."""
        path = f"publishers/google/models/{quote(self._wire_id(self.name, model), safe='')}"
        if not _in_project(credential):
            return f"{self._base or host(GLOBAL)}/v1/{path}"
        location, project = _location(credential), credential.project
        if not project:
            raise UpstreamFault(
                FaultKind.PROJECT,
                say("vertex.no_project"),
                way_out=say("vertex.write_project"),
            )
        at = f"projects/{quote(project, safe='')}/locations/{location}"
        return f"{self._base or host(location)}/v1/{at}/{path}"


def host(location: str) -> str:
    """Google's host of a location. Raises UpstreamFault(PROJECT) for what is none: the token would go there."""
    if not is_location(location):
        raise UpstreamFault(FaultKind.PROJECT, say("vertex.bad_location"), way_out=say("vertex.mend"))
    if location == GLOBAL:
        return "https://aiplatform.googleapis.com"
    if location in MULTI_REGIONS:
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"


def _location(credential: Credential) -> str:
    return credential.settings.location or GLOBAL


def _in_project(credential: Credential) -> bool:
    return credential.kind is not Kind.VERTEX_EXPRESS


def wire_form(request: GenerateRequest) -> GenerateRequest:
    """The request as Vertex AI takes it."""
    plain = without_call_ids(unflagged(request))
    if "serviceTier" not in plain:
        return plain
    return cast(GenerateRequest, {name: value for name, value in plain.items() if name != "serviceTier"})


def without_call_ids(request: GenerateRequest) -> GenerateRequest:
    """Versions of Vertex AI refuse the `id` of calls and their responses; order tells which belongs to which."""
    contents = request.get("contents")
    if not isinstance(contents, list):  # Google says what is wrong with it
        return request
    return {**request, "contents": [_content(one) for one in contents]}


def _content(content: Content) -> Content:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list):
        return content
    return {**content, "parts": [_part(part) for part in parts]}


def _part(part: Part) -> Part:
    for name in ("functionCall", "functionResponse"):
        call = part.get(name) if isinstance(part, dict) else None
        if isinstance(call, dict) and "id" in call:
            bare = {key: value for key, value in call.items() if key != "id"}
            return cast(Part, {**part, name: bare})
    return part


def instances(method: str, body: Mapping[str, object]) -> list[dict[str, object]]:
    """One body of `predict` for each text. Raises UpstreamFault(CLIENT) for what is not text."""
    listed = body.get("requests") if method == BATCH else [body]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _refused(say("vertex.requests_no_list"))
    return [_instance(one) for one in listed]


async def embedded(method: str, bodies: list[dict[str, object]], predict: Predict) -> dict[str, object]:
    """Ask for all, a few at a time, and put the answers together."""
    answers: list[dict[str, object]] = []
    for start in range(0, len(bodies), TOGETHER):
        answers += await asyncio.gather(*map(predict, bodies[start : start + TOGETHER]))
    found = [_embedding(answer) for answer in answers]
    vectors = [{"values": one.get("values")} for one in found]
    usage = {"usageMetadata": {"promptTokenCount": sum(map(_tokens, found))}}
    return {"embeddings": vectors, **usage} if method == BATCH else {"embedding": vectors[0], **usage}


def _instance(request: Mapping[str, object]) -> dict[str, object]:
    instance = {
        "content": _text(request.get("content")),
        "task_type": request.get("taskType") or request.get("task_type"),
        "title": request.get("title"),
    }
    length = request.get("outputDimensionality") or request.get("output_dimensionality")
    asked: dict[str, object] = {"instances": [{name: value for name, value in instance.items() if value is not None}]}
    return asked if length is None else {**asked, "parameters": {"outputDimensionality": length}}


def _text(content: object) -> str:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list) or not parts:
        raise _refused(say("vertex.no_parts"))
    return "\n".join(_texts(parts))


def _texts(parts: list[object]) -> Iterator[str]:
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else None
        if not isinstance(text, str):
            raise _refused(say("vertex.text_only"))
        yield text


def _refused(why: Message) -> UpstreamFault:
    way_out = say("vertex.send_text")
    return UpstreamFault(FaultKind.CLIENT, why, status=400, way_out=way_out)


def _embedding(answer: Mapping[str, object]) -> dict[str, object]:
    predictions = answer.get("predictions")
    if isinstance(predictions, list) and len(predictions) == 1 and isinstance(predictions[0], dict):
        embedding = predictions[0].get("embeddings")
        if isinstance(embedding, dict) and isinstance(embedding.get("values"), list):
            return embedding
    raise UpstreamFault(FaultKind.PROTOCOL, say("vertex.no_vector"), way_out=say("try_again"))


def _tokens(embedding: Mapping[str, object]) -> int:
    statistics = embedding.get("statistics")
    count = statistics.get("token_count") if isinstance(statistics, dict) else None
    return int(count) if isinstance(count, int | float) and count >= 0 else 0
