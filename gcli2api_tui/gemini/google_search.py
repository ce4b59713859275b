"""Google Search: how a request asks for it beside functions, or does without, and where an answer found what it says.

In: a request that a dialect has put together; a candidate's groundingMetadata and the whole text. Out: a request in
which the search stands as Google wants it; the search, and citations in the order of the text. Google counts bytes of
UTF-8, clients count characters. Pure, and total: what has an odd shape is passed over. Source: Google's page on
combining tools; that Vertex AI takes no field for it is known from its refusals.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from gcli2api_tui.gemini.types import GenerateRequest, ToolConfig
from gcli2api_tui.quick_dataclass import dataclass

FLAG = "includeServerSideToolInvocations"


@dataclass(frozen=True, slots=True)
class Citation:
    """`text[start:end]` is what the page at `url` says."""

    url: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Search:
    """What Google searched for, and the pages that it found: (url, title), each once."""

    queries: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]


def with_search(request: GenerateRequest) -> GenerateRequest:
    """The search, alone or beside functions. AUTO is left out: for both together Google has a mode of its own."""
    if not (tools := request.get("tools")):
        return {**request, "tools": [{"googleSearch": {}}]}
    config: ToolConfig = {**request.get("toolConfig", {}), "includeServerSideToolInvocations": True}
    if config.get("functionCallingConfig") == {"mode": "AUTO"}:
        del config["functionCallingConfig"]
    return {**request, "tools": [*tools, {"googleSearch": {}}], "toolConfig": config}


def without_search(request: GenerateRequest) -> GenerateRequest:
    """The functions alone, where both were asked for as above; any other request as it is."""
    if not is_combined(request):
        return request
    kept = [tool for tool in request["tools"] if tool != {"googleSearch": {}}]
    return {**unflagged(request), "tools": kept}


def is_combined(request: GenerateRequest) -> bool:
    """Whether it asks Google to do the search as well. Total: Google's own clients may send any JSON."""
    config = request.get("toolConfig")
    return isinstance(config, dict) and FLAG in config and isinstance(request.get("tools"), list)


def unflagged(request: GenerateRequest) -> GenerateRequest:
    """For the backends that refuse the field; Vertex AI takes both without it."""
    if not is_combined(request):
        return request
    config = request["toolConfig"].copy()
    del config["includeServerSideToolInvocations"]
    if config:
        return {**request, "toolConfig": config}
    rest = request.copy()
    del rest["toolConfig"]
    return rest


def read_search(grounding: object) -> Search | None:
    """None where Google did not search."""
    metadata = _object(grounding)
    queries = tuple(one for one in _listed(metadata.get("webSearchQueries")) if isinstance(one, str) and one)
    found = {str(page["uri"]): _title(page) for page in _pages(metadata) if page.get("uri")}
    return Search(queries, tuple(found.items())) if queries or found else None


def newer(grounding: object, candidate: object) -> object:
    """The grounding so far with what one more response of a stream adds."""
    said = _object(candidate).get("groundingMetadata")
    return {**_object(grounding), **said} if isinstance(said, dict) else grounding


def read_citations(grounding: object, text: str) -> list[Citation]:
    """One for each page that a passage rests on."""
    metadata = _object(grounding)
    pages = _pages(metadata)
    said, found = _Said(text), list[Citation]()
    for support in _listed(metadata.get("groundingSupports")):
        place = said.place(_object(_object(support).get("segment")))
        if place:
            found += (_citation(page, *place) for page in _of(support, pages) if page.get("uri"))
    return sorted(found, key=lambda one: (one.start, one.end))


class _Said:
    """A text, and where each of its characters ends in UTF-8."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode(errors="replace")
        plain = text.isascii()
        self._ends = None if plain else list(accumulate(len(one.encode(errors="replace")) for one in text))

    def place(self, segment: dict[str, object]) -> tuple[int, int] | None:
        """From bytes to characters, where the text is what Google says it is; a startIndex of 0 is not on the wire."""
        start, end = segment.get("startIndex", 0), segment.get("endIndex")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(self._bytes):
            return None
        # Of an answer that was continued, or has an image in it, Google counts only its own part.
        there = self._bytes[start:end].decode(errors="ignore")
        return (self._characters(start), self._characters(end)) if segment.get("text", there) == there else None

    def _characters(self, size: int) -> int:
        """How many whole characters the first `size` bytes are."""
        return size if self._ends is None else bisect_right(self._ends, size)


def _pages(metadata: dict[str, object]) -> list[dict[str, object]]:
    return [_object(_object(chunk).get("web")) for chunk in _listed(metadata.get("groundingChunks"))]


def _of(support: object, pages: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for number in _listed(_object(support).get("groundingChunkIndices")):
        if isinstance(number, int) and 0 <= number < len(pages):
            yield pages[number]


def _citation(page: dict[str, object], start: int, end: int) -> Citation:
    return Citation(str(page["uri"]), _title(page), start, end)


def _title(page: dict[str, object]) -> str:
    return str(page.get("title") or page["uri"])


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
