"""One server for all findings: with its own home, beside the stand-in for Google."""

from collections.abc import Iterator

import programs
import pytest
from finding_server import CLIENT, GOOGLE_KEY, PANEL, SIM_CLIENT, Served


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("findings") / "home"
    assert programs.command("creds", "add-key", "--no-check", "--home", str(home), GOOGLE_KEY).returncode == 0
    variables = {"GCLI2API_PANEL_PASSWORD": PANEL, "API_PASSWORD": CLIENT, "PASSWORD": "", **SIM_CLIENT}
    port = programs.free_port()
    with programs.simulator_within() as google:
        words = ("serve", "--home", str(home), "--port", str(port))
        with programs.running(*words, **programs.towards(google), **variables) as process:
            url = f"http://127.0.0.1:{port}"
            programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
            yield Served(url, home, google)
