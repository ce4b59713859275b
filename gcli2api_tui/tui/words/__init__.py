"""Every text of the panel, by key. `Words(language)` looks up and fills in; English is complete and the fallback.

One module an area and language; a test compares the keys. Texts are ours and never markup. What the server says of
itself comes as a message, and `Words.said` says it.
"""

from collections.abc import Mapping

from gcli2api_tui.messages.chinese import CHINESE as CHINESE_SENTENCES
from gcli2api_tui.messages.english import ENGLISH as ENGLISH_SENTENCES
from gcli2api_tui.messages.message import in_words_of
from gcli2api_tui.tui.words.chinese import CHINESE
from gcli2api_tui.tui.words.english import ENGLISH

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH_SENTENCES, "zh": CHINESE_SENTENCES}
"""What the server, the pool and the control say, which comes as messages."""


class Words:
    """Callable: `words("cred.left", n=3)`. An unknown key shows itself, so a slip is seen and harmless."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        """Of one, a text may have a form of its own: `key.one`."""
        texts = LANGUAGES[self.language]
        one = texts.get(f"{key}.one") if values.get("n") == 1 else None
        text = one or texts.get(key) or ENGLISH.get(key, key)
        return text.format(**values) if values else text

    def said(self, text: str) -> str:
        """What the server, the pool or the control says; words that are not ours stay as they are."""
        return text if self.language == "en" else in_words_of(SENTENCES[self.language], text)
