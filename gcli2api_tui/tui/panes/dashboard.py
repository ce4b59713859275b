"""The first tab: traffic, quota, what runs, the pool, the last problems; a cockpit where there is room."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.line_widgets import Figures
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint import board
from gcli2api_tui.tui.panes.detail import ExchangeDetail
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.tables import ExchangeTable, LiveExchanges, PoolList


class Dashboard(Pane):
    def compose(self) -> ComposeResult:
        with Container(id="overview"):
            with Container(id="figures"):
                yield Figures(board.traffic, id="traffic")
                yield Figures(board.quota, id="quota")
            yield LiveExchanges(id="live", classes="framed")
            yield PoolList(id="pool", classes="framed")
            yield Figures(board.problem, id="problem")
        yield ExchangeTable(id="cockpit-requests", classes="framed cockpit")
        yield ExchangeDetail(id="cockpit-detail", classes="framed cockpit")

    def on_mount(self) -> None:
        words = self.panel.words
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

    def update_from(self, snapshot: Snapshot) -> None:
        for figures in self.query(Figures):
            figures.update_from(snapshot)
        pool, words = self.query_one(PoolList), self.panel.words
        pool.empty_text = words("empty.credentials")
        pool.show(snapshot.credentials)
        if self._cockpit:
            self._update_cockpit(snapshot)
            return
        running = [row for row in snapshot.exchanges if row.live]
        live = self.query_one(LiveExchanges)
        live.caption = words("title.live", n=len(running))
        live.empty_text = words("empty.live" if snapshot.exchanges else "empty.exchanges", url=snapshot.server.url)
        live.show(running)

    def _update_cockpit(self, snapshot: Snapshot) -> None:
        table = self.query_one("#cockpit-requests", ExchangeTable)
        table.caption = self.panel.words("title.requests", n=len(snapshot.exchanges))
        table.empty_text = self.panel.words("empty.exchanges", url=snapshot.server.url)
        table.show(snapshot.exchanges)
        self.query_one(ExchangeDetail).show(table.selected)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen and isinstance(event.table, PoolList):
            self.panel.action_tab("credentials")
        elif event.chosen and isinstance(event.table, ExchangeTable) and event.table.selected is not None:
            self.panel.open_exchange(event.table.selected.id)
        elif event.table.id == "cockpit-requests":
            self.query_one(ExchangeDetail).show(self.query_one("#cockpit-requests", ExchangeTable).selected)
