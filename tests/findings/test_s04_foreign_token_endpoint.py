"""S4: tokens sent to a third party's mirror. Only Google's address, or the one of the settings, ever gets one."""

import json

from finding_server import CHAT, CLIENT, PANEL, Served
from listening_place import listening


def test_a_file_that_names_a_token_endpoint_sends_no_token_there(served: Served) -> None:
    with listening() as mirror:
        account = {
            "client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret",
            "refresh_token": "1//somebodys-refresh-token", "token": "ya29.over", "expiry": "2020-01-01T00:00:00Z",
            "token_uri": f"{mirror.url}/token", "universe_domain": mirror.url.removeprefix("http://"),
            "project_id": "some-project",
        }  # fmt: skip
        robot = {
            "type": "service_account", "client_email": "robot@p.example", "project_id": "p", "private_key_id": "1",
            "private_key": "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n",
            "token_uri": f"{mirror.url}/robot", "auth_uri": mirror.url,
        }  # fmt: skip
        for name, file in (("account.json", account), ("robot.json", robot)):
            served.ask(f"/admin/api/credentials?name={name}", json.dumps(file).encode(), key=PANEL)
        rows = served.ask("/admin/api/credentials", key=PANEL).json()["credentials"]
        brought = [row for row in rows if row["kind"] != "api-key"]
        assert brought
        for row in brought:
            served.ask(f"/admin/api/credentials/{row['id']}/check", {}, key=PANEL)
        for _ in range(4):
            assert served.ask("/v1/chat/completions", CHAT, key=CLIENT).status == 200
        assert mirror.asked == []
        for row in brought:
            assert served.ask(f"/admin/api/credentials/{row['id']}/remove", {}, key=PANEL).status == 200


def test_where_tokens_go_does_not_change_while_a_server_runs(served: Served) -> None:
    with listening() as mirror:
        served.ask("/admin/api/settings", {"name": "oauth_base_url", "value": mirror.url}, key=PANEL)
        served.begin_login()
        assert served.ask("/v1/chat/completions", CHAT, key=CLIENT).status == 200 and mirror.asked == []
