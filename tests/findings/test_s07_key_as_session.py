"""S7: the session's token is the password, kept in the browser and echoed by the server."""

import pytest
from finding_server import CLIENT, PANEL, Served

READ = ("/admin/api/snapshot", "/admin/api/settings", "/admin/api/credentials", "/admin/api/models", "/admin/api/usage")


@pytest.mark.parametrize("path", READ)
def test_no_answer_repeats_a_key(served: Served, path: str) -> None:
    answer = served.ask(path, key=PANEL)
    assert answer.status == 200
    assert PANEL not in str(answer.headers) + answer.body and CLIENT not in str(answer.headers) + answer.body


def test_no_key_of_the_panel_in_an_address(served: Served) -> None:
    for name in ("key", "token", "access_token", "password"):
        assert served.ask(f"/admin/api/snapshot?{name}={PANEL}").status in (401, 429)


def test_a_session_is_a_random_name_that_no_script_reads(served: Served) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    first, second = (served.ask("/auth/sign-in", f"key={PANEL}".encode(), headers=form) for _ in range(2))
    cookies = [answer.header("set-cookie")[0] for answer in (first, second)]
    names = [cookie.partition("=")[2].partition(";")[0] for cookie in cookies]
    assert names[0] != names[1] and all(len(name) >= 32 and PANEL not in name for name in names)
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    page = served.ask("/auth", headers={"cookie": cookies[0].partition(";")[0]})
    assert page.status == 200 and PANEL not in page.body and CLIENT not in page.body and names[0] not in page.body
    assert served.ask("/admin/api/snapshot", headers={"cookie": cookies[0].partition(";")[0]}).status == 401, "a cookie"


def test_a_page_of_another_site_posts_nothing_with_the_cookie(served: Served) -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"}
    for path in ("/auth/sign-in", "/auth/sign-out", "/auth/add", "/auth/keys"):
        assert served.ask(path, b"key=x", headers=form).status == 403
