"""Headers of the fast path read as Quart's do: the same names, order and first values."""

import pytest
from werkzeug.datastructures import Headers

from gcli2api_tui.server.headers import SentHeaders

RAW = [(b"host", b"a:1"), (b"x-api-key", b"one"), (b"X-Api-Key", b"two"), (b"etag", "caf\u00e9".encode("latin1"))]
RAW += [(b"x" * 9_000, b"long")]


@pytest.mark.parametrize("name", ["Host", "host", "X-API-KEY", "Remote-Addr", "absent", "X" * 9_000])
def test_they_read_as_quarts(name: str) -> None:
    quarts = Headers(
        [("Remote-Addr", "::1"), *((key.decode("latin1").title(), value.decode("latin1")) for key, value in RAW)]
    )
    ours = SentHeaders(RAW, "::1")
    assert ours.pairs == list(quarts.items())
    assert ours.first.get(name.lower()) == quarts.get(name)


def test_one_that_is_added_stands_last_and_takes_no_others_place() -> None:
    ours = SentHeaders(RAW, "")
    ours.add("Host", "b")
    assert ours.first["host"] == "a:1"
    assert ours.pairs[-1] == ("Host", "b")
