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
