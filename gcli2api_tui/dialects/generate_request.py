"""The request for Google, put together from what a dialect has read: the model, functions to declare, a History.

In: names and schemas of functions as the client declares them, generationConfig. Out: a GenerateRequest. Gemini's names
are stricter than other APIs': a name it would refuse travels under another, the same every time (tool_calls.py), and
`Tools.originals` brings it back on the way out.
"""

from collections.abc import Mapping
from dataclasses import field

from gcli2api_tui.dialects.fields import table, text, wrong
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.tool_calls import wire_name
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.google_search import with_search
from gcli2api_tui.gemini.json_schema import Room, converted
from gcli2api_tui.gemini.model_names import Variant, resolve
from gcli2api_tui.gemini.signatures import BYPASS_SIGNATURE, first_calls
from gcli2api_tui.gemini.types import Content, FunctionCallingConfig, FunctionDeclaration, GenerateRequest
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

FREE_TEXT: Mapping[str, object] = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
"""The schema of a tool that takes free text, which travels as the one argument `input`."""
_SESSION_HEADERS = (
    "session_id",
    "session-id",
    "x-session-id",
    "x-session-affinity",
    "x-conversation-id",
    "x-claude-code-session-id",
)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the request says about tools, translated."""

    declarations: tuple[FunctionDeclaration, ...] = ()
    config: FunctionCallingConfig = field(default_factory=FunctionCallingConfig)
    """functionCallingConfig; empty for Google's default."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """Name on the wire → name the client knows, where they differ."""
    one_call: bool = False
    """One call at a time, which Gemini has no switch for: the encoder keeps the first call."""
    search: bool = False
    """Google Search is asked for; beside functions only some models take it."""
    customs: frozenset[str] = frozenset()
    """Wire names of custom tools: they take free text, which travels as the one argument `input`."""
    legacy: bool = False
    """The client speaks `functions` / `function_call`, the form before tools."""


@dataclass(slots=True)
class Declared:
    """The functions of one request, by wire name."""

    functions: dict[str, FunctionDeclaration] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    room: Room = field(default_factory=Room)

    def parameters(self, value: object, where: str) -> dict[str, object]:
        """A JSON Schema of arguments, as Google takes it."""
        schema = converted(table(value, where), self.room)
        return {"type": "object", "properties": {}} if not schema else {"type": "object", **schema}

    def add(self, name: str, description: str, parameters: dict[str, object], where: str) -> str:
        """Declare one; its wire name. `where` is the field of the whole tool."""
        if not name:
            wrong(f"{where}.name", say("request.function_name"))
        wire = wire_name(name)
        if wire in self.functions:
            wrong(where, say("request.twice", name=name))
        declaration: FunctionDeclaration = {"name": wire}
        if description:
            declaration["description"] = description
        self.functions[wire] = {**declaration, "parametersJsonSchema": parameters}
        if wire != name:
            self.originals[wire] = name
        return wire

    def named(self, value: object, where: str) -> str:
        """The wire name of a function that the client names."""
        name = text(value, where)
        if wire_name(name) not in self.functions:
            wrong(where, say("request.no_tool", name=name[:80]))
        return wire_name(name)


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
    for name in _SESSION_HEADERS:
        if value := headers.get(name):
            return value[:200]
    return ""


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
