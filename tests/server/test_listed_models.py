"""What the lists of models say of a model's end, in each client's words."""

from dataclasses import replace
from typing import Any

import pytest
from anthropic.types import ModelInfo
from whole_path import Proxy

from gcli2api_tui.clock import day_of
from gcli2api_tui.gemini.catalogue import named

ENDING, LASTING = "gemini-2.5-flash", "gemini-3.8-flash"


@pytest.fixture
def proxy() -> Proxy:
    """On a day before Google's."""
    made = Proxy()
    assert day_of(made.now) < made.catalogue.models[ENDING].ends["gemini-api"]
    return made


async def listed(proxy: Proxy, key: str, **headers: str) -> dict[str, Any]:
    found = (await proxy.get("/v1/models", **headers)).body
    return {one[key].removeprefix("models/"): one for one in found.get("data") or found["models"]}


async def test_openais_list_has_the_day_and_the_successor(proxy: Proxy) -> None:
    models = await listed(proxy, "id")
    assert models[ENDING]["expiration_date"] == "2026-12-01"
    assert models[ENDING]["successor"] == "gemini-3.5-flash-lite"
    assert not {"expiration_date", "successor"} & models[LASTING].keys()
    assert (await proxy.get(f"/v1/models/{ENDING}")).body == models[ENDING]


async def test_anthropics_list_says_when_it_retires(proxy: Proxy) -> None:
    models = await listed(proxy, "id", anthropic_version="2023-06-01")
    ending = ModelInfo.model_validate(models[ENDING])
    assert (
        ending.lifecycle == "deprecated"
        and ending.retires_at
        and ending.retires_at.date().isoformat() == ("2026-12-01")
    )
    lasting = ModelInfo.model_validate(models[LASTING])
    assert (lasting.lifecycle, lasting.retires_at) == ("active", None)


async def test_googles_list_says_it_in_words(proxy: Proxy) -> None:
    models = await listed(proxy, "name", x_goog_api_key="key")
    assert "2026-12-01" in models[ENDING]["description"] and "description" not in models[LASTING]


async def test_a_model_has_no_end_while_it_has_none_on_one_of_the_backends_that_serve_it(proxy: Proxy) -> None:
    """The pool has keys of the Gemini API only: what ends on Vertex AI is nothing to it."""
    on_vertex = replace(proxy.catalogue.models[LASTING], id="x", ends={"vertex": "2027-01-01"})
    on_both = replace(on_vertex, id="y", ends={"vertex": "2027-02-01", "gemini-api": "2027-01-01"})
    proxy.add_models(on_vertex, on_both)
    models = await listed(proxy, "id")
    assert "expiration_date" not in models["x"] and models["y"]["expiration_date"] == "2027-01-01"


async def test_what_has_ended_is_not_listed_and_can_be_looked_up(proxy: Proxy) -> None:
    proxy.now += 30 * 86_400
    assert ENDING not in await listed(proxy, "id")
    assert (await proxy.get(f"/v1/models/{ENDING}")).body["expiration_date"] == "2026-12-01"


async def test_what_only_embeds_is_listed_too_where_google_lists_it(proxy: Proxy) -> None:
    """In every list, with what it can do in Google's; a chat with it is refused before Google is asked."""
    embeds = replace(named("gemini-embedding-009", frozenset({"gemini-api"})), methods=("embedContent",))
    proxy.add_models(embeds)
    assert embeds.id in await listed(proxy, "id")
    models = await listed(proxy, "name", x_goog_api_key="key")
    assert models[embeds.id]["supportedGenerationMethods"] == ["embedContent"]
    answer = await proxy.ask(model=embeds.id)
    assert answer.status == 400 and not proxy.google.asked and "embed" in answer.body["error"]["message"]
