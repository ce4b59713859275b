"""Nothing that a full run emits or keeps shows a key, a token, a password or a prompt."""

import json
from pathlib import Path

import openai
import programs
import pytest

PASSWORD = "planted-password-7f3a"
PROMPT = "planted prompt about a purple elephant"
KEY = "AIza-sim-key-0002"
BAD_KEY = "AIza-planted-invalid-key"
EXPRESS = "AIza-planted-express-key"
REFRESH = "1//planted-refresh-token"
PRIVATE = "cGxhbnRlZC1wcml2YXRlLWtleQ=="


def test_planted_values_are_seen_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    account = {
        "client_id": "sim-client.apps.googleusercontent.com",
        "client_secret": "planted-client-secret",
        "token": "ya29.planted-access-token",
        "refresh_token": REFRESH,
        "project_id": "some-project",
        "expiry": "2020-01-01T00:00:00Z",
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    pem = f"-----BEGIN PRIVATE KEY-----\n{PRIVATE}\n-----END PRIVATE KEY-----\n"
    robot = {"private_key": pem, "client_email": "robot@p.example", "project_id": "p"}
    (tmp_path / "robot.json").write_text(json.dumps(robot))
    client = {"installed": {"client_id": "own.apps", "client_secret": "planted-own-secret"}}
    (tmp_path / "client_secret_1.json").write_text(json.dumps(client))
    said = [
        programs.command("creds", "add-key", "--home", str(home), KEY),
        programs.command("creds", "add-key", "--home", str(home), BAD_KEY),
        programs.command("creds", "add-key", "--home", str(home), "--vertex", EXPRESS),
        *(
            programs.command("creds", "import", "--home", str(home), str(tmp_path / name))
            for name in ("account.json", "robot.json", "client_secret_1.json")
        ),
        programs.command("creds", "list", "--json", "--home", str(home)),
    ]
    port = programs.free_port()
    words = ("serve", "--home", str(home), "--port", str(port), "--password", PASSWORD)
    with (
        programs.simulator() as google,
        programs.running(*words, **programs.towards(google), GCLI2API_ATTEMPTS="9") as process,
    ):
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the server")
        good = openai.OpenAI(base_url=f"{url}/v1", api_key=PASSWORD, max_retries=0)
        for _ in range(8):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "user", "content": PROMPT}])
        with pytest.raises(openai.AuthenticationError):
            good.with_options(api_key="planted-wrong-key").models.list()
        with pytest.raises(openai.BadRequestError):
            good.chat.completions.create(model="gemini-3.5-flash", messages=[{"role": "planted", "content": PROMPT}])
        good.close()
        said.append(programs.command("status", "--json", "--home", str(home)))
        said.append(programs.command("status", "--home", str(home)))
        process.terminate()
        output = process.stdout.read() if process.stdout else ""
        process.wait(20)
    everything = output + "".join(done.stdout + done.stderr for done in said)
    kept = [file for file in home.rglob("*") if file.is_file() and file.parent.name not in ("credentials", "client")]
    assert any(file.name == "state.db" for file in kept)
    everything += "".join(file.read_bytes().decode("latin-1") for file in kept)
    assert "needs login" in everything, "the run did not come far enough to prove anything"
    assert "private key of this service account" in everything, "nor far enough to use that one"
    tokens = (REFRESH, "planted-access", "planted-client-secret", "planted-own-secret", "planted-wrong-key")
    for planted in (PASSWORD, PROMPT, "elephant", KEY, BAD_KEY, EXPRESS, PRIVATE, *tokens):
        assert planted not in everything
