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
        assert answer.header("content-type")[0].partition(";")[0] in ("application/json", "application/problem+json")
    assert refused.header("x-content-type-options") == ["nosniff"]


def test_a_label_with_markup_is_text_on_the_page(served: Served) -> None:
    account = {
        "client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret", "email": EVIL,
        "refresh_token": "1//of-a-hostile-file", "project_id": EVIL,
    }  # fmt: skip
    served.ask(f"/admin/api/credentials?name={quote(EVIL)}.json", account, key=PANEL)
    form = {"content-type": "application/x-www-form-urlencoded"}
    cookie = (
        served.ask("/auth/sign-in", f"key={PANEL}".encode(), headers=form).header("set-cookie")[0].partition(";")[0]
    )
    for path in ("/auth", "/auth/log", f"/auth/{quote(EVIL)}"):
        page = served.ask(path, headers={"cookie": cookie})
        assert "<img src=x" not in page.body
        assert "script-src 'self'" in (page.header("content-security-policy") or ["script-src 'self'"])[0]
    for row in served.ask("/admin/api/credentials", key=PANEL).json()["credentials"]:
        if row["kind"] != "api-key":
            served.ask(f"/admin/api/credentials/{row['id']}/remove", {}, key=PANEL)
