"""OpenAI's image generations through the whole path, by OpenAI's own SDK."""

import base64
import struct
from typing import Any

import openai
import pytest
from beside_google import OTHER, PAID, Beside, beside_google

from gcli2api_tui.dialects.openai_images import RATIOS, ratio_of
from gcli2api_tui.gemini.catalogue import named
from gcli2api_tui.gemini.model_choices import draws, who_draws

DRAWS, TALKS = "gemini-3.1-flash-image", "gemini-3.5-flash-lite"


def drawing(it: Beside) -> Beside:
    """As if Google's list had named the model that draws."""
    it.proxy.add_models(named(DRAWS, frozenset({"gemini-api"})))
    return it


def size_of(data: str) -> tuple[int, int]:
    raw = base64.b64decode(data)
    assert raw.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", raw[16:24])
    return width, height


async def test_a_picture_as_data_of_the_model_that_draws_here() -> None:
    async with beside_google(PAID) as it:
        drawn = await drawing(it).openai().images.generate(prompt="A kite.")
        (picture,) = drawn.data or ()
        assert picture.b64_json and size_of(picture.b64_json) == (1, 1) and picture.url is None
        assert drawn.output_format == "png" and drawn.usage and drawn.usage.output_tokens > 1000
        assert (it.rows[-1].model, it.rows[-1].dialect, it.rows[-1].finish) == (DRAWS, "openai-images", "stop")


@pytest.mark.parametrize(
    ("size", "sides"),
    [("1024x1024", (1, 1)), ("1536x1024", (3, 2)), ("1024x1536", (2, 3)), ("1792x1024", (16, 9)), ("auto", (1, 1)),
     ("1024x1792", (9, 16)), ("21:9", (21, 9))],
)  # fmt: skip
async def test_a_size_is_a_ratio(size: Any, sides: tuple[int, int]) -> None:
    async with beside_google(PAID) as it:
        drawn = await drawing(it).openai().images.generate(prompt="A kite.", model=f"google/{DRAWS}", size=size)
        assert size_of((drawn.data or [])[0].b64_json or "") == sides


async def test_several_pictures_are_several_exchanges_and_one_answer() -> None:
    async with beside_google(PAID, OTHER) as it:
        drawn = await drawing(it).openai().images.generate(prompt="A kite.", n=3, response_format="url")
        urls = [one.url or "" for one in drawn.data or ()]
        assert len(urls) == 3 and all(url.startswith("data:image/png;base64,") for url in urls)
        assert len(it.rows) == 3 and len(it.world.journal.calls("generateContent")) == 3


@pytest.mark.parametrize(
    ("more", "param"),
    [({"prompt": " "}, "prompt"), ({"size": "1000x17"}, "size"), ({"size": "large"}, "size"), ({"n": 11}, "n"),
     ({"n": 0}, "n"), ({"response_format": "svg"}, "response_format"), ({"model": TALKS}, "model")],
)  # fmt: skip
async def test_what_cannot_be_is_named(more: dict[str, Any], param: str) -> None:
    async with beside_google(PAID) as it:
        with pytest.raises(openai.BadRequestError) as refused:
            await drawing(it).openai().images.generate(**{"prompt": "A kite.", "model": DRAWS, **more})
        assert refused.value.param == param
        assert param != "model" or DRAWS in str(refused.value)
        assert it.world.journal.calls("generateContent") == []


async def test_what_google_does_not_draw_is_said() -> None:
    async with beside_google(PAID) as it:
        client = drawing(it).openai()
        with pytest.raises(openai.BadRequestError) as blocked:
            await client.images.generate(prompt="[sim:blocked=SAFETY]", n=2)
        assert blocked.value.code == "moderation_blocked"
        with pytest.raises(openai.InternalServerError) as words:
            await client.images.generate(prompt="[sim:words=5]")
        assert "words in place of a picture" in str(words.value)
        assert [view.state.value for view in it.proxy.pool.view()] == ["ready"]


async def test_nobody_draws_here_and_streams_are_not_built() -> None:
    async with beside_google(PAID) as it:
        with pytest.raises(openai.BadRequestError) as nobody:
            await it.openai().images.generate(prompt="A kite.")
        assert nobody.value.param == "model"
        answer = await drawing(it).http.post("/v1/images/generations", json={"prompt": "A kite.", "stream": True})
        assert (answer.status_code, answer.json()["error"]["param"]) == (501, "stream")


def test_the_newest_that_draws_is_taken_before_previews_and_slower_ones() -> None:
    names = ["gemini-2.5-flash-image", "gemini-9-pro-image", "gemini-9-flash-image", "gemini-9.5-pro-image-preview"]
    models = {name: named(name, frozenset({"gemini-api"})) for name in [*names, "gemini-9-pro", "imagen-4"]}
    catalogue: Any = type("Catalogue", (), {"models": models})
    assert who_draws(catalogue, list(models)) == [names[2], names[1], names[0], names[3]]
    assert not draws("gemini-imagery-1") and draws("gemini-3-pro-image-preview")


def test_sizes_have_one_meaning_or_none() -> None:
    assert {ratio_of(ratio) for ratio in RATIOS} == {*RATIOS}
    assert (ratio_of(""), ratio_of("AUTO"), ratio_of("2048x2048"), ratio_of(" 300 x 200 ")) == ("", "", "1:1", "3:2")
    assert {ratio_of(size) for size in ("7x1", "0x1", "1024", "x", "1e3x1e3")} == {"?"}
