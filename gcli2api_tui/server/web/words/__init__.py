"""Every text of the web page, by key, in each language: `PageWords("zh")("page.tab.add")`.

One module a language; a test compares the keys. Texts are ours and hold no markup; templates escape them all
the same.
"""

from collections.abc import Mapping

from gcli2api_tui.messages.translations import Labels, Tables
from gcli2api_tui.server.web.words.english import ENGLISH

LANGUAGES = Tables(ENGLISH, zh="gcli2api_tui.server.web.words.chinese:CHINESE")
NAMES: Mapping[str, str] = {"en": "English", "zh": "中文"}


class PageWords(Labels):
    """The web page's."""

    TABLES = LANGUAGES
