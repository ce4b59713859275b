"""S13: names of uploaded files joined into paths."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from finding_server import PANEL, Served

NAMES = ("../../escaped.json", "/tmp/escaped.json", "..\\..\\escaped.json", "C:\\escaped.json", "a/../../escaped.json",
         "escaped\x00.json", "\u202eescaped.json", "con.json")  # fmt: skip


def outside(home: Path) -> set[Path]:
    return {path for path in home.parent.rglob("*") if home not in (path, *path.parents)}


@pytest.mark.parametrize("zipped", [False, True])
def test_no_name_leads_out_of_the_home_or_into_a_name_of_ours(served: Served, zipped: bool) -> None:
    before = outside(served.home)
    for number, name in enumerate(NAMES):
        content = f'{{"api_key": "AIza-escaped-{int(zipped)}-{number:04}"}}'.encode()
        if zipped:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr(name, content)
            content, name = packed.getvalue(), "all.zip"
        assert served.ask(f"/admin/api/credentials?name={quote(name)}", content, key=PANEL).status in (200, 409)
    for row in served.ask("/admin/api/credentials", key=PANEL).json()["credentials"]:
        assert not {*row["file"]} & {"/", "\\", "\0", ".."} and not row["file"].startswith(".")
    assert outside(served.home) == before and not Path("/tmp/escaped.json").exists()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "%2e%2e%2f%2e%2e%2fconfig.toml", "..%5c..%5cconfig.toml"])
def test_no_path_leads_to_a_file(served: Served, name: str) -> None:
    """All at once: a key at a door that it does not open waits for its answer."""
    paths = (f"/admin/api/credentials/{name}", f"/auth/static/{name}", f"/static/{name}", f"/{name}")
    with ThreadPoolExecutor(len(paths)) as crowd:
        for answer in crowd.map(lambda path: served.ask(path, key=PANEL), paths):
            assert answer.status in (303, 400, 401, 404, 405, 429)
            assert "password" not in answer.body.lower().replace("key", "")
