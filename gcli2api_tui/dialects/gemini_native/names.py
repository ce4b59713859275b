"""Field names of a Gemini request: snake_case becomes camelCase, as in protobuf's JSON.

In: a decoded body. Out: the same with Google's own field names in camelCase. What belongs to the caller is not
touched: arguments, results, names of properties, values of enums, and every field that is not known here (Google
reads both spellings, so nothing is lost by leaving one).
"""

import re

_SNAKE = re.compile(r"_([a-z0-9])")

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
