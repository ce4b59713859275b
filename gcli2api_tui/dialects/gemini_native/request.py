"""Bodies of generateContent, countTokens, embedContent and their like → a Call for the relay.

Pure, and total: for any JSON value it gives a Call or raises ClientFault. Beyond lists and messages Google judges
what is in the body; the spelling of names is made one, and a role is filled in where Google's examples leave it out.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import items, sound, table, wrong
from gcli2api_tui.dialects.gemini_native.names import normalised
from gcli2api_tui.dialects.generation import session
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_variants import Variant, resolve, without_provider
from gcli2api_tui.gemini.thinking import for_effort
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import say

DIALECT = "gemini"


def parse(body: object, model: str, headers: Mapping[str, str], catalogue: Catalogue, *, stream: bool) -> Call:
    """Understand a request for an answer. Header names in lower case; `model` is what stood in the path."""
    return _call(table(normalised(sound(body)), "body"), model, headers, catalogue, stream=stream)


def parse_count(body: object, model: str, headers: Mapping[str, str], catalogue: Catalogue) -> Call:
    """Understand a request to count: contents alone, or a whole generateContentRequest."""
    fields = table(normalised(sound(body)), "body")
    inner = fields.get("generateContentRequest")
    if inner is not None:
        if fields.get("contents"):
            wrong("contents", say("request.contents_or"))
        fields = table(inner, "generateContentRequest")
    return _call(fields, model, headers, catalogue, stream=False)


def parse_embed(body: object, model: str) -> Call:
    """An embedding request, untouched. The catalogue holds chat models; Google says whether this one embeds."""
    name = without_provider(model)
    if len(name) > 200:
        wrong("model", say("model.name_too_long"))
    fields = cast(GenerateRequest, table(sound(body), "body"))
    backends = frozenset({"gemini-api", "vertex"})
    return Call(
        dialect=DIALECT, model=name, requested=model, stream=False, request=fields, backends=backends, as_written=True
    )


def _call(
    fields: dict[str, object], requested: str, headers: Mapping[str, str], catalogue: Catalogue, *, stream: bool
) -> Call:
    if len(requested) > 200:
        wrong("model", say("model.name_too_long"))
    variant = resolve(requested, catalogue)
    # The path names the model; Code Assist refuses a second name inside.
    fields = {name: value for name, value in fields.items() if name != "model"}
    _give_roles(fields.get("contents"))
    _grant(variant, fields)
    return Call(
        dialect=DIALECT,
        model=variant.model.id,
        requested=requested,
        stream=stream,
        request=cast(GenerateRequest, fields),
        prompt=tuple(_prompt(fields)),
        affinity=session(headers),
        backends=variant.model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        as_written=True,
        own_hops=True,
    )


def _grant(variant: Variant, fields: dict[str, object]) -> None:
    """What the model's name asks for and the body does not say itself. Raises ClientFault for a body of wrong types."""
    config = table(fields.get("generationConfig"), "generationConfig")
    if (
        variant.effort
        and not config.get("thinkingConfig")
        and (thinking := for_effort(variant.model.abilities, variant.effort))
    ):
        fields["generationConfig"] = {**config, "thinkingConfig": thinking}
    if variant.search and not fields.get("tools"):
        fields["tools"] = [{"googleSearch": {}}]


def _give_roles(contents: object) -> None:
    """Whoever says nothing else is the user. Raises ClientFault unless it is a list of messages with lists of parts."""
    for position, one in enumerate(items(contents, "contents")):
        if one is None:
            # Absent is nothing; but in a list it would stand there, and nobody after this expects it.
            wrong(f"contents[{position}]", say("request.contents_null", position=position))
        content = table(one, f"contents[{position}]")
        items(content.get("parts"), f"contents[{position}].parts")
        if not content.get("role"):
            content["role"] = "user"


def _prompt(fields: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """(role, text) for the transcript; anything of a strange type is left out."""
    instruction = fields.get("systemInstruction")
    if isinstance(instruction, dict):
        yield "system", _words(instruction)
    elif isinstance(instruction, str):
        yield "system", instruction
    for content in _objects(fields.get("contents")):
        yield str(content["role"]), _words(content)


def _words(content: Mapping[str, object]) -> str:
    return "\n".join(filter(None, map(_shown, _objects(content.get("parts")))))


def _shown(part: Mapping[str, object]) -> str:
    if isinstance(text := part.get("text"), str):
        return text
    if isinstance(call := part.get("functionCall"), dict):
        return f"{call.get('name')}({compact(call.get('args') or {})})"
    if isinstance(result := part.get("functionResponse"), dict):
        return f"{result.get('name')} → {compact(result.get('response'))}"
    if isinstance(blob := part.get("inlineData") or part.get("fileData"), dict):
        return f"[{blob.get('mimeType')}]"
    return ""


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
