"""The real program on a disk that is full: it serves, says so, and is whole again when there is room."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

KEY = "AIza-sim-key-0001"
ASKED = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """400 kB; skipped where nobody may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 1024)
        except OSError:
            return


def seen(url: str) -> dict:
    return programs.fetch(f"{url}/admin/api/snapshot", key="pwd")


def test_serving_needs_no_disk_and_nothing_is_forgotten_when_it_is_back(disk: Path, tmp_path: Path) -> None:
    assert (
        programs.command("creds", "add-key", "--no-check", KEY, "--label", "mine", "--home", str(disk)).returncode == 0
    )
    file = next((disk / "credentials").glob("*.json"))
    before = file.read_bytes()
    fill(disk)
    with programs.simulator_within() as google, programs.server(disk, google) as url:
        assert programs.fetch(f"{url}/v1/chat/completions", ASKED, "pwd")["choices"]
        assert seen(url)["degraded"].startswith("The disk is full: ")
        (disk / "ballast").unlink()
        programs.until(lambda: seen(url)["degraded"] == "", "the recovery")
        status = programs.until(
            lambda: (done := programs.command("status", "--json", "--home", str(disk))).returncode == 0 and done,
            "run.json",
        )
        assert json.loads(status.stdout)["credentials"][0]["used_today"] == 1
        assert "saving works again" in [row["text"] for row in seen(url)["log"]]
    with programs.simulator_within() as google, programs.server(disk, google) as url:
        assert seen(url)["credentials"][0]["used_today"] == 1
        assert [row["state"] for row in seen(url)["exchanges"]] == ["done"]
    assert file.read_bytes() == before


def test_a_disk_that_is_read_only_is_served_from(disk: Path) -> None:
    assert (
        programs.command("creds", "add-key", "--no-check", KEY, "--label", "mine", "--home", str(disk)).returncode == 0
    )
    with programs.simulator_within() as google:
        with programs.server(disk, google) as url:
            assert programs.fetch(f"{url}/v1/chat/completions", ASKED, "pwd")["choices"]
        (disk / "credentials").chmod(0o755)  # as a restored backup has it
        (disk / "trash").rmdir()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with programs.server(disk, google) as url:
            assert seen(url)["credentials"][0]["used_today"] == 1
            assert "read-only" in seen(url)["degraded"] or "cannot be opened" in seen(url)["degraded"]
            assert programs.fetch(f"{url}/v1/chat/completions", ASKED, "pwd")["choices"]
            assert seen(url)["credentials"][0]["used_today"] == 2
            listed = programs.command("creds", "list", "--home", str(disk))
            assert (listed.returncode, "mine" in listed.stdout) == (0, True)
            refused = programs.command("creds", "disable", "mine", "--home", str(disk))
            assert (refused.returncode, "Read-only file system" in refused.stderr) == (1, True)
