from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.gemini.google_search import Citation, read_citations

TEXT = "天气好。It rains in Paris. 🌧"
PAGES = [{"web": {"uri": "https://a.example/1", "title": "A"}}, {"web": {"uri": "https://b.example"}}]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def support(end: int, *pages: object, **more: object) -> dict[str, object]:
    return {"segment": {"endIndex": end, **more}, "groundingChunkIndices": list(pages)}


def test_bytes_become_characters_and_each_page_its_citation() -> None:
    rain = len("天气好。".encode()), len("天气好。It rains in Paris.".encode())
    found = read_citations(
        {"groundingChunks": PAGES, "groundingSupports": [support(rain[1], 0, 1, startIndex=rain[0]), support(12, 1)]},
        TEXT,
    )
    assert [(one.url, one.title, TEXT[one.start : one.end]) for one in found] == [
        ("https://b.example", "https://b.example", "天气好。"),
        ("https://a.example/1", "A", "It rains in Paris."),
        ("https://b.example", "https://b.example", "It rains in Paris."),
    ]


def test_what_points_nowhere_is_no_citation() -> None:
    odd = [support(999, 0), support(3, 7), support(3, -1), support(3, "0"), support(2, 0, startIndex=2), {}, None]
    assert read_citations({"groundingChunks": PAGES, "groundingSupports": odd}, TEXT) == []
    elsewhere = {"segment": {"endIndex": 3, "text": "sky"}, "groundingChunkIndices": [0]}
    assert read_citations({"groundingChunks": PAGES, "groundingSupports": [elsewhere]}, TEXT) == []
    assert read_citations({"groundingChunks": [{}, {"web": {}}], "groundingSupports": [support(3, 0, 1)]}, TEXT) == []


@given(JSON, st.fixed_dictionaries({"groundingChunks": JSON, "groundingSupports": JSON}), st.text(max_size=8))
def test_any_metadata_is_read(anything: object, metadata: dict[str, object], text: str) -> None:
    for grounding in (anything, metadata):
        for one in read_citations(grounding, text):
            assert isinstance(one, Citation) and 0 <= one.start < one.end <= len(text)
