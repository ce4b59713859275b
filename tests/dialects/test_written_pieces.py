"""Pieces of text are written around fixed bytes: byte for byte what the encoder of all other events would write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.dialects.anthropic_messages import content_blocks
from gcli2api_tui.dialects.anthropic_messages.content_blocks import Content
from gcli2api_tui.dialects.openai_responses import stream_items
from gcli2api_tui.dialects.openai_responses.stream_items import Message, Reasoning
from gcli2api_tui.dialects.sse import named

ODD = ('"\\/', "\n\r\t\x00\x1f\x7f", "\u2028\u2029", "天气", "🌤", "%d %b %%", "</script>")
HALF = "\ud83c"
"""Of a character; what Messages gets has been mended before."""


@pytest.mark.parametrize("kind", [Message, Reasoning])
@given(words=st.text() | st.sampled_from((*ODD, HALF)), number=st.integers(0, 10**6))
def test_responses(kind: type[Message | Reasoning], words: str, number: int) -> None:
    item = kind("msg_0123456789abcdef", 3)
    for event in (*item.begin(), *item.add(words), *item.close("completed", [])):
        assert stream_items.written(event, number) == named({**event, "sequence_number": number})


@given(words=st.text() | st.sampled_from(ODD))
def test_messages(words: str) -> None:
    content = Content()
    for kind in ("thinking", "text", "thinking"):
        for event in (*content.write(kind, words), *content.sign("c2ln"), *content.call("toolu_1", "f", {"a": words})):
            assert content_blocks.written(event) == named(event)
