"""The frame of every page, and its errors, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "frame.skip": "Skip to the content",
    "frame.tabs": "Sections",
    "frame.language": "Language",
    "frame.demo": "DEMO",
    "frame.news": "What happened",
    "frame.undo": "Undo",
    "frame.foot": "gcli2api-tui {version} · the panel in the terminal shows more",
    "tab.credentials": "Credentials",
    "tab.add": "Add",
    "tab.connect": "Connect",
    "tab.usage": "Usage",
    "tab.log": "Log",
    "comma": ", ",
    "colon": ": ",
    "problem.title": "That did not work",
    "problem.back": "Back to the credentials",
    "missing.title": "There is no such page",
}
