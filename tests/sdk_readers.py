"""One question through the official Python SDKs of OpenAI and Anthropic, in every dialect, streamed and whole.

In: the server, its key, a prompt, a limit. Out: all that a person would read, how it ended, and the tokens told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anthropic
import openai

MODEL = "gemini-4-neon"
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Read:
    """What a client has of an answer."""

    text: str
    end: str
    output_tokens: int


Reader = Callable[[str, str, str, int], Read]
"""(the server's URL, key, prompt, most tokens)"""


def chat(url: str, key: str, prompt: str, limit: int) -> Read:
    answer = _openai(url, key).chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], max_completion_tokens=limit
    )
    (choice,) = answer.choices
    assert answer.usage
    return Read(choice.message.content or "", choice.finish_reason, answer.usage.completion_tokens)


def chat_stream(url: str, key: str, prompt: str, limit: int) -> Read:
    texts, end, tokens = [], "", 0
    for chunk in _openai(url, key).chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        max_completion_tokens=limit,
        stream=True,
        stream_options={"include_usage": True},
    ):
        for choice in chunk.choices:
            texts.append(choice.delta.content or "")
            end = choice.finish_reason or end
        tokens = chunk.usage.completion_tokens if chunk.usage else tokens
    return Read("".join(texts), end, tokens)


def responses(url: str, key: str, prompt: str, limit: int) -> Read:
    return _response(
        _openai(url, key).responses.create(model=MODEL, input=prompt, max_output_tokens=limit, store=False)
    )


def responses_stream(url: str, key: str, prompt: str, limit: int) -> Read:
    texts = []
    with _openai(url, key).responses.stream(model=MODEL, input=prompt, max_output_tokens=limit, store=False) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                texts.append(event.delta)
        last = _response(stream.get_final_response())
    assert "".join(texts) == last.text
    return last


def completions(url: str, key: str, prompt: str, limit: int) -> Read:
    answer = _openai(url, key).completions.create(model=MODEL, prompt=prompt, max_tokens=limit)
    (choice,) = answer.choices
    assert answer.usage
    return Read(choice.text, choice.finish_reason, answer.usage.completion_tokens)


def completions_stream(url: str, key: str, prompt: str, limit: int) -> Read:
    texts, end, tokens = [], "", 0
    for chunk in _openai(url, key).completions.create(
        model=MODEL, prompt=prompt, max_tokens=limit, stream=True, stream_options={"include_usage": True}
    ):
        for choice in chunk.choices:
            texts.append(choice.text)
            end = choice.finish_reason or end
        tokens = chunk.usage.completion_tokens if chunk.usage else tokens
    return Read("".join(texts), end, tokens)


def messages(url: str, key: str, prompt: str, limit: int) -> Read:
    """The SDK refuses to wait for so much without a stream, unless it is told how long."""
    return _message(
        _anthropic(url, key).messages.create(
            model=MODEL, max_tokens=limit, messages=[{"role": "user", "content": prompt}], timeout=PATIENCE_S
        )
    )


def messages_stream(url: str, key: str, prompt: str, limit: int) -> Read:
    with _anthropic(url, key).messages.stream(
        model=MODEL, max_tokens=limit, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        texts = list(stream.text_stream)
        last = _message(stream.get_final_message())
    assert "".join(texts) == last.text
    return last


READERS: Mapping[str, Reader] = {
    "chat": chat,
    "chat, streamed": chat_stream,
    "responses": responses,
    "responses, streamed": responses_stream,
    "completions": completions,
    "completions, streamed": completions_stream,
    "messages": messages,
    "messages, streamed": messages_stream,
}


def _openai(url: str, key: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=PATIENCE_S)


def _anthropic(url: str, key: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, auth_token=key, max_retries=0, timeout=PATIENCE_S)


def _response(found: Any) -> Read:
    end = found.incomplete_details.reason if found.incomplete_details else found.status
    return Read(found.output_text, end, found.usage.output_tokens)


def _message(found: Any) -> Read:
    text = "".join(block.text for block in found.content if block.type == "text")
    return Read(text, found.stop_reason, found.usage.output_tokens)
