"""The two catalogues say the same things."""

import string

from gcli2api_tui.tui.words import ENGLISH, LANGUAGES, Words


def test_every_text_stands_in_both_languages() -> None:
    for language, texts in LANGUAGES.items():
        assert texts.keys() == ENGLISH.keys(), language


def test_a_translation_fills_in_the_same_values() -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    for language, texts in LANGUAGES.items():
        for key, text in texts.items():
            assert fields(text) == fields(ENGLISH[key]), (language, key)


def test_an_unknown_language_is_english() -> None:
    assert Words("xx")("key.title") == ENGLISH["key.title"]
