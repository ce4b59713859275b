"""Answers that ended at the limit of the client's own, and go on where it asks for more of them.

Google gives a token with such an end. A client that sends the same conversation once more, with just that answer as
its last turn ("Continue" in a chat program, a prefill), means the rest of it: Google gets the request that was
answered, the token, and as much more as the client now asks for. Known by the words alone, so for clients of every
kind. Nothing is guessed: by one other word Google gets the conversation as it stands.

In: a request, and what is remembered. Out: where the answer in it goes on. Pure and total.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.hops import WORDS, Checkpoint

WINDOW = 1_048_576
"""Tokens of prompt, thoughts and text together: no limit is larger."""
UNSAID = 65_536
"""What Google gives where the client names no limit."""


@dataclass(frozen=True, slots=True)
class Unended:
    """An answer that can go on, on the credential that began it."""

    request: GenerateRequest
    """What it is the answer to, with a limit for all of it."""
    checkpoint: Checkpoint
    credential: CredentialId


def raised(request: GenerateRequest, made: int, asked: GenerateRequest) -> GenerateRequest:
    """The request with room for as much as `asked` wants, behind what was `made`: Google's limit is for all hops."""
    more = _config(asked).get("maxOutputTokens")
    limit = min(WINDOW, made + (more if isinstance(more, int) and more > 0 else UNSAID))
    return {**request, "generationConfig": {**_config(request), "maxOutputTokens": limit}}


def remembered(model: str, request: GenerateRequest, rest: Checkpoint, credential: CredentialId) -> tuple[str, str]:
    """(key, value) for an answer that ended at its limit; the key is empty where no client could send it back."""
    if not rest.said:
        return "", ""
    answered = _before(request) if ends_with_model(request) else request
    return _key(model, answered, rest.said), f"{credential}\n{rest.made}\n{rest.token}"


def unended(model: str, request: GenerateRequest, kept: Callable[[str], str]) -> Unended | None:
    """What the client asks the rest of; `kept` gives the value of a key."""
    said = _last(request)
    value = kept(_key(model, _before(request), said)) if said else ""
    if not value:
        return None
    credential, made, token = value.split("\n", 2)
    answered = raised(_before(request), int(made), request)
    return Unended(answered, Checkpoint(token, earlier=int(made), said=said), CredentialId(credential))


def _last(request: GenerateRequest) -> str:
    """The words that the conversation ends with, if they are the model's and there is nothing but words."""
    if not ends_with_model(request):
        return ""
    parts: object = request["contents"][-1].get("parts")
    given: list[Any] = parts if isinstance(parts, list) else [None]
    if not all(isinstance(one, dict) and one.keys() <= WORDS for one in given):
        return ""
    texts = [one.get("text") for one in given if not one.get("thought")]
    return "".join(texts) if all(isinstance(one, str) for one in texts) else ""


def ends_with_model(request: GenerateRequest) -> bool:
    contents: object = request.get("contents")
    last = contents[-1] if isinstance(contents, list) and contents else None
    return isinstance(last, dict) and last.get("role") == "model"


def _before(request: GenerateRequest) -> GenerateRequest:
    """The request that the last turn answers."""
    return {**request, "contents": request["contents"][:-1]}


def _key(model: str, request: GenerateRequest, said: str) -> str:
    """Of all but the limit, which is what changes."""
    config = {name: value for name, value in _config(request).items() if name != "maxOutputTokens"}
    same = json.dumps([model, {**request, "generationConfig": config}, said], sort_keys=True)
    return hashlib.sha256(f"unended {same}".encode("utf-8", "surrogatepass")).hexdigest()


def _config(request: GenerateRequest) -> dict[str, Any]:
    config: object = request.get("generationConfig")
    return config if isinstance(config, dict) else {}
