"""The least that Quart, Hypercorn and httpx can do for Chat Completions: the yardstick of `python -m tests.bench`.

One shared client, one fixed key, no pool, no ledger, no errors. `python minimal_proxy.py PORT BASE_URL GOOGLE_KEY`.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request


def build(base: str, key: str) -> Quart:
    app = Quart("minimal")
    client = httpx.AsyncClient(base_url=base, headers={"x-goog-api-key": key}, timeout=60)

    @app.get("/healthz")
    async def health() -> str:
        return "ok"

    @app.post("/v1/chat/completions")
    async def chat() -> Any:
        if request.headers.get("authorization") != "Bearer pwd":
            return {"error": {"message": "wrong key"}}, 401
        body = await request.get_json()
        path = f"/v1beta/models/{body['model']}"
        if body.get("stream"):
            response = Response(stream(client, path, gemini(body)), content_type="text/event-stream")
            response.timeout = None
            return response
        answer = (await client.post(f"{path}:generateContent", json=gemini(body))).json()
        message = {"role": "assistant", "content": text_of(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {"id": "x", "object": "chat.completion", "model": body["model"], "choices": [choice]}

    return app


def gemini(body: dict[str, Any]) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": [{"text": message["content"]}]} for message in body["messages"]]}


def text_of(answer: dict[str, Any]) -> str:
    parts = answer["candidates"][0].get("content", {}).get("parts", [])
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


async def stream(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> AsyncIterator[bytes]:
    async with client.stream("POST", f"{path}:streamGenerateContent?alt=sse", json=body) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                choice = {"index": 0, "delta": {"content": text_of(json.loads(line[5:]))}, "finish_reason": None}
                chunk = {"id": "x", "object": "chat.completion.chunk", "choices": [choice]}
                yield b"data: " + json.dumps(chunk).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def main() -> None:
    port, base, key = sys.argv[1:]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.accesslog = config.errorlog = None
    asyncio.run(serve(build(base, key), config))


if __name__ == "__main__":
    main()
