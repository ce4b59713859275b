"""Each tab by its name, made when it is first wanted: its module is imported then, and not before the first frame.

In: how it looks, and the reader, of which a tab gets what it reads on demand, as functions. Out: a pane that is not
mounted yet.
"""

import importlib

from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.privacy import Private

SOON = (
    *(f"panes.{name}" for name in ("requests", "credentials", "use", "logs", "options", "play")),
    *(f"screens.{name}" for name in ("help", "palette", "add", "confirm", "quit_menu", "plain_text")),
)
"""What a person opens next, so that no key waits for an import."""


def import_soon() -> None:
    """In a thread, when the first frame and the server are there."""
    for name in SOON:
        importlib.import_module(f"gcli2api_tui.tui.{name}")


def new_pane(name: str, look: Look, reader: Private) -> Pane:
    match name:
        case "dashboard":
            from gcli2api_tui.tui.panes.dashboard import Dashboard

            return Dashboard(look, reader.transcript, reader.keys, reader.opening, id=name)
        case "requests":
            from gcli2api_tui.tui.exchange_reads import reads_of
            from gcli2api_tui.tui.panes.requests import Requests

            return Requests(look, reads_of(reader), id=name)
        case "credentials":
            from gcli2api_tui.tui.panes.credentials import Credentials

            return Credentials(look, id=name)
        case "play":
            from gcli2api_tui.tui.panes.play import Play
            from gcli2api_tui.tui.play_side import AskReads

            return Play(look, reader.models, AskReads(reader.asked, reader.asked_text, reader.answer_of), id=name)
        case "use":
            from gcli2api_tui.tui.panes.use import Use

            return Use(look, reader.keys, reader.models, reader.usage, reader.client_keys, id=name)
        case "logs":
            from gcli2api_tui.tui.panes.logs import Logs

            return Logs(look, id=name)
        case "options":
            from gcli2api_tui.tui.panes.options import Options

            return Options(look, reader.settings, id=name)
    raise LookupError(name)
