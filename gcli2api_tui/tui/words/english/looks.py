"""Themes, languages and privacy, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "theme.auto": "Colours: as the terminal suggests",
    "theme.dark": "Colours: dark",
    "theme.light": "Colours: light",
    "theme.terminal": "Colours: the terminal's own",
    "language.en": "English",
    "language.zh": "中文 (Chinese)",
    "private.on": "Names, keys, prompts and answers are hidden; * shows them again.",
    "private.off": "All is shown again.",
    "private.no_copy": "Hidden in privacy mode, so it is not copied: {what}. * ends it.",
    "status.private": "PRIVATE",
}
