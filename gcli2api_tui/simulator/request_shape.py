"""The shape of a request to a model, in camelCase: which fields it may have, and those that the simulator reads.

Their JSON types have been looked at before (protobuf_types). What belongs to the caller (arguments, responses) is any
value.
"""

from typing import TypedDict


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
