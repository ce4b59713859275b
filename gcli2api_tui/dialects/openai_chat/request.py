"""Body of POST /v1/chat/completions → ChatRequest: a Call for the relay, and what the encoder must know.

Pure, and total: for any JSON value it gives a ChatRequest or raises ClientFault with the field's name. Fields that
nobody here knows are ignored, because real clients send them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.declarations import Tools
from gcli2api_tui.dialects.fields import flag, sound, table, text, wrong
from gcli2api_tui.dialects.generation import answer_schema, assembled, chosen_model, structured
from gcli2api_tui.dialects.history import History
from gcli2api_tui.dialects.openai_chat.choice import Options
from gcli2api_tui.dialects.openai_chat.encode import ChatEncoder
from gcli2api_tui.dialects.openai_chat.messages import read_messages
from gcli2api_tui.dialects.openai_chat.request_options import affinity, google_extension, read_thinking, read_tier
from gcli2api_tui.dialects.openai_chat.sampling import read_sampling, wants_samples
from gcli2api_tui.dialects.openai_chat.tools import read_tools
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_variants import Variant
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

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
        affinity=affinity(fields, headers),
        backends=model.backends,
        fake=stream and variant.fake,
        full=variant.full,
        remote=tuple(history.remote),
    )
    return ChatRequest(call, _options(fields, tools, stream))


def _options(fields: Mapping[str, object], tools: Tools, stream: bool) -> Options:
    stream_options = table(fields.get("stream_options"), "stream_options")
    include = flag(stream_options.get("include_usage"), "stream_options.include_usage")
    return Options(
        include_usage=stream and include,
        originals=tools.originals,
        one_call=tools.one_call,
        customs=tools.customs,
        legacy=tools.legacy,
        raw_sound=wants_samples(fields),
        says_tier=read_tier(fields)[1],
    )


def _request(fields: Mapping[str, object], variant: Variant, tools: Tools, history: History) -> GenerateRequest:
    model = variant.model
    config = read_sampling(fields, model)
    _response_format(fields.get("response_format"), config)
    if thinking := read_thinking(fields, fields.get("reasoning_effort"), "reasoning_effort", variant):
        config["thinkingConfig"] = thinking
    tools = replace(tools, search=tools.search or variant.search)
    request = assembled(model, history, tools, config)
    if tier := read_tier(fields)[0]:
        request["serviceTier"] = tier
    if cached := text(google_extension(fields).get("cached_content"), "google.cached_content"):
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
