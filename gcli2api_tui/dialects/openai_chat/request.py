"""Body of POST /v1/chat/completions → ChatRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a ChatRequest or raises ClientFault with the field's name. Fields that
nobody here knows are ignored, because real clients send them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import flag, sound, table, text, whole, wrong
from gcli2api_tui.dialects.openai_chat.encode import ChatEncoder, Options
from gcli2api_tui.dialects.openai_chat.messages import History, read_messages
from gcli2api_tui.dialects.openai_chat.sampling import read_sampling
from gcli2api_tui.dialects.openai_chat.tools import Tools, read_tools
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.schema import inlined
from gcli2api_tui.gemini.signatures import first_calls
from gcli2api_tui.gemini.thinking import BYPASS_SIGNATURE, EFFORTS, LEVELS, for_effort, signs_calls
from gcli2api_tui.gemini.types import Content, GenerateRequest, ThinkingConfig
from gcli2api_tui.gemini.variants import Variant, resolve

DIALECT = "openai-chat"
_SESSION_HEADERS = ("session_id", "session-id", "x-session-id", "x-session-affinity", "x-conversation-id")


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
    requested = text(fields.get("model"), "model")
    if not requested:
        wrong("model", "'model' is missing.", "GET /v1/models lists the models.")
    if len(requested) > 200:
        wrong("model", "'model' is too long for a name.")
    variant = resolve(requested, catalogue)
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
        affinity=_affinity(fields, headers),
        backends=model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        remote=tuple(history.remote),
    )
    return ChatRequest(call, _options(fields, tools, stream))


def _options(fields: Mapping[str, Any], tools: Tools, stream: bool) -> Options:
    stream_options = table(fields.get("stream_options"), "stream_options")
    include = flag(stream_options.get("include_usage"), "stream_options.include_usage")
    return Options(
        include_usage=stream and include,
        originals=tools.originals,
        one_call=tools.one_call,
        customs=tools.customs,
        legacy=tools.legacy,
    )


def _request(fields: Mapping[str, Any], variant: Variant, tools: Tools, history: History) -> GenerateRequest:
    model = variant.model
    config = read_sampling(fields, model)
    spoken = _response_format(fields.get("response_format"), config, apart=bool(tools.declarations), model=model)
    if thinking := _thinking(fields, variant):
        config["thinkingConfig"] = thinking
    if signs_calls(model):
        _bypass_missing_signatures(history.contents)
    request: GenerateRequest = {"contents": history.contents}
    if system := [*history.system, *spoken]:
        request["systemInstruction"] = {"parts": [{"text": words} for words in system]}
    if tools.declarations:
        request["tools"] = [{"functionDeclarations": list(tools.declarations)}]
        if tools.config:
            request["toolConfig"] = {"functionCallingConfig": dict(tools.config)}
    elif variant.search or fields.get("web_search_options") is not None:
        request["tools"] = [{"googleSearch": {}}]
    if cached := text(_google(fields).get("cached_content"), "google.cached_content"):
        request["cachedContent"] = cached
    if config:
        request["generationConfig"] = config
    return request


def _response_format(value: object, config: dict[str, Any], *, apart: bool, model: Model) -> list[str]:
    """Set the JSON mode, or give it in words: before Gemini 3 Google refuses it beside functions."""
    form = table(value, "response_format")
    kind = text(form.get("type"), "response_format.type") or "text"
    if kind == "text":
        return []
    if kind not in ("json_object", "json_schema"):
        wrong("response_format.type", f"The format must be text, json_object or json_schema, not '{kind[:40]}'.")
    schema = _schema(form) if kind == "json_schema" else None
    if apart and not signs_calls(model):
        return ["Answer with a JSON object only." + (f" It follows this schema: {compact(schema)}" if schema else "")]
    config["responseMimeType"] = "application/json"
    if schema:
        config["responseJsonSchema"] = schema
    return []


def _schema(form: Mapping[str, Any]) -> dict[str, Any]:
    where = "response_format.json_schema"
    outer = table(form.get("json_schema"), where)
    if outer.get("schema") is None:
        wrong(f"{where}.schema", "A json_schema format needs its schema.")
    return inlined(table(outer["schema"], f"{where}.schema"), f"{where}.schema")


def _google(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Google's extension; SDKs merge extra_body into the top level, other clients send it nested."""
    if fields.get("google") is not None:
        return table(fields["google"], "google")
    return table(table(fields.get("extra_body"), "extra_body").get("google"), "extra_body.google")


def _thinking(fields: Mapping[str, Any], variant: Variant) -> ThinkingConfig | None:
    """google.thinking_config beats reasoning_effort beats the model's name; without any Google decides."""
    google = _google(fields)
    asked = google.get("thinking_config", google.get("thinkingConfig"))
    if asked is not None:
        return _asked_thinking(table(asked, "google.thinking_config"), variant.model)
    effort = text(fields.get("reasoning_effort"), "reasoning_effort") or variant.effort
    if not effort:
        return None
    if effort not in EFFORTS:
        wrong("reasoning_effort", f"'reasoning_effort' must be one of {', '.join(EFFORTS)}.")
    return for_effort(variant.model, effort)


def _asked_thinking(asked: Mapping[str, Any], model: Model) -> ThinkingConfig:
    where = "google.thinking_config"
    budget = whole(asked.get("thinking_budget", asked.get("thinkingBudget")), f"{where}.thinking_budget", -1, 2**31 - 1)
    level = text(asked.get("thinking_level", asked.get("thinkingLevel")), f"{where}.thinking_level").upper()
    if budget is not None and level:
        wrong(where, "Google takes thinking_budget or thinking_level, not both.")
    if level and (level not in LEVELS or model.thinking != "level"):
        wrong(f"{where}.thinking_level", f"{model.id} takes {_takes(model)}.")
    config: ThinkingConfig = {}
    if budget is not None:
        config["thinkingBudget"] = budget
    if level:
        config["thinkingLevel"] = level
    shown = asked.get("include_thoughts", asked.get("includeThoughts"))
    if shown is not None:
        config["includeThoughts"] = flag(shown, f"{where}.include_thoughts")
    return config


def _takes(model: Model) -> str:
    if model.thinking == "level":
        return f"the levels {', '.join(model.levels)}"
    return "a thinking_budget, not a level" if model.thinking == "budget" else "no thinking settings"


def _bypass_missing_signatures(contents: list[Content]) -> None:
    """Where Gemini 3 refuses a call without a signature; the relay puts in the real one where it knows it."""
    for position, number in first_calls(contents):
        contents[position]["parts"][number].setdefault("thoughtSignature", BYPASS_SIGNATURE)


def _affinity(fields: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What names the conversation; a value of the wrong type only loses the advantage."""
    for name in _SESSION_HEADERS:
        if value := headers.get(name):
            return value[:200]
    for name in ("prompt_cache_key", "user"):
        if isinstance(value := fields.get(name), str) and value:
            return value[:200]
    return ""
