"""Every text of the panel, by key. `Words(language)` looks up and fills in; English is complete and the fallback.

One module an area and language; a test compares the keys. Texts are ours and never markup. What the server says of
itself comes as a message, and `Words.said` says it.
"""

from collections.abc import Mapping

from gcli2api_tui.messages.labels import Labels
from gcli2api_tui.tui.words.chinese import CHINESE
from gcli2api_tui.tui.words.english import ENGLISH

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}


class Words(Labels):
    """The panel's."""

    TABLES = LANGUAGES
