"""What generates, by its path: a request → its call and the encoder of its answer.

In: the services and a ClientRequest. Out: a Call and its Encoder, or a Problem; then the running exchange's items.
Nothing here knows Quart: the short way (asgi_app.py) and the routes share it, and so answer alike.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from os import urandom
from types import MappingProxyType

from gcli2api_tui.control.question import CREDENTIAL_HEADER
from gcli2api_tui.dialects import anthropic_messages, gemini_native, openai_chat, openai_completions, openai_responses
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.dialects.openai_responses import Kept
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.relay.ports import ClientWriter, Opened
from gcli2api_tui.server.client_request import ClientRequest, Scope
from gcli2api_tui.server.remote_images import with_images
from gcli2api_tui.server.services import Services

Exchange = AsyncGenerator[Opened | bytes, None]
Generate = Callable[[Services, ClientRequest], Awaitable[tuple[Call, Encoder]]]
"""What a route makes of a request. Raises Problem."""

EXCHANGE = "gcli2api.exchange"
"""In the ASGI scope, where App closes it whatever happens: a client may leave before the body has begun."""
NUMBER = "gcli2api.number"
"""Its number, for whoever sees the whole head of the answer."""

_GOOGLES = re.compile(r"(?:/v1beta|/v1)?/models/([\w.@-]+(?:/[\w.@-]+)*):([A-Za-z]+)", re.ASCII)
"""Names with anything else in them are Quart's to read."""


def route(scope: Scope) -> Generate | None:
    """What generates here; None where Quart answers."""
    if scope["method"] != "POST":
        return None
    path: str = scope["path"]
    if generate := _BY_PATH.get(path):
        return generate
    return googles(found[1], found[2]) if (found := _GOOGLES.fullmatch(path)) else None


def googles(name: str, method: str) -> Generate | None:
    """What answers, where the method is one that generates."""
    if method in ("generateContent", "streamGenerateContent"):
        return partial(_generate, name=name, stream=method == "streamGenerateContent")
    return None


def exchange(
    services: Services, asked: ClientRequest, call: Call, encoder: Encoder, writer: ClientWriter | None = None
) -> Exchange:
    """What a route made of a request, begun."""
    if asked.body.large:
        call = replace(call, large=True)
    if choice := asked.headers.get(CREDENTIAL_HEADER, "").strip():
        call = replace(call, only=CredentialId(choice))
    return services.relay.run(call, encoder, asked.facts(), writer)


async def chat(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    parse = partial(openai_chat.parse, headers=asked.lower_headers(), catalogue=services.models.catalogue)
    understood = await asked.understood(services, parse)
    call = understood.call
    if call.remote:
        call = await with_images(call, services.fetch_image)
    encoder = understood.encoder(
        id=f"chatcmpl-{asked.stem}",
        created=int(services.clock.now()),
        new_call_id=lambda: f"call_{urandom(12).hex()}",
    )
    return call, encoder


async def complete(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    parse = partial(openai_completions.parse, headers=asked.lower_headers(), catalogue=services.models.catalogue)
    understood = await asked.understood(services, parse)
    encoder = understood.encoder(id=f"cmpl-{asked.stem}", created=int(services.clock.now()))
    return understood.call, encoder


async def messages(services: Services, asked: ClientRequest) -> tuple[Call, Encoder]:
    parse = partial(anthropic_messages.parse, headers=asked.lower_headers(), catalogue=services.models.catalogue)
    understood = await asked.understood(services, parse)
    call = understood.call
    if call.remote:
        call = await with_images(call, services.fetch_image)
    encoder = understood.encoder(
        id=f"msg_{asked.stem}",
        request_id=asked.id,
        new_call_id=lambda: f"toolu_{urandom(12).hex()}",
    )
    return call, encoder


async def create(services: Services, asked: ClientRequest, *, compacting: bool = False) -> tuple[Call, Encoder]:
    understood = await understood_response(services, asked, compacting=compacting)
    call = await with_images(understood.call, services.fetch_image)
    # A name of its own: whoever knows it may go on from what it names, and a request's number stands in logs.
    identity = f"resp_{urandom(12).hex()}"

    def keep(finished: dict[str, object]) -> None:
        if understood.store and not compacting:
            services.responses.put(identity, openai_responses.written(Kept(finished, understood.items)))

    encoder = understood.encoder(id=identity, created=int(services.clock.now()), now=services.clock.now, keep=keep)
    return call, encoder


async def understood_response(
    services: Services, asked: ClientRequest, *, compacting: bool = False
) -> openai_responses.ResponseRequest:
    body = await asked.json(services)
    wanted = openai_responses.wanted(body)
    found = {one: content for one in wanted if (content := await services.responses.get(one))}
    headers, catalogue, keeping = asked.lower_headers(), services.models.catalogue, services.responses.keeping

    def parse(body: object) -> openai_responses.ResponseRequest:
        kept = {one: openai_responses.read(content) for one, content in found.items()}
        return openai_responses.parse(body, headers, catalogue, kept, keeping=keeping, compacting=compacting)

    return await asked.parsed(services, body, parse, more=sum(map(len, found.values())))


async def _generate(services: Services, asked: ClientRequest, *, name: str, stream: bool) -> tuple[Call, Encoder]:
    headers, catalogue = asked.lower_headers(), services.models.catalogue
    call = await asked.understood(
        services, lambda body: gemini_native.parse(body, name, headers, catalogue, stream=stream)
    )
    return call, gemini_native.NativeEncoder(stream=stream, events=asked.argument("alt") == "sse")


OPENAI: Mapping[str, Generate] = MappingProxyType({"chat/completions": chat, "completions": complete})
"""By path, with and without /v1: people leave it out of the base URL."""
RESPONSES: Mapping[str, Generate] = MappingProxyType(
    {"responses": create, "responses/compact": partial(create, compacting=True)}
)
ANTHROPIC: Mapping[str, Generate] = MappingProxyType({"messages": messages})
_BY_PATH: Mapping[str, Generate] = MappingProxyType(
    {
        f"{prefix}/{path}": generate
        for table in (OPENAI, RESPONSES, ANTHROPIC)
        for path, generate in table.items()
        for prefix in ("/v1", "")
    }
)
