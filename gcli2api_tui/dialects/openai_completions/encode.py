"""Stream parts of a Gemini answer → text_completion objects.

What an answer is, when it is cut, and how it is counted is the chat encoder's; only the words around the text
differ: no roles, no thoughts, no calls, and a chunk for text or for an end, never for nothing.
"""

from typing import Any

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.dialects.openai_chat import ChatEncoder, Options
from gcli2api_tui.dialects.openai_chat.choice import Choice
from gcli2api_tui.dialects.sse import compact, data


class TextEncoder(ChatEncoder):
    """The way back of one exchange (dialects.call.Encoder)."""

    def __init__(self, call: Call, options: Options, *, id: str, created: int) -> None:  # noqa: A002
        super().__init__(call, options, id=id, created=created, new_call_id=lambda: "")
        self._frame["object"] = "text_completion"

    def whole(self) -> bytes:
        """The complete body."""
        self._settle()
        choices = [_whole(choice.whole()) for choice in self._ordered()]
        return compact({**self._frame, "choices": choices, "usage": self._counted()}).encode()

    def _role(self, choice: Choice) -> bytes:
        """Texts have none; but a stream's opening makes sure that there is a choice."""
        return b""

    def _delta(
        self,
        choice: Choice,
        delta: dict[str, Any],
        finish: str | None = None,
        logprobs: dict[str, object] | None = None,
    ) -> bytes:
        words = delta.get("content") or ""
        if not words and finish is None:
            return b""
        return self._words(choice.index, words, finish)

    def _spoken(self, index: int, text: str) -> bytes:
        return self._words(index, text, None)

    def _words(self, index: int, words: str, finish: str | None) -> bytes:
        chunk: dict[str, object] = {**self._frame, "choices": [_choice(index, words, finish)]}
        if self._options.include_usage:
            chunk["usage"] = None
        return data(chunk)


def _whole(chat: dict[str, Any]) -> dict[str, object]:
    return _choice(chat["index"], chat["message"]["content"] or "", chat["finish_reason"])


def _choice(index: int, words: str, finish: str | None) -> dict[str, object]:
    return {"index": index, "text": words, "logprobs": None, "finish_reason": finish}
