"""Which language a page is in: what was chosen on it, else what the browser asks for, else the program's setting."""

from collections.abc import Mapping

from werkzeug.datastructures import LanguageAccept

from gcli2api_tui.server.web.words import LANGUAGES

LANGUAGE_COOKIE = "gcli2api_language"


def chosen_language(cookies: Mapping[str, str], wanted: LanguageAccept, setting: str) -> str:
    """`en` or `zh`."""
    if (chosen := cookies.get(LANGUAGE_COOKIE, "")) in LANGUAGES:
        return chosen
    for asked, _ in wanted:
        if (language := asked.partition("-")[0].lower()) in LANGUAGES:
            return language
    return setting if setting in LANGUAGES else "en"
