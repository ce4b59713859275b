"""What is kept of a request's head holds no secret, and tells everything else; its headers read as Quart's do."""

import pytest
from werkzeug.datastructures import Headers

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.server.client_request import LONGEST, SentHeaders, masked_headers, masked_query

SECRETS = {
    "Authorization": "Bearer sk-abc", "x-api-key": "sk-abc", "X-Goog-Api-Key": "sk-abc", "Cookie": "sid=sk-abc",
    "Proxy-Authorization": "Basic sk-abc", "api-key": "sk-abc", "X-Auth-Token": "sk-abc", "x-client-secret": "sk-abc",
}  # fmt: skip


def test_secrets_are_masked_and_a_scheme_stays() -> None:
    masked = dict(masked_headers(SECRETS.items()))
    assert "sk-abc" not in str(masked) and set(masked) == set(SECRETS)
    assert masked["Authorization"] == f"Bearer {MASK}" and masked["x-api-key"] == MASK


def test_what_is_no_secret_stays_and_is_bounded() -> None:
    headers = (("User-Agent", "curl/8"), ("Accept", "*/*"), ("X-Long", "y" * 9_000))
    assert masked_headers(headers) == (*headers[:2], ("X-Long", "y" * LONGEST))


def test_a_key_in_the_address_is_masked_and_the_rest_of_it_stays() -> None:
    assert masked_query("alt=sse&key=sk-abc&access_token=x&flag") == f"alt=sse&key={MASK}&access_token={MASK}&flag"
    assert masked_query("") == ""


RAW = [(b"host", b"a:1"), (b"x-api-key", b"one"), (b"X-Api-Key", b"two"), (b"etag", "caf\u00e9".encode("latin1"))]
RAW += [(b"x" * 9_000, b"long")]


@pytest.mark.parametrize("name", ["Host", "host", "X-API-KEY", "Remote-Addr", "absent", "X" * 9_000])
def test_headers_read_as_quarts(name: str) -> None:
    quarts = Headers(
        [("Remote-Addr", "::1"), *((key.decode("latin1").title(), value.decode("latin1")) for key, value in RAW)]
    )
    ours = SentHeaders(RAW, "::1")
    assert ours.pairs == list(quarts.items())
    assert ours.first.get(name.lower()) == quarts.get(name)


def test_a_header_that_is_added_stands_last_and_takes_no_others_place() -> None:
    ours = SentHeaders(RAW, "")
    ours.add("Host", "b")
    assert ours.first["host"] == "a:1"
    assert ours.pairs[-1] == ("Host", "b")
