"""Bodies of generateContent, countTokens, embedContent and their like → a Call for the relay.

Pure, and total: for any JSON value it gives a Call or raises ClientFault. Beyond lists and messages Google judges
what is in the body. A role is filled in where Google's examples leave it out, and Google's own field names are made
camelCase, as in protobuf's JSON. What belongs to the caller is not touched: arguments, results, names of properties,
values of enums, and every field that is not known here (Google reads both spellings, so nothing is lost).
"""

import re
from collections.abc import Iterable, Mapping
from typing import cast

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import items, sound, table, wrong
from gcli2api_tui.dialects.generate_request import session
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import Variant, resolve, without_provider
from gcli2api_tui.gemini.thinking import for_effort
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import say

DIALECT = "gemini"
KNOWN = frozenset(
    """
    contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent model labels serviceTier
    generateContentRequest store
    role parts text thought thoughtSignature inlineData fileData functionCall functionResponse executableCode
    codeExecutionResult videoMetadata mediaResolution mimeType displayName fileUri data args response id name
    willContinue scheduling language code outcome output startOffset endOffset fps toolCall toolResponse toolType
    category threshold method
    temperature topP topK candidateCount maxOutputTokens stopSequences responseLogprobs logprobs presencePenalty
    frequencyPenalty seed responseMimeType responseSchema responseJsonSchema responseFormat routingConfig
    modelSelectionConfig responseModalities speechConfig audioTimestamp thinkingConfig imageConfig
    enableEnhancedCivicAnswers includeThoughts thinkingBudget thinkingLevel aspectRatio imageSize
    voiceConfig prebuiltVoiceConfig voiceName multiSpeakerVoiceConfig speakerVoiceConfigs speaker languageCode
    featureSelectionPreference autoMode manualMode modelRoutingPreference modelName
    functionDeclarations googleSearch googleSearchRetrieval codeExecution urlContext googleMaps fileSearch computerUse
    retrieval enterpriseWebSearch description behavior parameters parametersJsonSchema responseJsonSchema
    dynamicRetrievalConfig dynamicThreshold mode timeRangeFilter startTime endTime excludeDomains searchTypes
    enableWidget fileSearchStoreNames metadataFilter environment excludedPredefinedFunctions
    functionCallingConfig allowedFunctionNames streamFunctionCallArguments retrievalConfig latLng latitude longitude
    includeServerSideToolInvocations continuationToken
    """.split()  # noqa: SIM905 - a table, not code
)
_OF_THE_CALLER = frozenset({"args", "labels", "parametersJsonSchema", "responseJsonSchema"})
_SCHEMAS = frozenset({"parameters", "responseSchema"})
_REPEATED = frozenset({"contents", "parts", "tools", "functionDeclarations", "safetySettings"})
_SCHEMA_NAMES = frozenset(
    """
    type format title description nullable enum items maxItems minItems properties required minProperties
    maxProperties minimum maximum minLength maxLength pattern example anyOf propertyOrdering default
    additionalProperties prefixItems
    """.split()  # noqa: SIM905 - a table, not code
)
_SUBSCHEMAS = frozenset({"items", "anyOf", "prefixItems", "additionalProperties"})
_SNAKE = re.compile(r"_([a-z0-9])")


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


def normalised(value: object, inside: str = "") -> object:
    """A message with known fields in camelCase; a single object where Google repeats a field becomes a list.

    `inside` is the field that holds the message: `response` is a schema in a declaration, the caller's own elsewhere.
    """
    if isinstance(value, list):
        return [normalised(one, inside) for one in value]
    if not isinstance(value, dict):
        return value
    named: dict[str, object] = {}
    for key, one in value.items():
        name = camel(key)
        if name in KNOWN:
            named[name] = _field(name, one, inside)
        else:
            named[key] = one
    return named


def camel(name: str) -> str:
    """`top_p` → `topP`; other names as they are."""
    return _SNAKE.sub(lambda found: found[1].upper(), name) if "_" in name else name


def _field(name: str, value: object, inside: str) -> object:
    if name in _SCHEMAS or (name == "response" and inside == "functionDeclarations"):
        return _schema(value)
    if name in _OF_THE_CALLER or name == "response":
        return value
    if name in _REPEATED and isinstance(value, dict):
        value = [value]
    return normalised(value, name)


def _schema(value: object) -> object:
    """Names of the schema language only; `properties`, `default`, `enum` and `example` hold the caller's."""
    if isinstance(value, list):
        return [_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {camel(key) if camel(key) in _SCHEMA_NAMES else key: _schema_field(key, one) for key, one in value.items()}


def _schema_field(key: str, value: object) -> object:
    name = camel(key)
    if name == "properties" and isinstance(value, dict):
        return {prop: _schema(one) for prop, one in value.items()}
    return _schema(value) if name in _SUBSCHEMAS else value
