"""What a server says to people: where the keys are at its start, and what to type when its panel is left.

In: what was asked for. Out: lines. A key itself is said once, to a terminal, when it was just made.
"""

import os
import sys

from gcli2api_tui import container_detection
from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.events.secret import guessable
from gcli2api_tui.log_lines import at_least
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.paths import home_flag


def first_words(setup: Bootstrap, url: str, *, screen: bool) -> list[str]:
    """Before a panel covers them: they stand in the scrollback when it is closed."""
    if not screen:
        return [*(() if _are_logged(setup) else setup.notes), f"gcli2api-tui serves on {url}/v1", *key_lines(setup)]
    return [*setup.notes, *(key_lines(setup) if setup.made_key else ())]


def _are_logged(setup: Bootstrap) -> bool:
    """Whoever reads standard output, as `docker logs` does, has the notes as lines of the log already."""
    chosen = setup.settings
    return not setup.demo and chosen.log_format != "off" and at_least("warning", chosen.log_level)


def key_lines(setup: Bootstrap) -> list[str]:
    if setup.made_key and sys.stderr is not None and sys.stderr.isatty():
        shown = [f"client key, for your tools: {setup.settings.password.reveal()}"]
        if setup.sources.get("panel_password") == "config.toml":
            shown.append(f"panel key, for the admin API: {setup.settings.panel_password.reveal()}")
        return [*shown, "`gcli2api-tui key` and `gcli2api-tui key --panel` print them again."]
    if setup.demo:
        return [f"client key: {setup.settings.password.reveal()}"]  # everybody's
    weak = ", and easy to guess" if guessable(setup.settings.password) else ""
    return [f"client key: {setup.key_place()}{weak}", *_from_outside(setup)]


def _from_outside(setup: Bootstrap) -> list[str]:
    """Who reads the lines of a container is not in it, and cannot open its files."""
    if setup.sources.get("password") != "config.toml" or not (inside := container_detection.inside(os.environ)):
        return []
    return [f"`{inside}gcli2api-tui key` prints it, `{inside}gcli2api-tui key --panel` the panel's."]


def farewell(setup: Bootstrap, url: str, *, background: bool) -> Message:
    """The panel is closed, the server goes on."""
    pid = os.getpid()
    if not background:
        return say("service.serves_here", url=f"{url}/v1", pid=pid)
    if setup.demo:
        return say("service.serves_demo", url=f"{url}/v1", pid=pid)
    return say("service.serves", url=f"{url}/v1", pid=pid, home=home_flag(setup.paths))
