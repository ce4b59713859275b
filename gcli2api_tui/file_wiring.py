"""Parts that write files for a person: exports, filters that are kept, and files of clients. For wiring.py.

In: what was asked for, and what they read. Out: each part, not started. Nothing is imported before it is needed.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap

if TYPE_CHECKING:
    from gcli2api_tui.control.client_connections import ClientConnections
    from gcli2api_tui.control.request_verbs import TextTools
    from gcli2api_tui.ledger.ledger import Ledger
    from gcli2api_tui.ledger.snapshot import ModelsToName
    from gcli2api_tui.state.ports import Store


def client_connections(setup: Bootstrap, url: str, named: "Callable[[], ModelsToName]") -> "ClientConnections":
    from gcli2api_tui.control.client_connections import connecting

    return connecting(setup.paths.connections, url, setup.settings.password, named, demo=setup.demo)


def text_tools(setup: Bootstrap, ledger: "Ledger", store: "Store", url: str) -> "TextTools":
    from gcli2api_tui.control.request_verbs import Exports, KeptFilters, OtherInstances, TextTools
    from gcli2api_tui.state.ports import SharedStore

    others = OtherInstances(store if isinstance(store, SharedStore) else None, setup.clock)
    exports = Exports(ledger, setup.paths.exports, url, setup.clock, others, demo=setup.demo)
    return TextTools(exports, KeptFilters(setup.paths.filters_file))
