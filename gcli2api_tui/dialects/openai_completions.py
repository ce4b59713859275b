"""OpenAI's legacy Completions: a body with a prompt → the one message of a chat, and its answer as text_completion.

Gemini continues conversations, not texts: what needs the latter (suffix, echo, log probabilities) is refused with
the field's name, not dropped. All other rules are those of chat completions, and live there. What an answer is, when it
is cut, and how it is counted is the chat encoder's; only the words around the text differ: no roles, no thoughts, no
calls, and a chunk for text or for an end, never for nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.fields import flag, sound, table, text, whole, wrong
from gcli2api_tui.dialects.openai_chat import ChatEncoder, Options
from gcli2api_tui.dialects.openai_chat import parse as parse_chat
from gcli2api_tui.dialects.openai_chat.choice import Choice
from gcli2api_tui.dialects.sse import compact, quoted
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


class TextEncoder(ChatEncoder):
    """The way back of one exchange (dialects.call.Encoder)."""

    said = "%s"

    def __init__(self, call: Call, options: Options, *, id: str, created: int) -> None:  # noqa: A002
        super().__init__(call, options, id=id, created=created, new_call_id=lambda: "")
        self._frame["object"] = "text_completion"

    def whole(self) -> bytes:
        """The complete body."""
        choices = [_whole(choice.whole()) for choice in self._settle()]
        return compact({**self._frame, "choices": choices, "usage": self._counted()}).encode()

    def _role(self, choice: Choice) -> str:
        """Texts have none; but a stream's opening makes sure that there is a choice."""
        return ""

    def _delta(self, choice: Choice, delta: dict[str, object], logprobs: dict[str, object] | None = None) -> str:
        words = str(delta.get("content") or "")
        return self._chunk(choice.index, quoted(words)) if words else ""

    def _ended(self, choice: Choice) -> str:
        return self._chunk(choice.index, '""', quoted(choice.finish))

    def _chunk(self, index: int, delta: str, finish: str = "null", logprobs: str = "null") -> str:
        before, after = self._around or self._frame_in_words()
        return f'{before}{{"index":{index},"text":{delta},"logprobs":null,"finish_reason":{finish}}}{after}'


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


def _whole(chat: dict[str, Any]) -> dict[str, object]:
    words = chat["message"]["content"] or ""
    return {"index": chat["index"], "text": words, "logprobs": None, "finish_reason": chat["finish_reason"]}
