"""S3: every origin reflected with credentials, and the documentation open to all."""

import pytest
from finding_server import CHAT, CLIENT, PANEL, Served

EVIL = {"Origin": "https://evil.example"}
ASKS = {**EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.mark.parametrize(
    "path", ["/v1/models", "/v1/chat/completions", "/admin/api/snapshot", "/auth", "/metrics", "/"]
)
def test_no_origin_is_let_in_by_itself(served: Served, path: str) -> None:
    for answer in (
        served.ask(path, headers=EVIL, key=CLIENT),
        served.ask(path, headers=ASKS, method="OPTIONS"),
        served.ask(path, CHAT, headers={**EVIL, "Cookie": "session=1"}, key=PANEL),
    ):
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-allow")]


def test_no_page_of_another_site_reaches_the_administration_even_with_its_key(served: Served) -> None:
    for headers in (EVIL, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}):
        for path, body in (("/admin/api/snapshot", None), ("/admin/api/settings", {"name": "hold_s", "value": 1})):
            assert served.ask(path, body, headers=headers, key=PANEL).status == 403


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/admin/api/openapi.json", "/static/app.js"])
def test_no_description_of_the_api_without_a_key(served: Served, path: str) -> None:
    assert served.ask(path).status in (401, 404)
