"""Files, cached contents and interactions of the Gemini API, passed on as they come: Google's paths, words and bytes.

In: a key, a path below the API's root, and a body that may still be arriving. Out: Google's answer, opened; or an
UpstreamFault that `classify` has named. Nothing is kept in memory but what is on its way.
"""

from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from typing import Any

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.gemini_api import key_header
from gcli2api_tui.upstream.http_client import CONNECT_S, ask, client_for, json_object, refused, translated
from gcli2api_tui.upstream.request_bodies import wire_json
from gcli2api_tui.upstream.response_bodies import content_of
from gcli2api_tui.upstream.sse_decoder import SseDecoder

_SLOW = httpx.Timeout(60.0, connect=CONNECT_S, read=None)
"""A large file is taken before Google says a word about it."""


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    """Google's 200, of which the body may still come. Close it."""

    headers: Mapping[str, str]
    _answer: httpx.Response
    _url: str
    _now: float

    async def reads(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes; closes at its end."""
        try:
            with translated(self._url):
                async for received in self._answer.aiter_bytes():
                    yield received
        finally:
            await self.aclose()

    def events(self) -> SseDecoder:
        return SseDecoder(self._now)

    async def json(self) -> dict[str, object]:
        """Within the bound of any answer."""
        try:
            with translated(self._url):
                content = await content_of(self._answer)
        finally:
            await self.aclose()
        return await json_object(content, self._url) if content else {}

    async def aclose(self) -> None:
        await self._answer.aclose()


class GoogleThings:
    """Implements upstream.ports.Things."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, clock: Clock) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._clock = clock

    async def ask(
        self, credential: Credential, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, object]:
        """A question in JSON; `path` with its query."""
        way, headers = client_for(self._client, credential), key_header(credential)
        return await ask(way, self._clock, method, self._base + path, headers=headers, body=body, timeout=_SLOW)

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
        way = client_for(self._client, credential)
        sent = {**headers, **(key_header(credential) if ours else {})}
        if isinstance(content, Mapping):
            sent["content-type"] = "application/json"
            content = bytes(await wire_json(content))
        with translated(url):
            request = way.build_request(method, url, headers=sent, content=content, timeout=_SLOW)
            answer = await way.send(request, stream=True)
        if answer.status_code // 100 != 2:
            try:
                with translated(url):
                    said = await content_of(answer)
            finally:
                await answer.aclose()
            raise await refused(answer.status_code, said, answer.headers, self._clock)
        return OpenedAnswer(answer.headers, answer, url, self._clock.now())
