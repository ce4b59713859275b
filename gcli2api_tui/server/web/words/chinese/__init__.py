"""Every text of the web page in Chinese, by area."""

from collections.abc import Mapping

from gcli2api_tui.server.web.words.chinese import adding, client_keys, credentials, frame, looking, signing

AREAS = (adding, client_keys, credentials, frame, looking, signing)
CHINESE: Mapping[str, str] = {key: text for area in AREAS for key, text in area.TEXTS.items()}
