import pytest

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.filters import matches, unknown


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3, 4, 5, 6]), ("st:429", [2]), ("st:5xx", [3]), ("is:live", [5, 6]), ("is:err", [3]),
        ("cred:carol", [2]), ("m:flash", []), ("is:live m:pro", [5]), ("BOB", [2]), ("st:err", [3]), ("老李", [3, 6]),
    ],
)  # fmt: skip
def test_filter(snapshot: Snapshot, text: str, ids: list[int]) -> None:
    assert [row.id for row in snapshot.exchanges if matches(row, text)] == ids


def test_what_is_no_filter_is_named() -> None:
    for text in ("is:lvie", "st:abc", "client:x", "flash user:bob"):
        assert unknown(text) == text.split()[-1]
    for text in ("flash", "is:", "is:live st:4xx st:429 st:err m:pro cred:a", "http://x/y", "12:30", ""):
        assert unknown(text) == ""
