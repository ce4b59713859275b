"""S14: names of files, labels and foreign error texts written into pages as they are."""

from urllib.parse import quote

from finding_server import PANEL, Served

EVIL = "<img src=x onerror=alert(1)>"


def test_the_page_after_a_sign_in_escapes_what_came(served: Served) -> None:
    for query in (f"error={quote(EVIL)}", f"state={quote(EVIL)}&code=4/x", f"error_description={quote(EVIL)}&error=x"):
        answer = served.ask(f"/auth/callback?{query}")
        assert answer.status == 400 and "<img" not in answer.body
        assert "default-src 'none'" in answer.header("content-security-policy")[0]


def test_a_name_with_markup_goes_no_further_than_as_text(served: Served) -> None:
    """Answers of the API are JSON, and say so; browsers are told not to guess."""
    refused = served.ask(f"/admin/api/credentials?name={quote(EVIL)}", b"{}", key=PANEL)
    for answer in (refused, served.ask("/admin/api/snapshot", key=PANEL), served.ask(f"/v1/{quote(EVIL)}")):
        assert answer.header("content-type")[0].startswith("application/json")
    assert refused.header("x-content-type-options") == ["nosniff"]
