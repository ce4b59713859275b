"""The first tab: traffic, quota, what runs, the pool, the last problems; a cockpit where there is room."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.tui.exchange_reads import ExchangeReads, Reads
from gcli2api_tui.tui.line_widgets import Figures
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.messages import OpenExchange, OpenTab
from gcli2api_tui.tui.paint import board
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.detail import ExchangeDetail
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.tables import ExchangeTable, LiveExchanges, PoolList


class Dashboard(Pane):
    def __init__(self, look: Look, read: Reads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._read = read

    def compose(self) -> ComposeResult:
        look = self.look
        with Container(id="overview"):
            with Container(id="figures"):
                yield Figures(board.traffic, look, id="traffic")
                yield Figures(board.quota, look, id="quota")
            yield LiveExchanges(look, id="live", classes="framed")
            yield PoolList(look, id="pool", classes="framed")
            yield Figures(board.problem, look, id="problem")
        yield ExchangeTable(look, id="cockpit-requests", classes="framed cockpit")
        yield ExchangeDetail(look, ExchangeReads(self._read), id="cockpit-detail", classes="framed cockpit")

    def on_mount(self) -> None:
        words = self.look.words
        for name in ("traffic", "quota", "problem"):
            self.query_one(f"#{name}").border_title = words(f"title.{name}")
        self.query_one(PoolList).caption = words("title.credentials")
        self.query_one("#cockpit-detail").border_title = words("title.detail")

    @property
    def _cockpit(self) -> bool:
        return bool(self.query_one("#cockpit-requests").display)

    def first(self) -> Widget:
        if self._cockpit:
            return self.query_one("#cockpit-requests", ExchangeTable)
        live = self.query_one(LiveExchanges)
        return live if live.rows else self.query_one(PoolList)

    def again(self) -> None:
        snapshot = self.snapshot
        for figures in self.query(Figures):
            figures.update_from(snapshot)
        pool, words = self.query_one(PoolList), self.look.words
        pool.empty_text = words("empty.credentials")
        pool.show(snapshot.credentials, snapshot.at)
        if self._cockpit:
            self._update_cockpit()
            return
        running = [row for row in snapshot.exchanges if row.live]
        live = self.query_one(LiveExchanges)
        live.caption = words("title.live", n=len(running))
        live.empty_text = words("empty.live" if snapshot.exchanges else "empty.exchanges", url=snapshot.server.url)
        live.show(running, snapshot.at)

    def _update_cockpit(self) -> None:
        snapshot, words = self.snapshot, self.look.words
        table = self.query_one("#cockpit-requests", ExchangeTable)
        table.caption = words("title.requests", n=len(snapshot.exchanges))
        table.empty_text = words("empty.exchanges", url=snapshot.server.url)
        table.show(snapshot.exchanges, snapshot.at)
        self.query_one(ExchangeDetail).show(table.selected, snapshot.at)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        table = event.table
        if event.chosen and isinstance(table, PoolList):
            self.post_message(OpenTab("credentials"))
        elif isinstance(table, ExchangeTable) and event.chosen and table.selected is not None:
            self.post_message(OpenExchange(table.selected.id))
        elif isinstance(table, ExchangeTable) and table.id == "cockpit-requests":
            self.query_one(ExchangeDetail).show(table.selected, self.snapshot.at)
