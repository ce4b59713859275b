"""Body of POST /v1/responses → ResponseRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a ResponseRequest or raises ClientFault with the field's name. Earlier
responses that the body refers to come in as an argument. Fields that nobody here knows are ignored.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NoReturn

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import flag, items, sound, table, text, whole, wrong
from gcli2api_tui.dialects.generate_request import Tools, answer_schema, assembled, chosen_model, session, structured
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.openai_chat.request_options import (
    affinity,
    google_extension,
    read_sampling,
    read_thinking,
    read_tier,
)
from gcli2api_tui.dialects.openai_responses.compaction import asked_to_sum_up, asks_to_compact, users_messages
from gcli2api_tui.dialects.openai_responses.encode import Options, ResponseEncoder
from gcli2api_tui.dialects.openai_responses.input import read_input, read_items
from gcli2api_tui.dialects.openai_responses.response_object import frame
from gcli2api_tui.dialects.openai_responses.stored_responses import Kept, items_by_id
from gcli2api_tui.dialects.openai_responses.tools import read_tools
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import Variant
from gcli2api_tui.gemini.signatures import family
from gcli2api_tui.gemini.thinking import EFFORTS
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

DIALECT = "openai-responses"
ENCRYPTED = "reasoning.encrypted_content"
LOGPROBS = "message.output_text.logprobs"
_SAMPLED = ("temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "modalities", "stop")
_SUMMARIES = ("auto", "concise", "detailed", "none")


@dataclass(frozen=True, slots=True)
class ResponseRequest:
    """A request understood. `items` is all of its input, with that of the responses before it."""

    call: Call
    options: Options
    items: list[dict[str, object]]
    store: bool

    def encoder(
        self,
        *,
        id: str,  # noqa: A002
        created: int,
        now: Callable[[], float],
        keep: Callable[[dict[str, object]], None],
    ) -> ResponseEncoder:
        """`id` is the response's (`resp_…`), times are seconds since the epoch; `keep` gets the finished response."""
        return ResponseEncoder(self.call, self.options, id=id, created=created, now=now, keep=keep)


def parse(
    body: object,
    headers: Mapping[str, str],
    catalogue: Catalogue,
    kept: Mapping[str, Kept] | None = None,
    *,
    keeping: bool = True,
    compacting: bool = False,
) -> ResponseRequest:
    """Understand a request. Header names in lower case; `kept` are the responses that wanted() names, where known.

    `keeping` says whether responses are kept here at all; `compacting` that the path asks for a summary.
    """
    fields = table(sound(body), "body")
    requested, variant = chosen_model(fields, catalogue)
    _refuse(fields)
    model = variant.model
    stream, store = flag(fields.get("stream"), "stream") and not compacting, _store(fields) and keeping
    earlier, new = _conversation(fields, kept or {})
    tools = read_tools(fields, earlier, new)
    history = read_input(earlier, new, text(fields.get("instructions"), "instructions"), model.id)
    if summary := compacting or asks_to_compact(new):
        tools = replace(tools, tools=asked_to_sum_up(history, tools.tools))
        fields = {**fields, "text": None}
    config = _config(fields, variant)
    offered = tools.tools if summary else _with_search(tools.tools, variant)
    wanted = [text(item, f"include.[{n}]") for n, item in enumerate(items(fields.get("include"), "include"))]
    request = _request(fields, assembled(model, history, offered, config))
    call = _call(request, history, variant, requested, session(headers) or affinity(fields), stream=stream)
    options = Options(
        frame(fields, tools, _effort(fields), store),
        tools.known,
        tools.tools.one_call,
        family(model.id) if ENCRYPTED in wanted else None,
        summary,
        users_messages([*earlier, *new]) if compacting else None,
    )
    return ResponseRequest(call, options, [*earlier, *new], store)


def _call(
    request: GenerateRequest, history: History, variant: Variant, requested: str, conversation: str, *, stream: bool
) -> Call:
    return Call(
        dialect=DIALECT,
        model=variant.model.id,
        requested=requested,
        stream=stream,
        request=request,
        prompt=tuple(history.prompt),
        affinity=conversation,
        backends=variant.model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        remote=tuple(history.remote),
    )


def _request(fields: Mapping[str, object], request: GenerateRequest) -> GenerateRequest:
    if tier := read_tier(fields):
        request["serviceTier"] = tier
    return request


def _refuse(fields: Mapping[str, object]) -> None:
    """What only OpenAI's own servers can do."""
    if flag(fields.get("background"), "background"):
        _not_built("background", say("request.background"), say("request.stream_or_wait"))
    if fields.get("conversation") is not None:
        _not_built("conversation", say("not_built.conversations"), say("request.send_input"))
    if fields.get("prompt") is not None:
        _not_built("prompt", say("request.templates"), say("request.text_as_input"))


def _not_built(param: str, message: Message, way_out: Message) -> NoReturn:
    raise ClientFault(message, param=param, status=501, way_out=way_out)


def _store(fields: Mapping[str, object]) -> bool:
    """Kept unless the client says no, as at OpenAI."""
    asked = fields.get("store")
    return True if asked is None else flag(asked, "store")


def _conversation(
    fields: Mapping[str, object], kept: Mapping[str, Kept]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """(what was said up to the previous response, what is new), items that were named by their id put in."""
    earlier: list[dict[str, object]] = []
    if previous := text(fields.get("previous_response_id"), "previous_response_id"):
        if previous not in kept:
            wrong(
                "previous_response_id",
                say("kept.gone", id=previous[:80]),
                say("kept.send_all"),
                code="previous_response_not_found",
            )
        earlier = kept[previous].conversation
    new, there = read_items(fields.get("input")), items_by_id(kept)
    for position, item in enumerate(new):
        if item.get("type") == "item_reference":
            new[position] = _referred(text(item.get("id"), f"input.[{position}].id"), f"input.[{position}].id", there)
    return earlier, new


def _referred(identity: str, where: str, there: Mapping[str, dict[str, object]]) -> dict[str, object]:
    if identity not in there:
        wrong(where, say("kept.item_gone", id=identity[:80]), say("kept.send_item"), code="item_not_found")
    return there[identity]


def _config(fields: Mapping[str, object], variant: Variant) -> dict[str, object]:
    """generationConfig."""
    model = variant.model
    config = read_sampling({name: fields.get(name) for name in _SAMPLED} | _logprobs(fields), model)
    limit = whole(fields.get("max_output_tokens"), "max_output_tokens", 1)
    if limit is not None:
        config["maxOutputTokens"] = min(limit, model.longest_answer)
    whole(fields.get("max_tool_calls"), "max_tool_calls", 0)
    _format(fields.get("text"), config)
    if thinking := _thinking(fields, variant):
        config["thinkingConfig"] = thinking
    return config


def _logprobs(fields: Mapping[str, object]) -> dict[str, object]:
    top = whole(fields.get("top_logprobs"), "top_logprobs", 0, 20)
    included = fields.get("include")
    asked = bool(top) or (isinstance(included, list) and LOGPROBS in included)
    return {"logprobs": asked, "top_logprobs": top if asked else None}


def _format(value: object, config: dict[str, object]) -> None:
    """`verbosity` is accepted; Gemini has no switch for it."""
    shape = table(value, "text")
    text(shape.get("verbosity"), "text.verbosity")
    form = table(shape.get("format"), "text.format")
    kind = text(form.get("type"), "text.format.type") or "text"
    if kind == "text":
        return
    if kind not in ("json_object", "json_schema"):
        wrong("text.format.type", say("request.format", kind=kind[:40]))
    schema = answer_schema(form.get("schema"), "text.format.schema") if kind == "json_schema" else None
    structured(schema, config)


def _effort(fields: Mapping[str, object]) -> str:
    effort = text(table(fields.get("reasoning"), "reasoning").get("effort"), "reasoning.effort")
    return effort if effort in EFFORTS else ""


def _thinking(fields: Mapping[str, object], variant: Variant) -> dict[str, object] | None:
    """Summaries are shown to those who ask for them, as at OpenAI."""
    reasoning = table(fields.get("reasoning"), "reasoning")
    word = text(reasoning.get("summary", reasoning.get("generate_summary")), "reasoning.summary") or "none"
    if word not in _SUMMARIES:
        wrong("reasoning.summary", say("request.summary", names=", ".join(_SUMMARIES)))
    google = google_extension(fields)
    config = dict(read_thinking(google, reasoning.get("effort"), "reasoning.effort", variant) or {})
    if "thinking_config" in google or "thinkingConfig" in google:
        return config
    shown = word != "none" and config.get("includeThoughts") is not False and variant.model.abilities.thinking != "none"
    if shown or config:
        config["includeThoughts"] = shown
    return config or None


def _with_search(tools: Tools, variant: Variant) -> Tools:
    return replace(tools, search=tools.search or variant.search)
