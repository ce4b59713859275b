"""What the Requests tab asks for, done."""

from textual import on

from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.verbs.telling import Telling


class RequestVerbs(Telling):
    @on(Requests.StopWanted)
    def _stop_answer(self, event: Requests.StopWanted) -> None:
        self.ask(self.control.cancel_exchange(event.exchange))
