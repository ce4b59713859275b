"""Google's content schema as it travels: TypedDicts, no behaviour.

Shared by the three backends; keys are camelCase as on the wire. Unknown keys pass through untouched, so none of
these is closed. Source: the public Gemini API reference (GenerateContentRequest / GenerateContentResponse).
"""

from typing import TypedDict


class Blob(TypedDict):
    mimeType: str
    data: str


class FileData(TypedDict, total=False):
    mimeType: str
    fileUri: str


class FunctionCall(TypedDict, total=False):
    id: str
    name: str
    args: dict[str, object]


class FunctionResponse(TypedDict, total=False):
    id: str
    name: str
    response: dict[str, object]


class Part(TypedDict, total=False):
    text: str
    thought: bool
    thoughtSignature: str
    inlineData: Blob
    fileData: FileData
    functionCall: FunctionCall
    functionResponse: FunctionResponse


class Content(TypedDict, total=False):
    role: str
    parts: list[Part]


class FunctionDeclaration(TypedDict, total=False):
    name: str
    description: str
    parameters: dict[str, object]
    parametersJsonSchema: dict[str, object]


class Tool(TypedDict, total=False):
    """What the model may use: functions of the client, and what Google brings."""

    functionDeclarations: list[FunctionDeclaration]
    googleSearch: dict[str, object]
    urlContext: dict[str, object]
    codeExecution: dict[str, object]


class FunctionCallingConfig(TypedDict, total=False):
    mode: str
    allowedFunctionNames: list[str]


class ToolConfig(TypedDict, total=False):
    functionCallingConfig: FunctionCallingConfig


class SafetySetting(TypedDict):
    category: str
    threshold: str


class ThinkingConfig(TypedDict, total=False):
    includeThoughts: bool
    thinkingBudget: int
    thinkingLevel: str


class GenerateRequest(TypedDict, total=False):
    """Body of generateContent / streamGenerateContent."""

    contents: list[Content]
    systemInstruction: Content
    tools: list[Tool]
    toolConfig: ToolConfig
    safetySettings: list[SafetySetting]
    generationConfig: dict[str, object]
    cachedContent: str
    labels: dict[str, str]
    continuationToken: str
    serviceTier: str


class UsageMetadata(TypedDict, total=False):
    promptTokenCount: int
    cachedContentTokenCount: int
    candidatesTokenCount: int
    thoughtsTokenCount: int
    toolUsePromptTokenCount: int
    totalTokenCount: int
    trafficType: str


class Candidate(TypedDict, total=False):
    index: int
    content: Content
    finishReason: str
    finishMessage: str
    continuationToken: str
    groundingMetadata: dict[str, object]
    logprobsResult: dict[str, object]


class PromptFeedback(TypedDict, total=False):
    """Why a prompt got no answer."""

    blockReason: str
    blockReasonMessage: str


class GenerateResponse(TypedDict, total=False):
    """One whole answer, or one event of a stream."""

    candidates: list[Candidate]
    promptFeedback: PromptFeedback
    usageMetadata: UsageMetadata
    modelVersion: str
    responseId: str
    servedTier: str
    """Ours, in the first of an answer: Google says it in a header."""
