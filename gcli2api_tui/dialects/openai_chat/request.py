"""Body of POST /v1/chat/completions → ChatRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a ChatRequest or raises ClientFault with the field's name. Fields that
nobody here knows are ignored, because real clients send them. Function tools become functionDeclarations and
toolConfig.
"""

from collections.abc import Callable, Mapping

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import flag, items, sound, table, text, wrong
from gcli2api_tui.dialects.generate_request import (
    FREE_TEXT,
    Declared,
    Tools,
    answer_schema,
    assembled,
    chosen_model,
    session,
    structured,
)
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.openai_chat.choice import Options
from gcli2api_tui.dialects.openai_chat.encode import ChatEncoder
from gcli2api_tui.dialects.openai_chat.messages import read_messages
from gcli2api_tui.dialects.openai_chat.request_options import (
    affinity,
    google_extension,
    read_sampling,
    read_thinking,
    read_tier,
    wants_samples,
)
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import Variant
from gcli2api_tui.gemini.types import FunctionCallingConfig, GenerateRequest
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass, replace

DIALECT = "openai-chat"
KINDS = ("function", "custom")
_OF_TOOLS = frozenset(
    {"tools", "tool_choice", "parallel_tool_calls", "web_search_options", "functions", "function_call"}
)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request understood. `encoder` makes the way back; ids and times come from the caller."""

    call: Call
    options: Options

    def encoder(self, *, id: str, created: int, new_call_id: Callable[[], str]) -> ChatEncoder:  # noqa: A002
        """`id` is the answer's (`chatcmpl-…`), `created` seconds since the epoch."""
        return ChatEncoder(self.call, self.options, id=id, created=created, new_call_id=new_call_id)


def parse(body: object, headers: Mapping[str, str], catalogue: Catalogue) -> ChatRequest:
    """Understand a request. Header names in lower case."""
    fields = table(sound(body), "body")
    requested, variant = chosen_model(fields, catalogue)
    model = variant.model
    stream = flag(fields.get("stream"), "stream")
    tools = read_tools(fields)
    history = read_messages(fields.get("messages"))
    call = Call(
        dialect=DIALECT,
        model=model.id,
        requested=requested,
        stream=stream,
        request=_request(fields, variant, tools, history),
        prompt=tuple(history.prompt),
        affinity=session(headers) or affinity(fields),
        backends=model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        remote=tuple(history.remote),
    )
    return ChatRequest(call, _options(fields, tools, stream))


def _options(fields: Mapping[str, object], tools: Tools, stream: bool) -> Options:
    include = False
    if fields.get("stream_options") is not None:
        wanted = table(fields["stream_options"], "stream_options")
        include = flag(wanted.get("include_usage"), "stream_options.include_usage")
    return Options(
        include_usage=stream and include,
        originals=tools.originals,
        one_call=tools.one_call,
        customs=tools.customs,
        legacy=tools.legacy,
        raw_sound="audio" in fields and wants_samples(fields),
        says_tier=bool(fields.get("service_tier")),
    )


def _request(fields: Mapping[str, object], variant: Variant, tools: Tools, history: History) -> GenerateRequest:
    model = variant.model
    config = read_sampling(fields, model)
    if fields.get("response_format") is not None:
        _response_format(fields["response_format"], config)
    google = google_extension(fields)
    if thinking := read_thinking(google, fields.get("reasoning_effort"), "reasoning_effort", variant):
        config["thinkingConfig"] = thinking
    tier = read_tier(fields)
    if variant.search and not tools.search:
        tools = replace(tools, search=True)
    request = assembled(model, history, tools, config)
    if tier:
        request["serviceTier"] = tier
    if google and (cached := text(google.get("cached_content"), "google.cached_content")):
        request["cachedContent"] = cached
    return request


def _response_format(value: object, config: dict[str, object]) -> None:
    """Set the JSON mode."""
    form = table(value, "response_format")
    kind = text(form.get("type"), "response_format.type") or "text"
    if kind == "text":
        return
    if kind not in ("json_object", "json_schema"):
        wrong("response_format.type", say("request.format", kind=kind[:40]))
    schema = _schema(form) if kind == "json_schema" else None
    structured(schema, config)


def _schema(form: Mapping[str, object]) -> dict[str, object]:
    where = "response_format.json_schema"
    return answer_schema(table(form.get("json_schema"), where).get("schema"), f"{where}.schema")


def read_tools(body: Mapping[str, object]) -> Tools:
    """Read tools, tool_choice and parallel_tool_calls, or their forerunners functions and function_call."""
    if _OF_TOOLS.isdisjoint(body):
        return Tools()
    legacy = bool(body.get("functions")) and not body.get("tools")
    where, choice = ("functions", "function_call") if legacy else ("tools", "tool_choice")
    declared = Declared()
    customs = set()
    for position, item in enumerate(items(body.get(where), where)):
        wire = _declare(declared, item, f"{where}.[{position}]", legacy)
        if not legacy and item.get("type") == "custom":
            customs.add(wire)
    config, allowed = _choice(body.get(choice), choice, declared)
    kept = tuple(item for name, item in declared.functions.items() if allowed is None or name in allowed)
    parallel = body.get("parallel_tool_calls")
    one = legacy or (parallel is not None and not flag(parallel, "parallel_tool_calls"))
    search = body.get("web_search_options") not in (None, False)
    return Tools(kept, config, declared.originals, one, search, frozenset(customs), legacy)


def _declare(declared: Declared, item: object, at: str, legacy: bool) -> str:
    tool, where = table(item, at), at
    kind = "" if legacy else text(tool.get("type"), f"{at}.type")
    if not legacy and kind not in KINDS:
        wrong(f"{at}.type", say("request.tool_type", kind=kind[:40], names=" and ".join(KINDS)))
    if kind:
        where, tool = f"{at}.{kind}", table(tool.get(kind), f"{at}.{kind}")
    name = text(tool.get("name"), f"{where}.name")
    description = text(tool.get("description"), f"{where}.description")
    free = kind == "custom"
    schema = _free_text(tool, where) if free else declared.parameters(tool.get("parameters"), f"{where}.parameters")
    return declared.add(name, description, schema, where)


def _free_text(tool: Mapping[str, object], where: str) -> dict[str, object]:
    form = table(tool.get("format"), f"{where}.format")
    if text(form.get("type"), f"{where}.format.type") not in ("", "text"):
        wrong(f"{where}.format", say("request.grammar"), say("request.use_custom"))
    return dict(FREE_TEXT)


def _choice(value: object, where: str, declared: Declared) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    """functionCallingConfig, and the only declarations to send (None: all)."""
    if value is None or (value in ("auto", "none") and not declared.functions):
        return {}, None
    if not declared.functions:
        wrong(where, say("request.tool_without", where=where))
    if isinstance(value, str):
        if mode := {"auto": "AUTO", "none": "NONE", "required": "ANY", "any": "ANY"}.get(value):
            return {"mode": mode}, None
        wrong(where, say("request.tool_choice", where=where, value=value[:40]))
    choice = table(value, where)
    if choice.get("type") == "allowed_tools":
        return _allowed(choice, where, declared)
    return {"mode": "ANY", "allowedFunctionNames": [_named(choice, where, declared)]}, None


def _allowed(
    choice: Mapping[str, object], where: str, declared: Declared
) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    where = f"{where}.allowed_tools"
    # The SDK nests mode and tools, the Responses API does not; both are seen here.
    inner = table(choice.get("allowed_tools"), where) or choice
    names = []
    for position, item in enumerate(items(inner.get("tools"), f"{where}.tools")):
        at = f"{where}.tools.[{position}]"
        names.append(_named(table(item, at), at, declared))
    if not names:
        wrong(f"{where}.tools", say("request.empty_tools"), say("request.use_none"))
    if inner.get("mode") == "required":
        return {"mode": "ANY", "allowedFunctionNames": names}, None
    return {"mode": "AUTO"}, frozenset(names)


def _named(tool: Mapping[str, object], where: str, declared: Declared) -> str:
    """The wire name of the tool that is meant; the name stands inside, or, in older forms, directly in it."""
    kind = next((kind for kind in KINDS if kind in tool), "")
    inner = table(tool[kind], f"{where}.{kind}") if kind else tool
    return declared.named(inner.get("name"), f"{where}.{kind or KINDS[0]}.name")
