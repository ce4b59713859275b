"""Wheels made of what is installed here, so that a real pip installs the real program without a network.

In: the running Python's packages, and this checkout. Out: a folder for `pip --find-links`, and wheels of ours that list
these packages with their hashes, in any version.
"""

import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
OURS = "gcli2api-tui"
SHARED = ("termux-install.sh", "deploy/gcli2api-tui-termux.sh")
"""What pyproject.toml puts into share/ (tests/test_termux_install.py)."""


def all_needed(folder: Path) -> str:
    """Fill the folder; returns the list of what is in it, with hashes, as pip reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted({name for name, _ in _needed(OURS, frozenset())})
    wheels = {name: _wheel_of(metadata.distribution(name), folder) for name in names}
    return "".join(
        f"{name}=={metadata.version(name)} --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n"
        for name, wheel in wheels.items()
    )


def ours(folder: Path, listed: str, version: str) -> Path:
    """Our wheel as hatch would make it, of the files as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    info, share = f"gcli2api_tui-{version}.dist-info", f"gcli2api_tui-{version}.data/data/share/{OURS}"
    files = {str(path.relative_to(ROOT)): path.read_bytes() for path in _sources()}
    first = files["gcli2api_tui/__init__.py"].decode()
    told = metadata.distribution(OURS).read_text("METADATA") or ""
    files |= {
        "gcli2api_tui/__init__.py": re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', first).encode(),
        "gcli2api_tui/requirements.txt": listed.encode(),
        f"{info}/METADATA": re.sub(r"(?m)^Version: .*", f"Version: {version}", told).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **{f"{share}/{Path(path).name}": (ROOT / path).read_bytes() for path in SHARED},
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD")).encode()
    return _written(folder / f"gcli2api_tui-{version}-py3-none-any.whl", files)


def _sources() -> Iterator[Path]:
    for path in (ROOT / "gcli2api_tui").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def _needed(name: str, extras: frozenset[str]) -> set[tuple[str, frozenset[str]]]:
    """What it needs here, and what that needs in turn."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(name, extras)]
    while waiting:
        wanted, its_extras = waiting.pop()
        for line in metadata.requires(wanted) or ():
            one = Requirement(line)
            holds = one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in its_extras or {""})
            key = (one.name.lower(), frozenset(one.extras))
            if holds and key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _wheel_of(one: metadata.Distribution, folder: Path) -> Path:
    tag = re.findall(r"(?m)^Tag: (\S+)", one.read_text("WHEEL") or "")[-1]
    inside = [file for file in one.files or () if ".." not in file.parts and file.suffix != ".pyc"]
    kept = {str(file): Path(str(file.locate())).read_bytes() for file in inside if file.name not in _NOT_OF_A_WHEEL}
    return _written(folder / f"{re.sub('[-_.]+', '_', one.name)}-{one.version}-{tag}.whl", kept)


_NOT_OF_A_WHEEL = frozenset({"direct_url.json", "INSTALLER", "REQUESTED", "uv_cache.json"})


def _written(wheel: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel
