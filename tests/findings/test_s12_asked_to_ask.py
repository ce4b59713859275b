"""S12: the server made to ask addresses of somebody's choice, also by people without a key."""

import pytest
from finding_server import CLIENT, Served
from listening_place import listening


def test_an_image_of_this_machine_or_a_private_network_is_not_fetched(served: Served) -> None:
    with listening() as inside:
        port = inside.url.rpartition(":")[2]
        for address in (
            f"{inside.url}/secret", f"http://localhost:{port}/", f"http://[::1]:{port}/", f"http://2130706433:{port}/",
            f"http://0.0.0.0:{port}/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", served.url,
        ):  # fmt: skip
            parts = [{"type": "image_url", "image_url": {"url": address}}]
            body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": parts}]}
            assert served.ask("/v1/chat/completions", body, key=CLIENT).status == 400, address
        assert inside.asked == []


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/version/info?check_update=true", "/auth/callback?code=x"]
)
def test_nobody_without_a_key_makes_it_ask_anybody(served: Served, path: str) -> None:
    before = served.ask(f"{served.google}/sim/journal").body
    served.ask(path)
    assert served.ask(f"{served.google}/sim/journal").body == before
