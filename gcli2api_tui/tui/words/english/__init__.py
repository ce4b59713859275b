"""Every text of the panel in English, by area."""

from collections.abc import Mapping

from gcli2api_tui.tui.words.english import clients, credentials, dashboard, everywhere, options, requests

AREAS = (clients, credentials, dashboard, everywhere, options, requests)
ENGLISH: Mapping[str, str] = {key: text for area in AREAS for key, text in area.TEXTS.items()}
