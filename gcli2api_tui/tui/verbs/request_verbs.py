"""What the Requests tab asks for, done."""

from typing import TYPE_CHECKING

from textual import on

from gcli2api_tui.tui.messages import KeepFilter
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.requests import Requests


class RequestVerbs(Telling):
    def on_requests_stop_wanted(self, event: "Requests.StopWanted") -> None:
        self.ask(self.control.cancel_exchange(event.exchange))

    def on_requests_export_wanted(self, event: "Requests.ExportWanted") -> None:
        self.ask(self.control.export_exchanges(event.exchanges, event.form, private=self.look.private))

    @on(KeepFilter)
    def _keep_filter(self, event: KeepFilter) -> None:
        verb = self.control.keep_filter if event.kept else self.control.drop_filter
        self.ask(verb(event.text))
