"""Texts of one surface (the panel, the web page) by key, in the language of whoever reads it.

In: its tables, one a language; English is complete and the fallback. Out: a text with its values; and sentences of the
server (`Message`) said in the same language. An unknown key shows itself, so a slip is seen and harmless.
"""

import importlib
from collections.abc import Iterator, Mapping
from typing import ClassVar, cast

from gcli2api_tui.messages.english import ENGLISH
from gcli2api_tui.messages.message import Table, in_words_of


class Tables(Mapping[str, Table]):
    """English, and for each other language the module and the name of its table: imported when somebody reads it."""

    def __init__(self, english: Table, **others: str) -> None:
        self._read = {"en": english}
        self._others = others

    def __getitem__(self, language: str) -> Table:
        if language not in self._read:
            module, _, name = self._others[language].partition(":")
            self._read[language] = cast("Table", getattr(importlib.import_module(module), name))
        return self._read[language]

    def __iter__(self) -> Iterator[str]:
        return iter(("en", *self._others))

    def __len__(self) -> int:
        return 1 + len(self._others)

    def __contains__(self, language: object) -> bool:
        """Asking imports nothing."""
        return language == "en" or language in self._others


SENTENCES = Tables(ENGLISH, zh="gcli2api_tui.messages.chinese:CHINESE")
"""What the server, the pool and the control say, which comes as messages."""


class Labels:
    """Callable: `words("cred.left", n=3)`. A subclass names its tables."""

    TABLES: ClassVar[Tables]

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
