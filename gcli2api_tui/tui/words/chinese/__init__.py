"""Every text of the panel in Chinese, by area."""

from collections.abc import Mapping

from gcli2api_tui.tui.words.chinese import (
    adding,
    alerts,
    client_keys,
    credentials,
    dashboard,
    everywhere,
    exchange,
    first_run,
    keys,
    lists,
    logs,
    looks,
    options,
    play,
    requests,
    trouble,
    usage,
    use,
)

AREAS = (
    adding,
    alerts,
    client_keys,
    credentials,
    dashboard,
    everywhere,
    exchange,
    first_run,
    keys,
    lists,
    logs,
    looks,
    options,
    play,
    requests,
    trouble,
    usage,
    use,
)
CHINESE: Mapping[str, str] = {key: text for area in AREAS for key, text in area.TEXTS.items()}
