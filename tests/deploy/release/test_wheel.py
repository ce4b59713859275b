"""A whole release, rehearsed; and its wheel alone, in an environment with nothing else than what it names."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

ROOT = Path(__file__).parent.parent.parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.tool("git")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the release script makes of the last commit."""
    out = tmp_path_factory.mktemp("release")
    (out.parent / "HEAD").write_text(head())
    words = [sys.executable, ROOT / "deploy/release/release.py", "--rehearse", "--out", out]
    done = subprocess.run(words, env=with_uv(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def head() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def with_uv() -> dict[str, str]:
    """uv is one of the packages for tests."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def uv(*words: str | Path) -> None:
    subprocess.run(["uv", *words], env=with_uv(), check=True)


@pytest.fixture(scope="module")
def python(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment that was made as an installer makes it: the wheel, and the packages that it names, by hash."""
    place = tmp_path_factory.mktemp("installed")
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (place / "requirements.txt").write_bytes(archive.read("gcli2api_tui/requirements.txt"))
    uv("venv", "-q", "--python", sys.executable, place / "env")
    python = place / "env/bin/python"
    install = ("pip", "install", "-q", "--python", python, "--only-binary", ":all:")
    uv(*install, "--require-hashes", "-r", place / "requirements.txt")
    uv(*install, "--no-deps", wheel)
    return python


def test_all_that_a_release_has_is_there_and_summed(made: Path) -> None:
    names = {path.name for path in made.iterdir()}
    installers = {"termux-install.sh", "install.sh", "install.ps1"}
    assert names >= {"sbom.cdx.json", "release-notes.md", "SHA256SUMS", *installers}
    sums = dict(line.split("  ")[::-1] for line in (made / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == names - {"SHA256SUMS"}
    assert all(hashlib.sha256((made / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    (wheel,) = made.glob("*.whl")
    assert all(sums[wheel.name] in (made / name).read_text() for name in installers)


def test_the_bill_of_materials_names_every_package_once(made: Path) -> None:
    found = json.loads((made / "sbom.cdx.json").read_text())
    assert found["bomFormat"] == "CycloneDX"
    listed = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "deploy/requirements.txt").read_text(), re.M)
    told = [re.sub(r"[-_.]+", "-", one["name"]).lower() for one in found["components"]]
    assert set(told) >= set(listed) and len(told) == len(set(told))
    assert found["metadata"]["component"]["name"] == "gcli2api-tui"


def test_the_metadata_is_whole(made: Path) -> None:
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        about = next(archive.read(name).decode() for name in names if name.endswith("/METADATA"))
    for wanted in ("License-Expression: MIT", "Requires-Python: >=3.11", "Typing :: Typed", "Python :: 3.15"):
        assert wanted in about
    assert "Project-URL" not in about and "Home-page" not in about, "no address is invented"
    assert {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name} == {"LICENSE", "THIRD-PARTY-NOTICES.md"}
    assert {"gcli2api_tui/py.typed", "gcli2api_tui/gemini/prices.toml", "gcli2api_tui/commit.txt"} <= names


def test_a_wheel_made_of_the_sdist_is_the_same(made: Path, tmp_path: Path) -> None:
    """Whoever builds from the sdist, without a history, gets the same files and the same commit."""
    (sdist,), (wheel,) = made.glob("*.tar.gz"), made.glob("*.whl")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    uv("build", "-q", "--wheel", "--out-dir", tmp_path / "dist", source)
    (again,) = (tmp_path / "dist").glob("*.whl")
    assert contents(again) == contents(wheel)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_names_its_commit(made: Path, python: Path) -> None:
    said = subprocess.run([python.with_name("gcli2api-tui"), "--version"], capture_output=True, text=True, check=True)
    commit = re.fullmatch(r"gcli2api-tui, version \S+ \(([0-9a-f]+)\)\n", said.stdout)
    assert commit is not None and (made.parent / "HEAD").read_text().startswith(commit[1])
    assert (python.parent.parent / "share/man/man1/gcli2api-tui.1").is_file()


@pytest.fixture
def demo(python: Path, tmp_path: Path) -> Iterator[str]:
    port = programs.free_port()
    words = [python.with_name("gcli2api-tui"), "demo", "--port", str(port)]
    with subprocess.Popen(
        words, cwd=tmp_path, env=programs.environment(HOME=str(tmp_path)), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            programs.until(lambda: programs.answers(f"{url}/healthz", process), "the demo")
            yield url
        finally:
            process.terminate()


def test_its_demo_answers_and_shows_its_page(demo: str) -> None:
    body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
    assert programs.fetch(f"{demo}/v1/chat/completions", body, key="pwd")["choices"][0]["message"]["content"]
    with programs.urllib.request.urlopen(f"{demo}/auth", timeout=10) as page:
        assert b"page.css" in page.read()
