"""Body of POST /v1/completions → CompletionRequest: the prompt becomes the one message of a chat.

Gemini continues conversations, not texts: what needs the latter (suffix, echo, log probabilities) is refused with
the field's name, not dropped. All other rules are those of chat completions, and live there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import flag, sound, table, text, whole, wrong
from gcli2api_tui.dialects.openai_chat import Options
from gcli2api_tui.dialects.openai_chat import parse as parse_chat
from gcli2api_tui.dialects.openai_completions.encode import TextEncoder
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

DIALECT = "openai-completions"

_SAME = (
    "model",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "stop",
    "n",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "prompt_cache_key",
    "user",
    "google",
    "extra_body",
)
"""Fields that mean the same in a chat."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A request understood; `encoder` makes the way back."""

    call: Call
    options: Options

    def encoder(self, *, id: str, created: int) -> TextEncoder:  # noqa: A002
        """`id` is the answer's (`cmpl-…`), `created` seconds since the epoch."""
        return TextEncoder(self.call, self.options, id=id, created=created)


def parse(body: object, headers: Mapping[str, str], catalogue: Catalogue) -> CompletionRequest:
    """Understand a request. Header names in lower case."""
    fields = table(sound(body), "body")
    prompt = _prompt(fields.get("prompt"))
    _refuse(fields)
    chat = {name: fields[name] for name in _SAME if name in fields}
    chat["messages"] = [{"role": "user", "content": prompt}]
    understood = parse_chat(chat, headers, catalogue)
    return CompletionRequest(replace(understood.call, dialect=DIALECT), understood.options)


def _prompt(value: object) -> str:
    if isinstance(value, list):
        if not all(isinstance(one, str) for one in value):
            wrong("prompt", say("request.tokens"), say("request.send_text"))
        if len(value) > 1:
            wrong("prompt", say("request.one_prompt"), say("request.each"))
        value = value[0] if value else ""
    prompt = text(value, "prompt")
    if not prompt:
        wrong("prompt", say("request.prompt"))
    return prompt


def _refuse(fields: Mapping[str, object]) -> None:
    """What a chat model cannot do."""
    if text(fields.get("suffix"), "suffix"):
        _not_done("suffix", say("request.gap"))
    if flag(fields.get("echo"), "echo"):
        _not_done("echo", say("request.echo"))
    if (whole(fields.get("best_of"), "best_of", 0, 20) or 0) > 1:
        _not_done("best_of", say("request.best_of"))
    if whole(fields.get("logprobs"), "logprobs", 0, 5) is not None:
        _not_done("logprobs", say("request.logprobs_chat"))


def _not_done(param: str, message: Message) -> NoReturn:
    wrong(param, message, say("request.leave_out", param=param))
