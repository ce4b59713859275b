"""Requests that real clients sent, replayed: what they become for Google, and what the server answers.

`captured/` holds the requests, `captured/golden/` what each must become. The goldens were written by hand from the
protocols, not printed by the code; the stand-in's validator accepts each. `DIALECTS` says what belongs to which.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import programs
import pytest
from anthropic.types import Message, MessageTokensCount, ModelInfo, RawMessageStreamEvent
from google.genai import types as google
from openai.types import Completion, CreateEmbeddingResponse
from openai.types import Model as ListedModel
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from gcli2api_tui.dialects import (
    anthropic_messages,
    gemini_native,
    openai_chat,
    openai_completions,
    openai_embeddings,
    openai_responses,
)
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.validate import validated

CAPTURED = Path(__file__).parent / "captured"
CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
REQUESTS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(CAPTURED.glob("*.json"))}
GOLDEN = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((CAPTURED / "golden").glob("*.json"))}

BY_ADDRESS = "py-openai__09__v1-chat-completions"
"""Holds an image by its address on this machine, which may not be fetched: the one request that is refused."""

UNCHANGED = [name for name in REQUESTS if name.startswith("gemini-cli-apikey")]
"""Gemini CLI writes as Google's wire does: what it sends goes out as it came, and needs no golden."""

RESPONSE_EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
MESSAGE_EVENT: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
Captured = Mapping[str, Any]


def known_to_the_sdk(answer: dict[str, Any]) -> dict[str, Any]:
    """Without Google's word on the end of a model where this version of its SDK does not know that yet."""
    known = "model_status" in google.GenerateContentResponse.model_fields
    return answer if known else {name: value for name, value in answer.items() if name != "modelStatus"}


# What each dialect makes of a request


def chat(one: Captured) -> Any:
    return openai_chat.parse(by_value(one["body"]), one["headers"], CATALOGUE).call.request


def completion(one: Captured) -> Any:
    return openai_completions.parse(one["body"], one["headers"], CATALOGUE).call.request


def responses(one: Captured) -> Any:
    return openai_responses.parse(one["body"], one["headers"], CATALOGUE).call.request


def embeddings(one: Captured) -> Any:
    (call,) = openai_embeddings.parse(one["body"]).calls
    return call.request


def messages(one: Captured) -> Any:
    return anthropic_messages.parse(one["body"], one["headers"], CATALOGUE).call.request


def message_count(one: Captured) -> Any:
    return anthropic_messages.parse_count(one["body"], one["headers"], CATALOGUE).request


def native(one: Captured) -> Any:
    name, _, method = one["path"].partition("?")[0].removeprefix("/v1beta/models/").rpartition(":")
    parse = gemini_native.parse_count if method == "countTokens" else _generation
    return parse(one["body"], name, one["headers"], CATALOGUE).request


def _generation(body: object, name: str, headers: Mapping[str, str], catalogue: Any) -> Any:
    return gemini_native.parse(body, name, headers, catalogue, stream=False)


def nothing(one: Captured) -> Any:
    """Google is asked nothing that depends on the request."""


# What each dialect answers: objects that its own SDK takes, strictly; the SDK's client would take anything


def models_listed(one: Captured, text: str) -> None:
    kind = ModelInfo if "anthropic-version" in one["headers"] else ListedModel
    for model in json.loads(text).get("data", [json.loads(text)]):
        kind.model_validate_json(json.dumps(model), strict=True)


def chat_answered(one: Captured, text: str) -> None:
    if not one["body"].get("stream"):
        exact(ChatCompletion, json.loads(text))
        return
    *events, end = text.strip().split("\n\n")
    assert end == "data: [DONE]"
    for event in events:
        exact(ChatCompletionChunk, json.loads(event.removeprefix("data: ")))


def completed(one: Captured, text: str) -> None:
    exact(Completion, json.loads(text))


def responded(one: Captured, text: str) -> None:
    if not one["body"].get("stream"):
        exact(Response, json.loads(text))
        return
    for event in text.strip().split("\n\n"):
        RESPONSE_EVENT.validate_python(json.loads(event.partition("\ndata: ")[2]), strict=True)
    assert '"type":"response.completed"' in event


def embedded(one: Captured, text: str) -> None:
    answer = json.loads(text)
    assert [type(item["embedding"]) for item in answer["data"]] == [str, str]
    for item in answer["data"]:  # base64 was asked for, which the SDK unpacks before it looks at types
        item["embedding"] = [0.0]
    exact(CreateEmbeddingResponse, answer)


def message_answered(one: Captured, text: str) -> None:
    if not one["body"].get("stream"):
        exact(Message, json.loads(text))
        return
    for event in text.strip().split("\n\n"):
        MESSAGE_EVENT.validate_python(json.loads(event.partition("\ndata: ")[2]), strict=True)
    assert event.startswith("event: message_stop")


def message_counted(one: Captured, text: str) -> None:
    exact(MessageTokensCount, json.loads(text))


def only_there(one: Captured, text: str) -> None:
    """A client looks whether somebody answers at all."""
    assert (one["method"], text) == ("HEAD", "")


def google_answered(one: Captured, text: str) -> None:
    if ":countTokens" in one["path"]:
        assert json.loads(text)["totalTokens"] == 1
        return
    for event in filter(None, re.split(r"(?:\r?\n){2}", text)):
        # Not strictly: words of enums and base64 are decoded here. What this type does not know, it forbids.
        google.GenerateContentResponse.model_validate(known_to_the_sdk(json.loads(event.removeprefix("data: "))))


def google_listed(one: Captured, text: str) -> None:
    for model in json.loads(text)["models"]:
        assert model["name"].startswith("models/") and model["inputTokenLimit"] > 0


def exact(kind: type[BaseModel], value: Any) -> None:
    kind.model_validate(value, strict=True)


@dataclass(frozen=True)
class Dialect:
    """`path` is matched whole."""

    path: str
    asks: Callable[[Captured], Any]
    answered: Callable[[Captured, str], None]
    generates: bool = True
    """Google is asked for an answer, so that its validator has a say."""


DIALECTS = [
    Dialect(r"/", nothing, only_there, generates=False),
    Dialect(r"/v1/models(/.*)?", nothing, models_listed, generates=False),
    Dialect(r"/v1/chat/completions", chat, chat_answered),
    Dialect(r"/v1/completions", completion, completed),
    Dialect(r"/v1/responses", responses, responded),
    Dialect(r"/v1/embeddings", embeddings, embedded, generates=False),
    Dialect(r"/v1/messages(\?.*)?", messages, message_answered),
    Dialect(r"/v1/messages/count_tokens", message_count, message_counted),
    Dialect(r"/v1beta/models/.*", native, google_answered),
    Dialect(r"/v1beta/models", nothing, google_listed, generates=False),
]


def dialect(name: str) -> Dialect:
    return next(one for one in DIALECTS if re.fullmatch(one.path, REQUESTS[name]["path"]))


def by_value(body: dict[str, Any]) -> dict[str, Any]:
    """The body without parts that are addresses; its golden shows what becomes of the others."""
    return cast("dict[str, Any]", json.loads(json.dumps(body), object_hook=_without_addresses))


def _without_addresses(value: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(parts := value.get("content"), list):
        return value
    kept = [part for part in parts if not part.get("image_url", {}).get("url", "").startswith("http")]
    return {**value, "content": kept}


@pytest.mark.parametrize("name", [name for name in REQUESTS if dialect(name).asks is not nothing])
def test_what_google_is_asked(name: str) -> None:
    expected = REQUESTS[name]["body"] if name in UNCHANGED else GOLDEN[name]
    assert dialect(name).asks(REQUESTS[name]) == expected


@pytest.mark.parametrize("name", [name for name in GOLDEN if dialect(name).generates])
@pytest.mark.parametrize("backend", ["gemini-api", "vertex", "code-assist"])
def test_what_we_expect_is_what_google_takes(name: str, backend: str) -> None:
    model = models.find(REQUESTS[name]["body"].get("model", "gemini-2.5-pro"))
    assert model
    validated(GOLDEN[name], model, 0, backend)


def test_an_address_is_noted_by_the_name_of_its_part() -> None:
    one = REQUESTS[BY_ADDRESS]
    (file,) = openai_chat.parse(one["body"], one["headers"], CATALOGUE).call.remote
    assert file.param == "messages.[0].content.[2].image_url"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one key, in front of the stand-in."""
    home = tmp_path_factory.mktemp("captured") / "home"
    with programs.simulator_within() as google, programs.server_with_key(home, google) as url:
        yield url


def replay(url: str, one: dict[str, Any]) -> tuple[int, str]:
    """Status and body; the headers are the client's own."""
    data = None if one["body"] is None else json.dumps(one["body"]).encode()
    headers = {name: value for name, value in one["headers"].items() if name.lower() != "accept-encoding"}
    request = urllib.request.Request(url + one["path"], data, headers, method=one["method"])
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("name", REQUESTS)
def test_it_is_answered_in_its_own_shapes(name: str, served: str) -> None:
    one = REQUESTS[name]
    status, text = replay(served, one)
    if name == BY_ADDRESS:
        assert status == 400
        assert set(json.loads(text)["error"]) == {"message", "type", "param", "code"}
        return
    assert status == 200, text
    dialect(name).answered(one, text)
