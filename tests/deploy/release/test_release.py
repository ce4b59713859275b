"""The release script: what it refuses, what it stamps, and the pages that it goes with."""

import os
import re
import runpy
import subprocess
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent.parent


def script(name: str) -> Any:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "deploy" / "release" / name)))


release, notices, man_page = script("release.py"), script("notices.py"), script("man_page.py")
ENTRY = b"[console_scripts]\ngcli2api-tui = gcli2api_tui.__main__:main\n"
GOOD = {
    "gcli2api_tui/__init__.py": b"",
    "gcli2api_tui/a.py": b"a = 1\n",
    "gcli2api_tui/requirements.txt": b"",
    "gcli2api_tui-1.dist-info/RECORD": b"",
    "gcli2api_tui-1.dist-info/entry_points.txt": ENTRY,
    "gcli2api_tui-1.data/data/share/man/man1/gcli2api-tui.1": b"",
}
SHARED = {"share/man/man1/gcli2api-tui.1": b""}
COMMITTED = {"gcli2api_tui/__init__.py": b"", "gcli2api_tui/a.py": b"a = 1\n"}


def wheel(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "gcli2api_tui-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_wheel_of_what_was_committed_passes(tmp_path: Path) -> None:
    release.audit(wheel(tmp_path, GOOD), COMMITTED, SHARED)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"gcli2api_tui_init.pth": b"import os"}, r"gcli2api_tui_init\.pth"),
        ({"gcli2api_tui-1.data/purelib/x.pth": b"import os"}, r"x\.pth"),
        ({"gcli2api_tui-1.data/scripts/x": b""}, "scripts/x"),
        ({"sitecustomize.py": b""}, "sitecustomize"),
        ({"gcli2api_tui-1.data/data/share/x.sh": b""}, r"share/x\.sh"),
        ({"gcli2api_tui-1.data/data/share/man/man1/gcli2api-tui.1": b"changed"}, r"gcli2api-tui\.1"),
        ({"gcli2api_tui/b.py": b""}, r"b\.py, which the commit does not"),
        ({"gcli2api_tui/a.py": b"a = 2\n"}, "not as it was committed"),
        ({"gcli2api_tui/a.py": None}, r"lacks gcli2api_tui/a\.py"),
        ({"gcli2api_tui-1.dist-info/entry_points.txt": ENTRY + b"pip = evil:main\n"}, "entry point"),
    ],
)
def test_a_wheel_with_anything_else_is_refused(tmp_path: Path, change: dict[str, bytes | None], word: str) -> None:
    """As in the spring of 2026 at another project: a .pth file that no commit had, run at every start of Python."""
    files = {name: content for name, content in {**GOOD, **change}.items() if content is not None}
    with pytest.raises(release.Refused, match=word):
        release.audit(wheel(tmp_path, files), COMMITTED, SHARED)


def test_two_builds_that_differ_are_refused(tmp_path: Path) -> None:
    for name, content in (("one", b"1"), ("two", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.whl").write_bytes(content)
    one, two = ([tmp_path / name / "x.whl"] for name in ("one", "two"))
    assert release.same(one, one) == one
    with pytest.raises(release.Refused, match="another file each time"):
        release.same(one, two)
    with pytest.raises(release.Refused, match="other names"):
        release.same(one, [])


def test_the_hash_goes_where_an_installer_has_a_place_for_it() -> None:
    text = "# a\nGCLI2API_SHA256=${GCLI2API_SHA256:-}\necho GCLI2API_SHA256=${GCLI2API_SHA256:-}\n"
    once = release.stamped(text, "ab" * 32)
    assert once.splitlines()[1] == f"GCLI2API_SHA256=${{GCLI2API_SHA256:-{'ab' * 32}}}"
    assert once.splitlines()[2] == "echo GCLI2API_SHA256=${GCLI2API_SHA256:-}", "only the line that sets it"
    assert "cd" * 32 in release.stamped(once, "cd" * 32) and "ab" not in release.stamped(once, "cd" * 32)
    assert release.stamped("$ReleaseHash = ''\n", "ef") == "$ReleaseHash = 'ef'\n"


@pytest.mark.parametrize("name", release.INSTALLERS)
def test_each_installer_of_ours_has_that_place_once(name: str) -> None:
    assert len(release.STAMP.findall((ROOT / name).read_text("utf-8"))) == 1


def test_the_notes_are_the_changelogs_part() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [0.2.0] - 2026-12-01\n\n- two\n\n## [0.1.0]\n\n- one\n"
    assert release.release_notes(text, "0.2.0") == "- two\n"
    assert release.release_notes(text, "0.1.0") == "- one\n"
    for missing in ("0.3.0", "0.2"):
        with pytest.raises(release.Refused, match="no part"):
            release.release_notes(text, missing)
    assert release.release_notes((ROOT / "CHANGELOG.md").read_text("utf-8"), "Unreleased")


def test_the_man_page_says_what_the_commands_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert man_page.PAGE.read_text("utf-8") == man_page.page(), "run deploy/release/man_page.py"


@pytest.mark.tool("man")
def test_the_man_page_is_read_without_a_complaint() -> None:
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "120"}
    words = ["man", "--warnings", "-l", man_page.PAGE]
    read = subprocess.run(words, capture_output=True, text=True, check=True, env=environ)
    assert read.stderr == ""
    assert "completions {bash|zsh|fish|powershell}" in read.stdout and "EXIT STATUS" in read.stdout


def test_every_package_that_is_installed_has_its_notice() -> None:
    rows = re.findall(r"^\| ([a-z0-9.-]+) \| ([^|]+) \| ([^|]+) \|", notices.PAGE.read_text("utf-8"), re.M)
    told = {name: versions.split(", ") for name, versions, _ in rows if name != "package"}
    assert told == notices.listed(), "run deploy/release/notices.py in an environment of deploy/requirements.txt"
    assert all(licence.strip() for _, _, licence in rows)


def test_the_page_on_releases_counts_as_the_list_does() -> None:
    page = (ROOT / "docs" / "releases.md").read_text("utf-8")
    assert f"**Few packages.** {len(notices.listed())} in all" in page


def test_no_licence_asks_for_more_than_a_notice() -> None:
    """One that wants our own source under it would be found here, and a person must decide."""
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \|", notices.PAGE.read_text("utf-8"), re.M)
    assert not [licence for licence in rows if re.search(r"\bA?GPL|Affero", licence)]


def test_an_image_is_given_every_file_that_the_wheel_takes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    taken = {*wheel["shared-data"], *wheel["force-include"], *wheel["packages"], *project["project"]["license-files"]}
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert taken | {"hatch_build.py", "README.md", "pyproject.toml"} <= let_in


def test_build_tools_are_pinned_by_hash() -> None:
    lines = (ROOT / "deploy/release/tools.txt").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", lines, re.M))
    assert pinned >= set((ROOT / "deploy/release/tools.in").read_text("utf-8").split())
    entries = re.findall(r"^[a-z0-9.-]+==.*$", lines, re.M)
    assert len(re.findall(r"^[a-z0-9.-]+==.* \\\n +--hash=sha256:", lines, re.M)) == len(entries) > 20


def test_a_checkout_is_built_by_the_same_tools_everywhere() -> None:
    """An installer's pip fetches them: without a version it would run whatever was uploaded last."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    lines = (ROOT / "deploy/release/tools.txt").read_text("utf-8").splitlines()
    assert "hatchling" in {line.partition("==")[0] for line in needed}
    assert {f"{line} \\" for line in needed} <= set(lines)


def test_the_oldest_that_the_program_takes_can_build_it_too() -> None:
    """pip holds a build to `PIP_CONSTRAINT` too: CI's run with the lowest versions ended there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = {need.name: need.specifier for need in map(Requirement, project["build-system"]["requires"])}
    for need in map(Requirement, project["project"]["dependencies"]):
        lowest = [spec.version for spec in need.specifier if spec.operator == ">="]
        assert need.name not in pins or all(pins[need.name].contains(version) for version in lowest), need.name
