"""What Google Search found → the blocks by which Anthropic tells of a search of its own.

In: a candidate's groundingMetadata, the text of the answer. Out: a server_tool_use, its web_search_tool_result, and
citations for the text. Google does not say which query found which page: all pages are the result of the first one.
"""

from collections.abc import Sequence

from gcli2api_tui.dialects.anthropic_messages.answer import UNSIGNED, Event
from gcli2api_tui.gemini.google_search import Search, read_citations


def search_blocks(search: Search, identity: str) -> list[Event]:
    """The search, and each page it found once. `identity` is the block's (`srvtoolu_…`)."""
    query = search.queries[0] if search.queries else ""
    pages = [
        {"type": "web_search_result", "url": url, "title": title, "encrypted_content": UNSIGNED, "page_age": None}
        for url, title in search.pages
    ]
    return [
        {"type": "server_tool_use", "id": identity, "name": "web_search", "input": {"query": query}},
        {"type": "web_search_tool_result", "tool_use_id": identity, "content": pages},
    ]


def citations(grounding: object, text: str) -> list[Event]:
    """Passages of the text with the page that each rests on; Google does not quote the pages themselves."""
    return [
        {
            "type": "web_search_result_location",
            "url": one.url,
            "title": one.title,
            "cited_text": text[one.start : one.end],
            "encrypted_index": UNSIGNED,
        }
        for one in read_citations(grounding, text)
    ]


def before_text(blocks: Sequence[Event], found: Sequence[Event]) -> list[Event]:
    """A whole answer, with what was found in front of what was made of it."""
    place = next((number for number, block in enumerate(blocks) if block["type"] == "text"), len(blocks))
    return [*blocks[:place], *found, *blocks[place:]]


def requests(search: Search) -> dict[str, int]:
    """For `usage.server_tool_use`."""
    return {"web_search_requests": max(1, len(search.queries)), "web_fetch_requests": 0}
