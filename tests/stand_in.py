"""The whole path with the real backends, and a stand-in for Google's hosts behind their one HTTP client.

In: what the stand-in answers. Out: what clients get, which credentials were asked, and how each then stands. No socket.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from holding import Holding
from mock_google import mocked
from whole_path import Answer, Proxy

from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind, OAuthTokens
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.backends import all_backends

CASES = Path(__file__).parent / "cases"
MODEL = "gemini-2.5-flash"
HELLO = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
WELL = {
    "candidates": [{"content": {"role": "model", "parts": [{"text": "hello"}]}, "index": 0, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
}

Reply = tuple[int, bytes, str]
"""Status, body, content type."""


def case(name: str) -> Any:
    return json.loads((CASES / name).read_text("utf-8"))


def reply(answer: dict[str, Any]) -> Reply:
    """One of the files of cases/blame."""
    if "body" in answer:
        return answer["status"], json.dumps(answer["body"]).encode(), "application/json"
    return answer["status"], answer["text"].encode(), answer.get("ctype", "text/html; charset=UTF-8")


def refusal(code: int, message: str, status: str, *details: Any) -> Reply:
    """An error object as Google's API makes it."""
    error = {"code": code, "message": message, "status": status, **({"details": list(details)} if details else {})}
    return code, json.dumps({"error": error}).encode(), "application/json"


@dataclass
class StandIn:
    """Google's hosts: `answer` replies to one credential's generation, None means well; `token` to a refresh."""

    answer: Callable[[str], Reply | None] = lambda who: None
    token: Callable[[], Reply] | None = None
    raw: Callable[[httpx.Request], bytes] | None = None
    """A 200 with these bytes, in place of a good answer."""
    asked: list[str] = field(default_factory=list)
    """Whose generations were asked for."""
    refreshes: int = 0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/token"):
            self.refreshes += 1
            status, body, kind = self.token() if self.token else _issued(request)
            return httpx.Response(status, content=body, headers={"content-type": kind})
        who = request.headers.get("x-goog-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        self.asked.append(who)
        if found := self.answer(who):
            status, body, kind = found
            return httpx.Response(status, content=body, headers={"content-type": kind})
        if self.raw:
            return httpx.Response(200, content=self.raw(request))
        code_assist = "v1internal" in path
        body = json.dumps({"response": WELL} if code_assist else WELL).encode()
        if "stream" in path:
            return httpx.Response(200, content=b"data: " + body + b"\r\n\r\n")
        return httpx.Response(200, content=body)


def _issued(request: httpx.Request) -> Reply:
    refresh = request.content.decode().split("refresh_token=")[1].split("&")[0]
    return 200, json.dumps({"access_token": f"of-{refresh}", "expires_in": 3599}).encode(), "application/json"


def key(name: str, kind: Kind = Kind.API_KEY) -> Credential:
    return Credential(CredentialId(name), kind, name, ApiKey(Secret(name)))


def sign_in(name: str) -> Credential:
    tokens = OAuthTokens(Secret(f"refresh-{name}"), "client", Secret("pair"), Secret(""), 0.0)
    return Credential(CredentialId(name), Kind.OAUTH, name, tokens, project="project")


@dataclass
class Pool:
    """Clients' side and the stand-in's side of one program."""

    google: StandIn
    proxy: Proxy

    async def native(self, body: Any, *, stream: bool = False, model: str = MODEL) -> Answer:
        method = "streamGenerateContent?alt=sse" if stream else "generateContent"
        self.google.asked.clear()
        return await self.proxy.ask(f"/v1beta/models/{model}:{method}", data=json.dumps(body).encode())

    async def send(self, path: str, body: Any) -> Answer:
        self.google.asked.clear()
        return await self.proxy.ask(path, data=json.dumps(body).encode())

    async def is_well(self) -> bool:
        """Whether an ordinary request is served, by a Google that is well again."""
        self.google.answer = lambda who: None
        return (await self.native(HELLO)).status == 200

    @property
    def states(self) -> list[str]:
        return [view.state.value for view in self.proxy.pool.view()]

    @property
    def cooldowns(self) -> int:
        return sum(len(view.cooldowns) for view in self.proxy.pool.view())


@asynccontextmanager
async def pool(
    *names: str, credential: Callable[[str], Credential] = key, google: StandIn | None = None
) -> AsyncIterator[Pool]:
    """A program with one credential for each name."""
    stand_in = google or StandIn()
    chosen = Settings(
        gemini_base_url="http://google",
        vertex_base_url="http://google",
        code_assist_endpoint="http://google",
        oauth_base_url="http://google",
    )

    async with mocked(stand_in.handle) as client:

        def backends(clock: Any) -> Any:
            ignore = lambda *told: None  # noqa: E731
            return all_backends(
                client, chosen, clock, lambda backend, model: model, lambda: (MODEL,), Holding(), ignore, ignore
            )

        yield Pool(stand_in, Proxy(names=names or ("k1", "k2", "k3"), backends=backends, credential=credential))
