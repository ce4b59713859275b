import base64
import json

import pytest
from openai.types.chat import ChatCompletion

from gcli2api_tui.gemini.stream_parts import read

PIECES = (b"ab", b"cd")


def responses():
    for piece in PIECES:
        blob = {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": base64.b64encode(piece).decode()}
        yield {"candidates": [{"content": {"parts": [{"inlineData": blob}]}}]}
    yield {"candidates": [{"finishReason": "STOP"}]}


def test_a_stream_carries_samples_and_the_id_once(encoder):
    one = encoder(stream=True)
    raw = b"".join(one.feed(read([response])) for response in responses()) + one.finish()
    chunks = [json.loads(event[6:])["choices"][0] for event in raw.decode().split("\n\n")[:-2]]
    said = [chunk["delta"]["audio"] for chunk in chunks if "audio" in chunk["delta"]]
    assert [base64.b64decode(one["data"]) for one in said[:-1]] == list(PIECES)
    assert [sorted(one) for one in said] == [["data", "id"], ["data"], ["expires_at"]]
    assert chunks[-1]["finish_reason"] == "stop"


@pytest.mark.parametrize(("form", "start"), [("pcm16", b"abcd"), ("wav", b"RIFF"), (None, b"RIFF")])
def test_a_whole_answer_has_audio_as_the_sdk_reads_it(encoder, form, start):
    one = encoder(modalities=["text", "audio"], audio={"format": form, "voice": "alloy"})
    one.feed(read(list(responses())))
    message = ChatCompletion.model_validate_json(one.whole(), strict=True).choices[0].message
    assert message.content is None
    assert base64.b64decode(message.audio.data).startswith(start)


def test_data_that_is_none_is_left_out(encoder):
    one = encoder(stream=True)
    blob = {"inlineData": {"mimeType": "audio/wav", "data": "AAAAA"}}
    assert one.feed(read([{"candidates": [{"content": {"parts": [blob]}}]}])) == b""
