"""What the two menus of the Requests tab offer: copying one request in other words, and writing requests to a file.

In: the request with what is kept of it, or the present filter. Out: a menu's entries, and the text of a copy. Pure.
"""

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.request_as_code import as_curl, as_json, as_python
from gcli2api_tui.tui.panes.filtered_requests import PRESETS
from gcli2api_tui.tui.screens.menus import Entry

COPIES = ("answer", "curl", "python", "json", "prompt", "curl_key")


def copy_entries(look: Look) -> list[Entry]:
    """In which words one can be copied."""
    return [(name, look.words(f"copy.{name}")) for name in COPIES]


def copied(name: str, row: ExchangeRow, wire: Wire, page: Page, url: str, keys: Keys) -> str:
    """The text; empty where that is not kept."""
    if name in ("answer", "prompt"):
        return "".join(passage.text for passage in page.passages if passage.kind == name)
    if not wire.kept:
        return ""
    if name == "python":
        return as_python(wire.sent, row.dialect, url)
    if name == "json":
        return as_json(wire.sent.body)
    return as_curl(wire.sent, url, key=keys.client.reveal() if name == "curl_key" else "")


def write_entries(look: Look, text: str, kept: tuple[str, ...], *, only_looks: bool) -> list[Entry]:
    """To which file; `text`, the present filter, can be kept as a chip, or a kept one removed, by who may do so."""
    words = look.words
    entries = [("jsonl", words("writemenu.jsonl")), ("har", words("writemenu.har"))]
    if only_looks:
        return entries
    if text in kept:
        entries.append(("drop", words("writemenu.drop", text=text)))
    elif text not in PRESETS:
        entries.append(("keep", words("writemenu.keep", text=text)))
    return entries
