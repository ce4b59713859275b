"""The backend `code-assist`: Gemini models with a Google sign-in, in Code Assist's envelope.

The project is found out once per credential (code_assist_projects.py) when its file names none.
"""

import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.google_search import unflagged
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.gemini.types import Content, GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.access_tokens import AccessTokens, TokenProvider, bearer
from gcli2api_tui.upstream.code_assist_projects import OnProject, OnTier, Projects
from gcli2api_tui.upstream.gemini_api import WireId
from gcli2api_tui.upstream.generation import OpenedStream, Reads, whole
from gcli2api_tui.upstream.google_call import ask
from gcli2api_tui.upstream.google_error import epoch_of
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.ports import ModelQuota
from gcli2api_tui.upstream.way import Way


class CodeAssist:
    """Implements Backend and ListsModels for Google sign-ins."""

    name = "code-assist"
    describes_models = False

    def __init__(
        self,
        client: GoogleClient,
        base_url: str,
        tokens: AccessTokens,
        clock: Clock,
        wire_id: WireId,
        on_project: OnProject,
        on_tier: OnTier,
        fallback_project: str = "",
    ) -> None:
        self._client = client
        self._base = f"{base_url.rstrip('/')}/v1internal"
        self._token_provider = TokenProvider(tokens)
        self._clock = clock
        self._wire_id = wire_id
        self._projects = Projects(client, self._base, clock, on_project, on_tier, fallback_project)

    @asynccontextmanager
    async def stream(self, credential: Credential, model: str, request: GenerateRequest) -> AsyncGenerator[Reads, None]:
        async with self._token_provider.using(credential) as token:
            body = await self._envelope(credential, token, model, request)
            url = f"{self._base}:streamGenerateContent?alt=sse"
            async with OpenedStream(self._way(credential), self._clock, url, bearer(token), body) as reads:
                yield reads

    async def generate(self, credential: Credential, model: str, request: GenerateRequest) -> GenerateResponse:
        async with self._token_provider.using(credential) as token:
            body = await self._envelope(credential, token, model, request)
            return await whole(self._way(credential), self._clock, f"{self._base}:generateContent", bearer(token), body)

    async def count_tokens(self, credential: Credential, model: str, body: GenerateRequest) -> dict[str, object]:
        """Code Assist counts contents only, so the system instruction goes first among them; tools are not counted."""
        async with self._token_provider.using(credential) as token:
            request = {"model": f"models/{self._wire_id(self.name, model)}", "contents": _countable(body)}
            url = f"{self._base}:countTokens"
            return await ask(
                self._way(credential),
                self._clock,
                "POST",
                url,
                headers=bearer(token),
                body={"request": request},
            )

    async def embed(self, credential: Credential, model: str, method: str, body: GenerateRequest) -> dict[str, object]:
        raise UpstreamFault(FaultKind.CLIENT, say("google.no_embeddings"), way_out=say("google.embeddings_need_key"))

    async def renew(self, credential: Credential) -> None:
        await self._token_provider.renew(credential)

    async def check(self, credential: Credential) -> Message:
        """Loads the account's tier and project: no quota is used."""
        async with self._token_provider.using(credential) as token:
            return await self._projects.describe(credential, token)

    async def quota(self, credential: Credential) -> Sequence[ModelQuota]:
        found = map(_quota, await self._buckets(credential))
        return [quota for quota in found if quota]

    async def offered(self, credential: Credential) -> Sequence[DiscoveredModel]:
        """Code Assist has no list; a model that an account may use has a bucket of quota."""
        named = {str(bucket.get("modelId") or "") for bucket in await self._buckets(credential)}
        return [DiscoveredModel(model) for model in sorted(named) if model]

    async def _buckets(self, credential: Credential) -> list[dict[str, object]]:
        async with self._token_provider.using(credential) as token:
            with suppress(UpstreamFault):  # the figures are worth having without it
                await self._projects.learn_tier(credential, token)
            body = {"project": await self._projects.of(credential, token)}
            url = f"{self._base}:retrieveUserQuota"
            answer = await ask(self._way(credential), self._clock, "POST", url, headers=bearer(token), body=body)
        buckets = answer.get("buckets")
        return [bucket for bucket in (buckets if isinstance(buckets, list) else ()) if isinstance(bucket, dict)]

    def _way(self, credential: Credential) -> Way:
        return self._client.way(credential)

    async def _envelope(
        self, credential: Credential, token: Secret, model: str, request: GenerateRequest
    ) -> dict[str, object]:
        return {
            "model": self._wire_id(self.name, model),
            "project": await self._projects.of(credential, token),
            "user_prompt_id": str(uuid.uuid4()),
            "request": _without_tier(unflagged(request)),
        }


def _without_tier(request: GenerateRequest) -> GenerateRequest:
    """Code Assist has no service tiers, and refuses the field."""
    if "serviceTier" not in request:
        return request
    return cast(GenerateRequest, {name: value for name, value in request.items() if name != "serviceTier"})


def _countable(body: GenerateRequest) -> list[Content]:
    """All that is said, as contents; without thoughts, which this method does not take."""
    said = [content for content in body.get("contents") or () if isinstance(content, dict)]
    if isinstance(system := body.get("systemInstruction"), dict):
        said.insert(0, {**system, "role": "user"})
    return [kept for content in said if (kept := _without_thoughts(content)).get("parts")]


def _without_thoughts(content: Content) -> Content:
    parts = content.get("parts")
    if not isinstance(parts, list):  # Google says what is wrong with it
        return content
    return {**content, "parts": [part for part in parts if not (isinstance(part, dict) and part.get("thought"))]}


def _quota(bucket: dict[str, object]) -> ModelQuota | None:
    """A bucket without a share says nothing; the limit follows from amount and share where both are given."""
    share, model = bucket.get("remainingFraction"), bucket.get("modelId")
    if not isinstance(share, int | float) or isinstance(share, bool) or not isinstance(model, str):
        return None
    amount = str(bucket.get("remainingAmount") or "")
    return ModelQuota(
        model=model,
        remaining=min(1.0, max(0.0, float(share))),
        resets_at=epoch_of(str(bucket.get("resetTime") or "")),
        limit=round(int(amount) / share) if amount.isdecimal() and len(amount) < 10 and share > 1e-6 else None,
    )
