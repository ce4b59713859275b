"""A real server, and somebody who asks it: for the tests of the reference system's findings (tests/findings)."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHAT = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
GOOGLE_KEY = "AIza-sim-key-0002"
CLIENT, PANEL = "planted-client-key", "planted-panel-key"
SIM_CLIENT = {"GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
              "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret"}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Served:
    url: str
    home: Path
    google: str

    def ask(self, path: str, body: Any = None, *, key: str = "", method: str = "", headers: Any = None) -> Answer:
        """As it was answered: redirects are not followed, errors not raised. A body of bytes goes as it is."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
        url = path if "://" in path else f"{self.url}{path}"
        request = urllib.request.Request(url, data, sent | (headers or {}), method=method or None)
        try:
            answer = urllib.request.build_opener(_Stay).open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, answer.headers.items(), answer.read().decode("utf-8", "replace"))

    def begin_login(self) -> Any:
        self.ask("/admin/api/terms", {}, key=PANEL)
        return self.ask("/admin/api/login/begin", {"project": "", "location": ""}, key=PANEL).json()

    def log(self) -> str:
        return json.dumps(self.ask("/admin/api/snapshot", key=PANEL).json()["log"])
