"""Body of POST /v1/messages → MessagesRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a MessagesRequest or raises ClientFault with the field's name. Fields that
nobody here knows are ignored, because real clients send them. Tools that Anthropic's servers would run have a `type`
and no schema: web search becomes Google Search, beside functions only on models that take both, and the others are left
out, because clients offer them unasked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gcli2api_tui.dialects.anthropic_messages import stop_sequences
from gcli2api_tui.dialects.anthropic_messages.encode import MessagesEncoder, Options
from gcli2api_tui.dialects.anthropic_messages.messages import CHANGES, read_messages
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.errors import NO_THREADS
from gcli2api_tui.dialects.fields import flag, items, number, sound, table, text, whole, wrong
from gcli2api_tui.dialects.generate_request import (
    Declared,
    Tools,
    answer_schema,
    assembled,
    chosen_model,
    session,
    structured,
)
from gcli2api_tui.dialects.tool_calls import wire_name
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_names import Variant
from gcli2api_tui.gemini.service_tier import asked_tier
from gcli2api_tui.gemini.signatures import family
from gcli2api_tui.gemini.thinking import EFFORTS, adaptive, for_budget, for_effort
from gcli2api_tui.gemini.types import FunctionCallingConfig, GenerateRequest, ThinkingConfig
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

DIALECT = "anthropic-messages"
_THINKING = ("enabled", "adaptive", "between_tools", "disabled")
_MODES = {"auto": "AUTO", "any": "ANY", "none": "NONE"}


@dataclass(frozen=True, slots=True)
class MessagesRequest:
    """A request understood. `encoder` makes the way back; ids come from the caller."""

    call: Call
    options: Options

    def encoder(self, *, id: str, request_id: str, new_call_id: Callable[[], str]) -> MessagesEncoder:  # noqa: A002
        """`id` is the message's (`msg_…`), `request_id` the one in the answer's header."""
        return MessagesEncoder(self.call, self.options, id=id, request_id=request_id, new_call_id=new_call_id)


def parse(body: object, headers: Mapping[str, str], catalogue: Catalogue) -> MessagesRequest:
    """Understand a request for an answer. Header names in lower case."""
    fields = table(sound(body), "body")
    if fields.get("max_tokens") is None:
        wrong("max_tokens", say("request.max_tokens"), say("request.how_long"))
    return _understood(fields, headers, catalogue)


def parse_count(body: object, headers: Mapping[str, str], catalogue: Catalogue) -> Call:
    """Understand a request to count: the same without max_tokens."""
    return _understood(table(sound(body), "body"), headers, catalogue).call


def _understood(fields: Mapping[str, object], headers: Mapping[str, str], catalogue: Catalogue) -> MessagesRequest:
    if fields.get("thread") is not None:
        wrong("thread", say("not_built.conversations"), say("request.without_thread"), NO_THREADS)
    requested, variant = chosen_model(fields, catalogue)
    model = variant.model
    stream = flag(fields.get("stream"), "stream")
    asked = read_tools(fields)
    tools = replace(asked, search=asked.search or variant.search)
    history = read_messages(fields.get("system"), fields.get("messages"), family(model.id))
    config = _sampling(fields, model)
    _format(fields, config)
    if thinking := _thinking(fields, variant):
        config["thinkingConfig"] = thinking
    call = Call(
        dialect=DIALECT,
        model=model.id,
        requested=requested,
        stream=stream,
        request=_request(fields, assembled(model, history, tools, config)),
        prompt=tuple(history.prompt),
        affinity=session(headers) or _user(fields),
        backends=model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        remote=tuple(history.remote),
    )
    shown, says_tier = _asks_thinking(fields), bool(_tier(fields))
    options = Options(tools.originals, tools.one_call, _stops(fields), shown, asked.search, says_tier)
    return MessagesRequest(call, options)


def _request(fields: Mapping[str, object], request: GenerateRequest) -> GenerateRequest:
    if tier := asked_tier(_tier(fields)):
        request["serviceTier"] = tier
    return request


def _tier(fields: Mapping[str, object]) -> str:
    """Anthropic's words (auto, standard_only) ask for nothing that Google has; those of OpenAI's are taken too."""
    return text(fields.get("service_tier"), "service_tier")


def _sampling(fields: Mapping[str, object], model: Model) -> dict[str, object]:
    limit = whole(fields.get("max_tokens"), "max_tokens", 1)
    config: dict[str, object] = {
        "temperature": number(fields.get("temperature"), "temperature", 0, 2),
        "topP": number(fields.get("top_p"), "top_p", 0, 1),
        "topK": whole(fields.get("top_k"), "top_k", 0) or None,
        "maxOutputTokens": None if limit is None else min(limit, model.longest_answer),
    }
    return {key: value for key, value in config.items() if value is not None}


def _stops(fields: Mapping[str, object]) -> tuple[str, ...]:
    listed = enumerate(items(fields.get("stop_sequences"), "stop_sequences"))
    found = tuple(filter(None, [text(item, f"stop_sequences.[{position}]") for position, item in listed]))
    if len(found) > stop_sequences.MOST or sum(map(len, found)) > stop_sequences.MOST_CHARACTERS:
        most = say("request.most_stops", most=stop_sequences.MOST, characters=stop_sequences.MOST_CHARACTERS)
        wrong("stop_sequences", say("request.stop_sequences", most=most))
    return found


def _format(fields: Mapping[str, object], config: dict[str, object]) -> None:
    """A structured answer; the field had another name while it was young."""
    where = "output_config.format"
    form = _output(fields).get("format")
    if form is None:
        where, form = "output_format", fields.get("output_format")
    if not (form := table(form, where)):
        return
    kind = text(form.get("type"), f"{where}.type")
    if kind != "json_schema":
        wrong(f"{where}.type", say("request.format_schema", kind=kind[:40]))
    schema = answer_schema(form.get("schema"), f"{where}.schema")
    structured(schema, config)


def _output(fields: Mapping[str, object]) -> dict[str, object]:
    return table(fields.get("output_config"), "output_config")


def _thinking(fields: Mapping[str, object], variant: Variant) -> ThinkingConfig | None:
    """A budget beats the effort beats the model's name. Thoughts are shown to those who asked for thinking."""
    asked = table(fields.get("thinking"), "thinking")
    kind = text(asked.get("type"), "thinking.type") if asked else ""
    if asked and kind not in _THINKING:
        wrong("thinking.type", say("request.thinking", names=", ".join(_THINKING), kind=kind[:40]))
    budget = whole(asked.get("budget_tokens"), "thinking.budget_tokens", 0)
    if kind == "disabled":
        return for_effort(variant.model.abilities, "none")
    config = for_budget(variant.model.abilities, budget) if kind == "enabled" and budget is not None else None
    config = config or _effort(fields, variant) or (adaptive(variant.model.abilities) if kind else None)
    if config is None:
        return None
    shown = bool(kind) and asked.get("display") != "omitted" and config.get("includeThoughts", False)
    return {**config, "includeThoughts": shown}


def _asks_thinking(fields: Mapping[str, object]) -> bool:
    """Even where thoughts are `omitted`, their signatures are not."""
    return bool(table(fields.get("thinking"), "thinking").get("type", "disabled") != "disabled")


def _effort(fields: Mapping[str, object], variant: Variant) -> ThinkingConfig | None:
    effort = text(_output(fields).get("effort"), "output_config.effort") or variant.effort
    if not effort:
        return None
    if effort not in EFFORTS:
        wrong("output_config.effort", say("request.effort", names=", ".join(EFFORTS)))
    return for_effort(variant.model.abilities, effort)


def _user(fields: Mapping[str, object]) -> str:
    """Who asks, whose end names the session in Claude Code's; of the wrong type it only loses the advantage."""
    metadata = fields.get("metadata")
    user = metadata.get("user_id") if isinstance(metadata, dict) else None
    return user[-200:] if isinstance(user, str) else ""


def read_tools(body: Mapping[str, object]) -> Tools:
    """Read tools and tool_choice."""
    declared, served, search = Declared(), list[str](), False
    for tool, at in [*_offered(body), *_added(body)]:
        kind = text(tool.get("type"), f"{at}.type")
        if kind in ("", "custom") or tool.get("input_schema") is not None:
            _declare(declared, tool, at)
        else:
            served.append(text(tool.get("name"), f"{at}.name"))
            search = search or kind.startswith("web_search")
    choice = table(body.get("tool_choice"), "tool_choice")
    return Tools(
        tuple(declared.functions.values()),
        _config(choice, declared, served),
        declared.originals,
        one_call=flag(choice.get("disable_parallel_tool_use"), "tool_choice.disable_parallel_tool_use"),
        search=search and choice.get("type") != "none",
    )


def _offered(body: Mapping[str, object]) -> list[tuple[dict[str, object], str]]:
    listed = [(item, f"tools.[{position}]") for position, item in enumerate(items(body.get("tools"), "tools"))]
    return [(table(item, at), at) for item, at in listed]


def _added(body: Mapping[str, object]) -> list[tuple[dict[str, object], str]]:
    """Tools that are defined in the messages; the last of a name counts."""
    found = {}
    known = {text(tool.get("name"), f"{at}.name") for tool, at in _offered(body)}
    for position, item in enumerate(items(body.get("messages"), "messages")):
        content = item.get("content") if isinstance(item, dict) else None
        for place, block in enumerate(content if isinstance(content, list) else ()):
            if isinstance(block, dict) and block.get("type") == CHANGES[0]:
                at = f"messages.[{position}].content.[{place}].tool"
                tool = table(table(block.get("tool"), at).get("definition"), f"{at}.definition")
                if (name := text(tool.get("name"), f"{at}.definition.name")) and name not in known:
                    found[name] = tool, f"{at}.definition"
    return list(found.values())


def _declare(declared: Declared, tool: Mapping[str, object], at: str) -> None:
    declared.add(
        text(tool.get("name"), f"{at}.name"),
        text(tool.get("description"), f"{at}.description"),
        declared.parameters(tool.get("input_schema"), f"{at}.input_schema"),
        at,
    )


def _config(choice: Mapping[str, object], declared: Declared, served: Sequence[str]) -> FunctionCallingConfig:
    """functionCallingConfig; `served` names the tools that are no functions: none of them can be forced."""
    if not choice:
        return {}
    kind = text(choice.get("type"), "tool_choice.type")
    if kind not in (*_MODES, "tool"):
        wrong("tool_choice.type", say("request.tool_choice_type", names=", ".join((*_MODES, "tool")), kind=kind[:40]))
    if kind in ("any", "tool") and not declared.functions and not served:
        wrong("tool_choice", say("request.choice_without"))
    if kind == "tool":
        return _forced(text(choice.get("name"), "tool_choice.name"), declared, served)
    return {"mode": _MODES[kind]} if declared.functions else {}


def _forced(name: str, declared: Declared, served: Sequence[str]) -> FunctionCallingConfig:
    """One function; nothing in place of a tool that is none."""
    if name in served and wire_name(name) not in declared.functions:
        return {}
    return {"mode": "ANY", "allowedFunctionNames": [declared.named(name, "tool_choice.name")]}
