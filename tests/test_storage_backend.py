"""Which engine keeps the state, and that nobody pays for the one that was not asked for."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import instance_name
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.paths import find
from gcli2api_tui.state.sqlite_store import SqliteStore
from gcli2api_tui.storage_backend import open_store

A_WHOLE_INSTANCE = """
import asyncio, sys
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.control_wiring import build

async def whole():
    parts = build(prepare({"home": sys.argv[1]}, {}), "http://127.0.0.1:1", lambda mode: None)
    await parts.client.aclose()
    await parts.control.registry.close()
    parts.store.close()

asyncio.run(whole())
found = [name for name in sys.modules if name.startswith(("psycopg", "gcli2api_tui.state.postgresql.store"))]
assert not found, found
assert "gcli2api_tui.cluster_replication" not in sys.modules
"""


def test_an_instance_alone_imports_nothing_of_postgresql(tmp_path: Path) -> None:
    run = [sys.executable, "-c", A_WHOLE_INSTANCE, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_without_an_address_the_state_is_this_homes_own_file(tmp_path: Path) -> None:
    where = find(str(tmp_path), {})
    where.create()
    store = open_store(Settings(), where, Clock())
    assert isinstance(store, SqliteStore)
    store.close()


@pytest.mark.parametrize("url", ["mysql://root:hidden@db/x", "postgresql://user:hidden@db/x?colour=red", "hidden"])
def test_an_address_that_is_none_is_refused_without_being_shown(tmp_path: Path, url: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is an extra")
    with pytest.raises(SettingsFault) as refused:
        open_store(replace(Settings(), state_url=Secret(url)), find(str(tmp_path), {}), Clock())
    assert refused.value.key == "state_url"
    assert "hidden" not in f"{refused.value.sentence}"


def test_without_the_extra_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcli2api_tui.cluster_database.find_spec", lambda name: None)
    with pytest.raises(SettingsFault, match=r"not installed") as refused:
        open_store(replace(Settings(), state_url=Secret("postgresql://db/x")), find(str(tmp_path), {}), Clock())
    assert "gcli2api-tui[cluster]" in refused.value.sentence


def test_an_instance_is_called_by_its_machine_and_port() -> None:
    assert instance_name("http://127.0.0.1:7861").endswith(":7861")
