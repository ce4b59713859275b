"""The request for Google, put together from what a dialect has read; the same for all that have messages.

In: a History, Tools, generationConfig. Out: a GenerateRequest.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.declarations import Tools
from gcli2api_tui.dialects.fields import table, text, wrong
from gcli2api_tui.dialects.history import History
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.google_search import with_search
from gcli2api_tui.gemini.model_variants import Variant, resolve
from gcli2api_tui.gemini.schema import converted
from gcli2api_tui.gemini.signatures import BYPASS_SIGNATURE, first_calls
from gcli2api_tui.gemini.types import Content, GenerateRequest
from gcli2api_tui.messages.message import say

_SESSION_HEADERS = (
    "session_id",
    "session-id",
    "x-session-id",
    "x-session-affinity",
    "x-conversation-id",
    "x-claude-code-session-id",
)


def chosen_model(fields: Mapping[str, object], catalogue: Catalogue) -> tuple[str, Variant]:
    """What the client wrote as `model`, and what it means. Raises ClientFault."""
    requested = text(fields.get("model"), "model")
    if not requested:
        wrong("model", say("model.missing"), say("model.list"))
    if len(requested) > 200:
        wrong("model", say("model.too_long"))
    variant = resolve(requested, catalogue)
    if not variant.model.chats:
        wrong("model", say("model.embeds", model=variant.model.id), say("model.use_embeddings"))
    return requested, variant


def session(headers: Mapping[str, str]) -> str:
    """What a client calls its conversation, in a header."""
    return next((value[:200] for name in _SESSION_HEADERS if (value := headers.get(name))), "")


def assembled(model: Model, history: History, tools: Tools, config: dict[str, object]) -> GenerateRequest:
    """As the client means it; what the model does not take of it, the relay changes.

    What grows from turn to turn stands last: two turns of a conversation begin with the same bytes.
    """
    if model.abilities.signatures:
        _bypass_missing_signatures(history.contents)
    request: GenerateRequest = {}
    if history.system:
        request["systemInstruction"] = {"parts": [{"text": words} for words in history.system]}
    if tools.declarations:
        request["tools"] = [{"functionDeclarations": list(tools.declarations)}]
        if tools.config:
            request["toolConfig"] = {"functionCallingConfig": tools.config.copy()}
    if tools.search:
        request = with_search(request)
    if config:
        request["generationConfig"] = config
    request["contents"] = history.contents
    return request


def structured(schema: dict[str, object] | None, config: dict[str, object]) -> None:
    """Ask for JSON."""
    config["responseMimeType"] = "application/json"
    if schema:
        config["responseJsonSchema"] = schema


def answer_schema(value: object, where: str) -> dict[str, object]:
    """The schema of a structured answer, which must be there."""
    if value is None:
        wrong(where, say("request.schema_missing"))
    return converted(table(value, where))


def _bypass_missing_signatures(contents: list[Content]) -> None:
    """Where Gemini 3 refuses a call without a signature; the relay puts in the real one where it knows it."""
    for position, number in first_calls(contents):
        contents[position]["parts"][number].setdefault("thoughtSignature", BYPASS_SIGNATURE)
