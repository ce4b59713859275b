"""Texts of one surface (the panel, the web page) by key, in the language of whoever reads it.

In: its tables, one a language; English is complete and the fallback. Out: a text with its values; and sentences of the
server (`Message`) said in the same language. An unknown key shows itself, so a slip is seen and harmless.
"""

from collections.abc import Mapping
from typing import ClassVar

from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.english import ENGLISH
from gcli2api_tui.messages.message import in_words_of

SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
"""What the server, the pool and the control say, which comes as messages."""


class Labels:
    """Callable: `words("cred.left", n=3)`. A subclass names its tables."""

    TABLES: ClassVar[Mapping[str, Mapping[str, str]]]

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in self.TABLES else "en"

    def __call__(self, key: str, /, **values: object) -> str:
        """Of one, a text may have a form of its own: `key.one`."""
        texts = self.TABLES[self.language]
        one = texts.get(f"{key}.one") if values.get("n") == 1 else None
        text = one or texts.get(key) or self.TABLES["en"].get(key, key)
        return text.format(**values) if values else text

    def said(self, text: str) -> str:
        """What the server, the pool or the control says; words that are not ours stay as they are."""
        return text if self.language == "en" else in_words_of(SENTENCES[self.language], text)
