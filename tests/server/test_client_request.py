"""What is kept of a request's head holds no secret, and tells everything else."""

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.server.client_request import LONGEST, masked_headers, masked_query

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
