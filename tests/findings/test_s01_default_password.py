"""S1: a default password on all addresses, no lockout, and behind it all refresh tokens."""

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from finding_server import CLIENT, PANEL, Served

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.events.problems import StartFault


def test_a_first_start_makes_two_keys_that_nobody_guesses_and_listens_on_loopback(tmp_path: Path) -> None:
    setup, other = (prepare({"home": str(tmp_path / name)}, {}) for name in ("one", "other"))
    written = tomllib.loads(setup.paths.config_file.read_text())
    keys = {written["password"], written["panel_password"], other.settings.password.reveal()}
    assert len(keys) == 3 and all(len(key) >= 27 for key in keys) and setup.settings.host == "127.0.0.1"


@pytest.mark.parametrize("environ", [
    {"HOST": "0.0.0.0", "PASSWORD": "pwd"}, {"GCLI2API_HOST": "::", "API_PASSWORD": "short"},
    {"HOST": "192.168.1.2", "PANEL_PASSWORD": "changeme"}, {"HOST": "0.0.0.0", "API_PASSWORD": "1234567"},
    {"HOST": "0.0.0.0", "PASSWORD": "pwd", "GCLI2API_TLS_CERT": "a", "GCLI2API_TLS_KEY": "b"},
    {"HOST": "0.0.0.0", "PASSWORD": "pwd", "GCLI2API_TRUSTED_PROXIES": "127.0.0.1"},
])  # fmt: skip
def test_a_key_that_is_guessed_is_no_key_where_others_reach_it(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(StartFault, match="guessable"):
        prepare({"home": str(tmp_path)}, environ)
    assert prepare({"home": str(tmp_path), "insecure": True}, environ), "only who says so himself"


def test_no_key_that_everybody_knows_opens_a_door(served: Served) -> None:
    """All at once: each that is wrong waits a second for its answer."""
    keys = ("pwd", "password", "", "admin")
    paths = ("/admin/api/credentials", "/admin/api/settings", "/v1/models", "/metrics")
    with ThreadPoolExecutor(len(keys) * len(paths)) as crowd:
        asked = {(path, key): crowd.submit(served.ask, path, key=key) for key in keys for path in paths}
    for door, answer in asked.items():
        assert answer.result().status in (401, 429), door


def test_the_tools_key_changes_nothing_and_no_door_gives_credentials_away(served: Served) -> None:
    settings = {"name": "host", "value": "0.0.0.0"}
    assert served.ask("/admin/api/settings", settings, key=CLIENT).status in (401, 429)
    for path in ("/admin/api/credentials", "/admin/api/snapshot", "/admin/api/settings", "/admin/api/trash"):
        answer = served.ask(path, key=PANEL)
        assert answer.status == 200 and "AIza-sim" not in answer.body and CLIENT not in answer.body, path
