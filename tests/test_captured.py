"""Requests that real clients sent, replayed: what they become for Google, and what the server answers.

`captured/` holds the requests, `captured/golden/` what each chat request must become. The goldens were written by
hand from the protocols, not printed by the code; the stand-in's validator accepts each.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import programs
import pytest
from openai import BaseModel
from openai.types import Model as ListedModel
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from gcli2api_tui.dialects import openai_chat
from gcli2api_tui.gemini.catalogue import read_catalogue
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.validate import validated

CAPTURED = Path(__file__).parent / "captured"
CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
REQUESTS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(CAPTURED.glob("*.json"))}
GOLDEN = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((CAPTURED / "golden").glob("*.json"))}
CHATS = [name for name, one in REQUESTS.items() if one["path"] == "/v1/chat/completions"]

BY_ADDRESS = "py-openai__09__v1-chat-completions"
"""Holds an image by its address on this machine, which may not be fetched: the one request that is refused."""


def by_value(body: dict[str, Any]) -> dict[str, Any]:
    """The body without parts that are addresses; its golden shows what becomes of the others."""
    return json.loads(json.dumps(body), object_hook=_without_addresses)


def _without_addresses(value: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(parts := value.get("content"), list):
        return value
    kept = [part for part in parts if not part.get("image_url", {}).get("url", "").startswith("http")]
    return {**value, "content": kept}


@pytest.mark.parametrize("name", CHATS)
def test_what_google_is_asked(name: str) -> None:
    one = REQUESTS[name]
    understood = openai_chat.parse(by_value(one["body"]), one["headers"], CATALOGUE)
    assert understood.call.request == GOLDEN[name]
    assert understood.call.stream == one["body"].get("stream", False)


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("backend", ["gemini-api", "vertex", "code-assist"])
def test_what_we_expect_is_what_google_takes(name: str, backend: str) -> None:
    model = models.find(REQUESTS[name]["body"]["model"])
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
    with programs.simulator() as google:
        done = programs.command("creds", "add-key", "--home", str(home), "AIza-sim-key-0002")
        assert done.returncode == 0, done.stderr
        with programs.server(home, google) as url:
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
def test_it_is_answered_in_openai_shapes(name: str, served: str) -> None:
    one = REQUESTS[name]
    status, text = replay(served, one)
    if name == BY_ADDRESS:
        assert status == 400
        assert set(json.loads(text)["error"]) == {"message", "type", "param", "code"}
        return
    assert status == 200, text
    if one["path"].startswith("/v1/models"):
        for model in json.loads(text).get("data", [json.loads(text)]):
            exact(ListedModel, model)
    elif one["body"].get("stream"):
        *events, end = text.strip().split("\n\n")
        assert end == "data: [DONE]"
        for event in events:
            exact(ChatCompletionChunk, json.loads(event.removeprefix("data: ")))
    else:
        exact(ChatCompletion, json.loads(text))


def exact(kind: type[BaseModel], value: Any) -> None:
    """Of the type, and strictly: openai's own client would take anything."""
    kind.model_validate(value, strict=True)
