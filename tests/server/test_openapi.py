"""The admin API's description: whole, behind the panel's key, and true of what the routes answer."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import programs
import pytest

from gcli2api_tui.control.verb_table import VERBS
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.json_schemas import schema_of
from gcli2api_tui.server.openapi import described

TOKEN = "run-token"
LEFT_OUT = ("/changes", "/stop", "/restart")
"""One never ends, two end the server."""


def test_every_row_is_described_and_every_reference_leads_somewhere() -> None:
    told = described()
    operations = {one["operationId"] for path in told["paths"].values() for one in path.values()}
    assert operations == {verb.name for verb in VERBS}
    text = json.dumps(told)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named == set(told["components"]["schemas"])
    assert "Secret" not in text


def test_a_secret_has_no_form() -> None:
    with pytest.raises(TypeError):
        schema_of(Secret, {})


async def test_it_is_served_to_whoever_has_the_key_of_the_panel(runtime: Any) -> None:
    assert (await runtime.ask("/admin/api/openapi.json", method="GET")).status_code == 401
    answer = await runtime.ask("/admin/api/openapi.json", method="GET", key=TOKEN)
    assert json.loads(await answer.get_data())["openapi"] == "3.1.0"


async def test_an_error_is_told_in_both_shapes(runtime: Any) -> None:
    answer = await runtime.ask("/admin/api/usage?days=many", method="GET", key=TOKEN)
    told = json.loads(await answer.get_data())
    assert answer.status_code == told["status"] == 400 and answer.content_type == "application/problem+json"
    assert told["detail"] == told["error"]["message"] == "'days' is a whole number."
    assert (told["title"], told["key"], told["values"]) == ("Bad Request", "admin.number", {"name": "days"})
    assert told["error"]["param"] == "days"


@pytest.mark.parametrize(
    ("method", "path", "body", "param"),
    [
        ("GET", "/exchanges/x/wire", None, "exchange"),
        ("GET", "/exchanges?private=perhaps", None, "private"),
        ("GET", "/exchanges?format=xml", None, "format"),
        ("GET", "/exchanges?ids=1,x", None, "ids"),
        ("POST", "/login/finish", {"id": "l1"}, "text"),
        ("POST", "/login/finish", {"id": 7, "text": "x"}, "id"),
        ("POST", "/settings", {"name": "port"}, "value"),
        ("POST", "/settings", {"name": "port", "value": True}, "value"),
        ("POST", "/stop", {"mode": "perhaps"}, "mode"),
        ("POST", "/exchanges/export", {"exchanges": ["a"]}, "exchanges"),
        ("POST", "/keys/a", {"rpm": {}}, "wishes"),
    ],
)
async def test_what_is_wrong_is_named(runtime: Any, method: str, path: str, body: Any, param: str) -> None:
    more = {"json": body} if body is not None else {}
    answer = await runtime.ask(f"/admin/api{path}", method=method, key=TOKEN, **more)
    told = json.loads(await answer.get_data())
    assert (answer.status_code, told["error"]["param"]) == (400, param)


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("schemathesis") is None and os.environ.get("REQUIRE_TOOLS") != "1",
    reason="needs the extra: pip install -e '.[schema]'",
)
def test_schemathesis_finds_no_answer_that_is_not_described(tmp_path: Path) -> None:
    told = described()
    told["paths"] = {path: one for path, one in told["paths"].items() if not path.endswith(LEFT_OUT)}
    (tmp_path / "openapi.json").write_text(json.dumps(told))
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    with programs.simulator_within() as google, programs.server(tmp_path / "home", google) as url:
        words = ["run", str(tmp_path / "openapi.json"), "--url", url, "-H", "Authorization: Bearer pwd"]
        more = ["--max-examples", "5", "--seed", "13", "--phases", "fuzzing", "--checks", checks]
        more += ["--request-timeout", "20"]
        name = "from schemathesis.cli import schemathesis; schemathesis()"
        line = [sys.executable, "-c", name, *words, *more]
        found = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert found.returncode == 0, found.stdout[-4000:]
