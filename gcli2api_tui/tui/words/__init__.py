"""Every text of the panel, by key. `Words(language)` looks up and fills in; English is complete and the fallback.

The first letter of a key says in which module it stands; a test compares the languages. Texts are ours and never
markup. What the server says of itself comes as a message, and `Words.said` says it.
"""

from gcli2api_tui.messages.translations import Labels, Tables
from gcli2api_tui.tui.words.english import ENGLISH as ENGLISH

LANGUAGES = Tables(ENGLISH, zh="gcli2api_tui.tui.words.chinese:CHINESE")


class Words(Labels):
    """The panel's."""

    TABLES = LANGUAGES
