"""Body of POST /v1/chat/completions → ChatRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a ChatRequest or raises ClientFault with the field's name. Fields that
nobody here knows are ignored, because real clients send them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.declarations import Tools
from gcli2api_tui.dialects.fields import flag, sound, table, text, whole, wrong
from gcli2api_tui.dialects.generation import answer_schema, assembled, chosen_model, session, structured
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.openai_chat.encode import ChatEncoder, Options
from gcli2api_tui.dialects.openai_chat.messages import read_messages
from gcli2api_tui.dialects.openai_chat.sampling import read_sampling
from gcli2api_tui.dialects.openai_chat.tools import read_tools
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.thinking import EFFORTS, LEVELS, for_effort
from gcli2api_tui.gemini.types import GenerateRequest, ThinkingConfig
from gcli2api_tui.gemini.variants import Variant

DIALECT = "openai-chat"


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
    tools = replace(tools, search=tools.search or variant.search)
    request = assembled(model, history, tools, config, spoken)
    if cached := text(_google(fields).get("cached_content"), "google.cached_content"):
        request["cachedContent"] = cached
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
    return structured(schema, config, apart=apart, model=model)


def _schema(form: Mapping[str, Any]) -> dict[str, Any]:
    where = "response_format.json_schema"
    return answer_schema(table(form.get("json_schema"), where).get("schema"), f"{where}.schema")


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


def _affinity(fields: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What names the conversation; a value of the wrong type only loses the advantage."""
    if named := session(headers):
        return named
    for name in ("prompt_cache_key", "user"):
        if isinstance(value := fields.get(name), str) and value:
            return value[:200]
    return ""
