"""Folders as other programs leave them, written by the formats that their code reads and writes.

gcli2api of August 2025, October 2025 and since December 2025; CLIProxyAPI of 2025 and 2026; Gemini CLI. All secrets are
invented.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

CLIENT = "681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com"
ANTIGRAVITY_CLIENT = "1071006060591-tmhssin2h21lcre235vtolojh4g403ep.apps.googleusercontent.com"
CLOUD = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"]
PEM = "-----BEGIN PRIVATE KEY-----\nTUlJRXZRSUJBREFOQmdrcWhraUc5dzBCQVFFRkFBU0NCS2N3\n-----END PRIVATE KEY-----\n"
KEY = "AIzaSyD-invented-key-for-tests-000000001"


def sign_in(name: str, **more: Any) -> dict[str, Any]:
    """What gcli2api writes for one account."""
    return {
        "client_id": CLIENT,
        "client_secret": "GOCSPX-invented",
        "token": f"ya29.{name}",
        "refresh_token": f"1//0{name}-refresh",
        "scopes": CLOUD,
        "token_uri": "https://oauth2.googleapis.com/token",
        "project_id": f"{name}-project",
        "expiry": "2026-11-29T12:00:00+00:00",
        **more,
    }


def antigravity(name: str) -> dict[str, Any]:
    return sign_in(name, client_id=ANTIGRAVITY_CLIENT, scopes=[*CLOUD, "https://www.googleapis.com/auth/cclog"])


def put(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def gcli2api_of_august(root: Path) -> Path:
    """JSON files, the states of which are kept by whole paths; settings in config.toml; the password in `.env`."""
    creds = root / "geminicli" / "creds"
    for name in ("anna", "ben", "cleo"):
        put(creds / f"{name}-project-1755400000.json", sign_in(name))
    put(
        creds / "creds_state.toml",
        '["/app/geminicli/creds/ben-project-1755400000.json"]\nerror_codes = [ 400, 403,]\ndisabled = true\n'
        'last_success = "2025-08-17T08:00:00+00:00"\n\n'
        '["/app/geminicli/creds/anna-project-1755400000.json"]\nerror_codes = []\ndisabled = false\n'
        'user_email = "anna@example.com"\ncd_until = "2025-08-18T08:00:00+00:00"\n',
    )
    put(creds / "config.toml", "calls_per_rotation = 10\nhttp_timeout = 30.0\nauto_ban_enabled = true\n")
    put(root / ".env", "PASSWORD=correct-horse-battery\nCALLBACK_PORT=8080\nAUTO_BAN=false\n")
    return root


def gcli2api_of_october(root: Path) -> Path:
    """All credentials in creds.toml, each with its state."""

    def section(name: str, **state: str) -> str:
        fields = {name: json.dumps(value) for name, value in sign_in(name).items()} | state
        return f'["{name}-project.json"]\n' + "".join(f"{field} = {value}\n" for field, value in fields.items())

    states = {"error_codes": "[]", "disabled": "false", "total_calls": "12", "daily_limit_total": "1000"}
    put(
        root / "creds" / "creds.toml",
        section("anna", **states, user_email='"anna@example.com"')
        + section("ben", **states | {"disabled": "true", "error_codes": "[ 403,]"}, user_email='"ben@example.com"'),
    )
    put(root / "creds" / "config.toml", 'port = 7999\napi_password = "for-my-tools-only"\nlog_level = "debug"\n')
    put(
        root / ".env",
        "HOST=0.0.0.0\nPANEL_PASSWORD=for-the-panel-only\nPROXY=http://127.0.0.1:7890\n"
        f"GCLI_CREDS_1={json.dumps(sign_in('envy'))}\nTZ=Asia/Shanghai\n",
    )
    return root


def gcli2api_of_today(root: Path) -> sqlite3.Connection:
    """A database that is written to: what is in it is partly in its log. The caller closes the connection."""
    folder = root / "creds"
    folder.mkdir(parents=True)
    connection = sqlite3.connect(folder / "credentials.db")
    connection.execute("PRAGMA journal_mode=WAL")
    for table in ("credentials", "antigravity_credentials"):
        connection.execute(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT, filename TEXT UNIQUE NOT NULL, "
            "credential_data TEXT NOT NULL, disabled INTEGER DEFAULT 0, error_codes TEXT DEFAULT '[]', "
            "error_messages TEXT DEFAULT '[]', last_success REAL, user_email TEXT, model_cooldowns TEXT DEFAULT '{}', "
            "preview INTEGER DEFAULT 1, tier TEXT DEFAULT 'pro', rotation_order INTEGER DEFAULT 0)"
        )
    connection.execute("CREATE TABLE config (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at REAL)")
    rows = [
        ("anna-project-1.json", sign_in("anna"), 0, "[]", "anna@example.com"),
        ("ben-project-2.json", sign_in("ben"), 1, "[403]", "ben@example.com"),
        ("cleo-3.json", sign_in("cleo", project_id="gemini-pro-1751713012-07fc4dfd"), 0, "[]", None),
    ]
    connection.executemany(
        "INSERT INTO credentials (filename, credential_data, disabled, error_codes, user_email) VALUES (?, ?, ?, ?, ?)",
        [(name, json.dumps(data), *more) for name, data, *more in rows],
    )
    connection.execute(
        "INSERT INTO antigravity_credentials (filename, credential_data) VALUES (?, ?)",
        ("ag_anna-1.json", json.dumps(antigravity("anna"))),
    )
    config = {"password": "shared-by-the-team", "port": 7861, "oauth_proxy_url": "https://mirror.invalid"}
    connection.executemany(
        "INSERT INTO config (key, value) VALUES (?, ?)", [(name, json.dumps(one)) for name, one in config.items()]
    )
    connection.commit()
    return connection


def closed(connection: sqlite3.Connection) -> None:
    with closing(connection):
        pass


def cliproxy(root: Path) -> Path:
    """Auth files of four services, and config.yaml of 2026 with keys of both years."""
    auths = root / "auths"
    token = {
        "access_token": "ya29.x",
        "refresh_token": "1//0anna-refresh",
        "token_type": "Bearer",
        "expiry": "2026-11-29T12:00:00Z",
        "client_id": CLIENT,
        "client_secret": "GOCSPX-invented",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    gemini = {"token": token, "project_id": "one-project,two-project", "email": "anna@example.com", "type": "gemini"}
    put(auths / "gemini-anna@example.com-all.json", {**gemini, "auto": False, "checked": True})
    off = {"project_id": "ben-project", "email": "ben@example.com", "disabled": True, "proxy_url": "http://127.0.0.1:1"}
    put(auths / "ben@example.com-ben.json", {**gemini, "token": {**token, "refresh_token": "1//0ben"}, **off})
    account = {"type": "service_account", "client_email": "bot@three.iam.gserviceaccount.com", "private_key": PEM}
    vertex = {"service_account": {**account, "project_id": "three"}, "project_id": "three", "location": "europe-west4"}
    put(auths / "vertex-three.json", {**vertex, "email": account["client_email"], "type": "vertex"})
    put(
        auths / "claude-anna.json",
        {"type": "claude", "access_token": "sk-ant-oat01-x", "refresh_token": "sk-ant-ort01"},
    )
    put(auths / "antigravity-anna.json", {"type": "antigravity", "access_token": "ya29.q", "refresh_token": "1//0q"})
    put(
        root / "config.yaml",
        f"""# mine
host: ""
port: 8317
auth-dir: "{auths}"
api-keys:
  - "first-client-key-of-mine"
  - 'second-client-key-of-mine'
debug: true
proxy-url: "direct"
remote-management:
  secret-key: "$2a$10$abcdefghijklmnopqrstuv"
routing: {{strategy: fill-first}}
gemini-api-key:
  - api-key: "{KEY}"
    weight: 3
    excluded-models: ["*-preview"]
  - api-key: "AIzaSyD-invented-key-for-tests-000000002"
    base-url: https://elsewhere.invalid
generative-language-api-key: ["AIzaSyD-invented-key-for-tests-000000003"]
vertex-api-key:
  - api-key: "AIzaSyD-invented-key-for-tests-000000004"
    base-url: ""
claude-api-key:
  - api-key: "sk-ant-api03-x"
oauth-model-alias:
  gemini-cli:
    - {{name: gemini-2.5-pro, alias: g2.5p}}
quota-exceeded:
  switch-project: true
""",
    )
    return root


def gemini_cli(home: Path) -> Path:
    folder = home / ".gemini"
    put(
        folder / "oauth_creds.json",
        {
            "access_token": "ya29.x",
            "refresh_token": "1//0anna-refresh",
            "scope": " ".join(CLOUD),
            "token_type": "Bearer",
            "expiry_date": 1795953600000,
        },
    )
    put(folder / "google_accounts.json", {"active": "Anna@example.com", "old": ["ben@example.com"]})
    put(folder / "settings.json", '{"security": {"auth": {"selectedType": "oauth-personal"}}}')
    put(folder / "mcp-oauth-tokens.json", [])
    put(folder / "installation_id", "0000")
    put(folder / ".env", f"# mine\nexport GEMINI_API_KEY='{KEY}'\nGOOGLE_CLOUD_PROJECT=my-project # billed\n")
    return folder


def stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything that a change of any file would change; reading changes none of it."""
    return {str(path): _stamp(path) for path in sorted(folder.rglob("*"))}


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.lstat()
    return status.st_mtime_ns, status.st_size, status.st_ino
