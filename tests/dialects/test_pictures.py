"""Pictures of the model in a text, and back."""

import pytest

from gcli2api_tui.dialects.media import shown, with_pictures
from gcli2api_tui.gemini.stream_parts import BlobPart

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
MARKDOWN = shown(BlobPart("image/png", PNG))
SOUND = shown(BlobPart("audio/L16;rate=24000", "AAAA" * 20))
PICTURE = {"inlineData": {"mimeType": "image/png", "data": PNG}}


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("", []),
        ("plain", [{"text": "plain"}]),
        (MARKDOWN, [PICTURE]),
        (f"here {MARKDOWN}\n", [{"text": "here "}, PICTURE, {"text": "\n"}]),
        (MARKDOWN * 2, [PICTURE, PICTURE]),
        (MARKDOWN.replace("[image]", "[a cat]"), [{"text": "a cat"}, PICTURE]),
        (f"```\na\n```\n{MARKDOWN}", [{"text": "```\na\n```\n"}, PICTURE]),
    ],
)
def test_what_was_shown_comes_back(words, parts):
    assert with_pictures(words) == parts


def test_sound_comes_back_too():
    said, sound, rest = with_pictures(f"listen {SOUND}!")
    assert (said, rest) == ({"text": "listen "}, {"text": "!"})
    assert sound["inlineData"]["mimeType"] == "audio/wav" and sound["inlineData"]["data"] in SOUND


@pytest.mark.parametrize(
    "words",
    [
        "![image](data:image/png;base64,AAAA)",
        "![image](data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA)",
        MARKDOWN[:-1],
        MARKDOWN.replace(PNG, PNG[:-1]),
        MARKDOWN.replace("image/png", "text/html"),
        f"`{MARKDOWN}`",
        f"```md\n{MARKDOWN}\n```",
        f"```md\n{MARKDOWN}\n{MARKDOWN}\n```",
        "![image](https://example.com/a.png)",
    ],
)
def test_what_only_looks_like_one_stays_text(words):
    assert with_pictures(words) == [{"text": words}]


def test_a_text_of_beginnings_is_read_in_one_go():
    words = "![image](data:image/png;base64," * 20_000
    assert with_pictures(words) == [{"text": words}]
