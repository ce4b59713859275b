"""Requests of the Responses API, and their answers held strictly to the types of OpenAI's SDK."""

import json
from importlib.resources import files
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from gcli2api_tui.dialects.openai_responses import parse
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.stream_parts import read

CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
STEM = "0123456789abcdef01234567"


class Answers:
    """What one request becomes, and what Google's answers to it become."""

    def __init__(self, **body):
        self.kept = []
        self.understood = parse({"model": "gemini-2.5-pro", "input": "hi", **body}, {}, CATALOGUE)

    def encoder(self):
        return self.understood.encoder(id=f"resp_{STEM}", created=7, now=lambda: 9.0, keep=self.kept.append)

    def whole(self, *responses):
        encoder = self.encoder()
        for response in responses:
            assert encoder.feed(read([response])) == b""
        body = json.loads(encoder.whole())
        Response.model_validate(body, strict=True)
        assert self.kept == [body]
        return body

    def stream(self, *batches):
        encoder = self.encoder()
        raw = encoder.opening() + b"".join(encoder.feed(read(batch)) for batch in batches) + encoder.finish()
        return events_in(raw)


def events_in(raw):
    """Events, each strictly of its type, named by its type, numbered without gaps."""
    *blocks, rest = raw.decode().split("\n\n")
    assert rest == ""
    events = []
    for number, block in enumerate(blocks):
        name, _, data = block.partition("\n")
        event = json.loads(data.removeprefix("data: "))
        EVENT.validate_python(event, strict=True)
        assert (name, event["sequence_number"]) == (f"event: {event['type']}", number)
        events.append(event)
    return events


def said(*parts, finish=None, index=0, **more):
    candidate = {"index": index, "content": {"role": "model", "parts": list(parts)}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], **more}


@pytest.fixture(name="said")
def said_fixture():
    return said


@pytest.fixture
def events():
    return events_in


@pytest.fixture
def answers():
    return Answers


@pytest.fixture
def understand():
    def parsed(kept=None, headers=None, **body):
        return parse({"model": "gemini-2.5-pro", "input": "hi", **body}, headers or {}, CATALOGUE, kept)

    return parsed


@pytest.fixture
def catalogue():
    return CATALOGUE
