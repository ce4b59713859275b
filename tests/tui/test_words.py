"""The two catalogues say the same things."""

import string

from gcli2api_tui.tui.words import ENGLISH, LANGUAGES, Words

ONE = {key for key in ENGLISH if key.endswith(".one")}
"""Forms that a language need not have."""


def test_every_text_stands_in_both_languages() -> None:
    for language, texts in LANGUAGES.items():
        assert texts.keys() == ENGLISH.keys() - (ONE - texts.keys()), language


def test_one_of_a_thing_has_its_own_form() -> None:
    assert Words()("creds.files", n=1) == "1 credential" and Words()("creds.files", n=2) == "2 credentials"
    assert Words("zh")("creds.files", n=1) == Words("zh")("creds.files", n=2).replace("2", "1")
    assert all(key.removesuffix(".one") in ENGLISH for key in ONE)


def test_a_translation_fills_in_the_same_values() -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    for language, texts in LANGUAGES.items():
        for key, text in texts.items():
            assert fields(text) == fields(ENGLISH[key]), (language, key)


def test_an_unknown_language_is_english() -> None:
    assert Words("xx")("key.title") == ENGLISH["key.title"]
