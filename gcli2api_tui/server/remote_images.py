"""Images that a request names by their address → the images themselves, in the request.

In: a Call with `remote`, and who fetches (or nobody). Out: the Call as the relay may have it. Each address is
fetched once, however often the conversation shows it; what cannot be had is a ClientFault that names the field.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import cast

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import GenerateRequest, Part
from gcli2api_tui.messages.message import say

Fetch = Callable[[str, str], Awaitable[tuple[str, bytes]]]
MAX_ADDRESSES = 10


async def with_images(call: Call, fetch: Fetch | None) -> Call:
    """The call with everything in it. Raises ClientFault."""
    if not call.remote:
        return call
    if fetch is None:
        raise ClientFault(
            say("image.off"),
            param=call.remote[0].param,
            way_out=say("image.way_out_or_setting"),
        )
    wanted: dict[str, str] = {}
    for file in call.remote:
        wanted.setdefault(file.url, file.param)
    if len(wanted) > MAX_ADDRESSES:
        raise ClientFault(say("image.most", n=MAX_ADDRESSES), param=call.remote[-1].param)
    fetched = {url: _blob(*await fetch(url, param)) for url, param in wanted.items()}
    return replace(call, request=_filled(call.request, fetched), remote=())


def _blob(kind: str, content: bytes) -> Part:
    return {"inlineData": {"mimeType": kind, "data": base64.b64encode(content).decode()}}


def _filled(request: GenerateRequest, fetched: Mapping[str, Part]) -> GenerateRequest:
    contents = [
        {**content, "parts": [_found(part, fetched) for part in content["parts"]]} for content in request["contents"]
    ]
    return cast(GenerateRequest, {**request, "contents": contents})


def _found(part: Part, fetched: Mapping[str, Part]) -> Part:
    return fetched.get(part["fileData"]["fileUri"], part) if "fileData" in part else part
