"""Functions that a client declares → functionDeclarations, and what else a request says of its tools.

Gemini's names are stricter than other APIs': a name it would refuse travels under another, the same every time, and
`Tools.originals` brings it back on the way out.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import field

from gcli2api_tui.dialects.fields import table, text, wrong
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.gemini.schema import Room, converted
from gcli2api_tui.gemini.types import FunctionCallingConfig, FunctionDeclaration
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

FREE_TEXT: Mapping[str, object] = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
"""The schema of a tool that takes free text, which travels as the one argument `input`."""
_FITS = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}\Z")


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


def wire_name(name: str) -> str:
    """The name Google sees. One that does not fit gets a hash of itself, so that two never meet."""
    if _FITS.match(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9_.:-]", "_", name)[:54]
    return f"{plain if plain[:1].isalpha() or plain[:1] == '_' else '_' + plain}_{digest}"


def free_text(args: Mapping[str, object]) -> str:
    """The text that a custom tool gets; a model that gave it another form loses nothing of it."""
    said = args.get("input")
    return said if isinstance(said, str) else compact(args)
