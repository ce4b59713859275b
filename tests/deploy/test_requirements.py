"""deploy/requirements.txt against pyproject.toml and what is installed: nothing is missing in it, and all has hashes.

Needs no network: what a listed package needs in turn is what the installed one says.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
DIRECT = [Requirement(line) for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]]
ENTRY = re.compile(
    r"(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))?(?P<hashes>(?: \\\n +--hash=\S+)+)"
)
TEXT = (ROOT / "deploy" / "requirements.txt").read_text("utf-8")
LISTED: dict[str, list[str]] = {}
for found in ENTRY.finditer(TEXT):
    LISTED.setdefault(found["name"], []).append(found["version"])

SYSTEMS = (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows"), ("android", "Android"))
PLACES = [
    {"sys_platform": system, "platform_system": name, "os_name": "nt" if system == "win32" else "posix"}
    | {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0"}
    for system, name in SYSTEMS
    for minor in range(11, 16)
]


def anywhere(marker: Marker | None, extras: set[str]) -> bool:
    """Whether it holds on one of the systems and Pythons that are supported."""
    if marker is None:
        return True
    return any(marker.evaluate({**place, "extra": extra}) for place in PLACES for extra in (extras or {""}))


def needed(requirements: list[Requirement]) -> Iterator[str]:
    """All of them, and what they need in turn."""
    waiting, seen = [(one, {""}) for one in requirements], set()
    while waiting:
        one, extras = waiting.pop()
        key = (canonicalize_name(one.name), tuple(sorted(one.extras)))
        if not anywhere(one.marker, extras) or key in seen:
            continue
        seen.add(key)
        yield key[0]
        waiting += [(Requirement(line), one.extras or {""}) for line in told(one.name)]


def told(name: str) -> list[str]:
    """What it needs, by the installed one; nothing where that is of another version, or of another system alone."""
    try:
        return (
            metadata.requires(name) or [] if metadata.version(name) in LISTED.get(canonicalize_name(name), ()) else []
        )
    except metadata.PackageNotFoundError:
        return []


def test_every_line_is_understood_and_has_hashes_of_the_strong_kind() -> None:
    left = ENTRY.sub("", TEXT)
    assert [line for line in left.splitlines() if line.strip() and not line.startswith("#")] == []
    assert set(re.findall(r"--hash=(\w+):", TEXT)) == {"sha256"}
    assert len(LISTED) > 30


def test_nothing_that_is_needed_is_missing() -> None:
    assert set(needed(DIRECT)) - set(LISTED) == set()


@pytest.mark.parametrize("one", DIRECT, ids=str)
def test_the_versions_are_those_that_pyproject_allows(one: Requirement) -> None:
    versions = LISTED[canonicalize_name(one.name)]
    assert all(one.specifier.contains(version) for version in versions), "run deploy/release/lock.py"
