"""The shape of a request to a model: the JSON types that protobuf wants, the fields that the simulator reads, and all
that there may be.

`check_shape` is the first look at a body: it raises Google's `Invalid value at …` for the first field of a wrong type;
null counts as unset everywhere. What belongs to the caller (arguments, responses) is any value.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from gcli2api_tui.simulator.refusals import Refusal, bad_request, invalid


class Blob(TypedDict, total=False):
    mimeType: str
    displayName: str


class FileData(TypedDict, total=False):
    mimeType: str
    fileUri: str


class FunctionCall(TypedDict, total=False):
    name: str


class FunctionResponse(TypedDict, total=False):
    response: object
    parts: "list[Part]"


class Part(TypedDict, total=False):
    text: str
    thoughtSignature: str
    inlineData: Blob
    fileData: FileData
    functionCall: FunctionCall
    functionResponse: FunctionResponse


class Content(TypedDict, total=False):
    role: str
    parts: list[Part]


class Schema(TypedDict, total=False):
    """The OpenAPI subset."""

    type: str
    format: str
    enum: list[object]
    required: list[str]
    properties: "dict[str, Schema]"
    anyOf: "list[Schema]"
    items: "Schema"


class Function(TypedDict, total=False):
    name: str
    parameters: Schema
    parametersJsonSchema: object


class Tool(TypedDict, total=False):
    functionDeclarations: list[Function]


class FunctionCalling(TypedDict, total=False):
    mode: str
    allowedFunctionNames: list[str]


class ToolConfig(TypedDict, total=False):
    functionCallingConfig: FunctionCalling


class ImageConfig(TypedDict, total=False):
    aspectRatio: str


class Thinking(TypedDict, total=False):
    thinkingBudget: int
    thinkingLevel: str
    includeThoughts: bool


class GenerationConfig(TypedDict, total=False):
    temperature: float
    maxOutputTokens: int
    stopSequences: list[str]
    responseModalities: list[str]
    responseMimeType: str
    responseSchema: Schema
    responseJsonSchema: object
    imageConfig: ImageConfig
    thinkingConfig: Thinking
    candidateCount: int
    seed: int
    responseLogprobs: bool
    logprobs: int
    presencePenalty: float
    frequencyPenalty: float


class Safety(TypedDict, total=False):
    category: str


class Request(TypedDict, total=False):
    contents: list[Content]
    systemInstruction: Content
    tools: list[Tool]
    toolConfig: ToolConfig
    generationConfig: GenerationConfig
    safetySettings: list[Safety]
    cachedContent: str
    continuationToken: str
    serviceTier: str


TOP = frozenset(
    [
        "contents",
        "systemInstruction",
        "tools",
        "toolConfig",
        "safetySettings",
        "generationConfig",
        "cachedContent",
        "model",
        "continuationToken",
        "serviceTier",
    ]
)
TOP_CODE_ASSIST = TOP - {"model", "continuationToken", "serviceTier"} | {"labels", "sessionId"}
TOP_VERTEX = TOP - {"model", "serviceTier"} | {"labels", "modelArmorConfig"}
CONTENT = frozenset({"role", "parts"})
PART = frozenset(
    [
        "text",
        "inlineData",
        "fileData",
        "functionCall",
        "functionResponse",
        "executableCode",
        "codeExecutionResult",
        "thought",
        "thoughtSignature",
        "videoMetadata",
        "mediaResolution",
    ]
)
PART_DATA = PART - {"thought", "thoughtSignature", "videoMetadata", "mediaResolution"}
CONFIG = frozenset(
    [
        "temperature",
        "topP",
        "topK",
        "candidateCount",
        "maxOutputTokens",
        "stopSequences",
        "responseLogprobs",
        "logprobs",
        "presencePenalty",
        "frequencyPenalty",
        "seed",
        "responseMimeType",
        "responseSchema",
        "responseJsonSchema",
        "routingConfig",
        "modelSelectionConfig",
        "responseModalities",
        "mediaResolution",
        "speechConfig",
        "audioTimestamp",
        "thinkingConfig",
        "imageConfig",
        "enableEnhancedCivicAnswers",
    ]
)
THINKING = frozenset({"includeThoughts", "thinkingBudget", "thinkingLevel"})
CATEGORIES = frozenset(
    [
        "HARASSMENT",
        "HATE_SPEECH",
        "SEXUALLY_EXPLICIT",
        "DANGEROUS_CONTENT",
        "CIVIC_INTEGRITY",
        "JAILBREAK",
        "IMAGE_HATE",
        "IMAGE_DANGEROUS_CONTENT",
        "IMAGE_HARASSMENT",
        "IMAGE_SEXUALLY_EXPLICIT",
    ]
)

Shape = object  # a type (or tuple of types), [shape of elements], {field: shape} or {"*": shape of every value}

PART_TYPES: Shape = {
    "text": str,
    "thoughtSignature": str,
    "inlineData": {"mimeType": str, "data": str},
    "fileData": {"mimeType": str, "fileUri": str},
    "functionCall": {"id": str, "name": str, "args": {}},
    "functionResponse": {"id": str, "name": str},
}
CONTENT_TYPES: Shape = {"parts": [PART_TYPES], "role": str}
FUNCTION_TYPES: Shape = {"name": str, "description": str, "parameters": {}, "response": {}}
CONFIG_TYPES: Shape = {
    "temperature": (int, float),
    "topP": (int, float),
    "topK": (int, float),
    "maxOutputTokens": int,
    "candidateCount": int,
    "stopSequences": [str],
    "responseMimeType": str,
    "responseSchema": {},
    "thinkingConfig": {"thinkingBudget": int, "includeThoughts": bool, "thinkingLevel": str},
}
CALLING_TYPES: Shape = {"mode": str, "allowedFunctionNames": [str]}
REQUEST_TYPES: Shape = {
    "contents": [CONTENT_TYPES],
    "systemInstruction": CONTENT_TYPES,
    "tools": [{"functionDeclarations": [FUNCTION_TYPES]}],
    "toolConfig": {"functionCallingConfig": CALLING_TYPES},
    "safetySettings": [{"category": str, "threshold": str}],
    "generationConfig": CONFIG_TYPES,
    "continuationToken": str,
    "serviceTier": str,
}
SCHEMA_TYPES: Shape = {
    "properties": {"*": {}},
    "items": {},
    "anyOf": [{}],
    "required": [str],
    "enum": [(str, int, float, bool)],
    "minItems": (int, str),
}


def check_shape(value: object, shape: Shape, where: str = "") -> None:
    if value is None:
        return
    if isinstance(shape, list):
        for position, one in enumerate(_of(value, list, where)):
            if one is None:
                raise _wrong(f"{where}[{position}]", one)
            check_shape(one, shape[0], f"{where}[{position}]")
    elif isinstance(shape, Mapping):
        known: dict[str, object] = _of(value, dict, where)
        for name, one in known.items():
            inner = shape.get("*") if "*" in shape else shape.get(_camel(name))
            check_shape(one, inner, f"{where}.{name}" if where else name) if inner is not None else None
    else:
        _of(value, shape, where)


def _of(value: object, kind: Any, where: str) -> Any:
    """Booleans are not numbers, whatever Python thinks."""
    lying_bool = isinstance(value, bool) and kind in (int, (int, float))
    if lying_bool or not isinstance(value, kind):
        raise _wrong(where, value)
    return value


def _wrong(where: str, value: object) -> Refusal:
    if not where:
        return invalid('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    text = f"Invalid value at '{where}', {str(value)[:80]!r}"
    return invalid(text, bad_request(where, text))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
