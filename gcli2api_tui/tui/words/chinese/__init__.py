"""Every text of the panel in Chinese, by area."""

from collections.abc import Mapping

from gcli2api_tui.tui.words.chinese import clients, credentials, dashboard, everywhere, options, requests

AREAS = (clients, credentials, dashboard, everywhere, options, requests)
CHINESE: Mapping[str, str] = {key: text for area in AREAS for key, text in area.TEXTS.items()}
