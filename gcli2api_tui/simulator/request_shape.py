"""The shape of a request to a model, in camelCase, once its JSON types have been looked at (protobuf_types).

Only what the simulator reads is named. What belongs to the caller (arguments, responses) is any value.
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
