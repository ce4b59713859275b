"""How this program came onto this machine, and the lines that bring its next version the same way.

In: the environment that it runs in, and what whoever installed it wrote there. Out: an `Installed`. Nothing is asked
of any index, and nothing is changed.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from gcli2api_tui import container_detection
from gcli2api_tui.lifecycle.restart import LAUNCHER
from gcli2api_tui.quick_dataclass import dataclass

NAME = "gcli2api-tui"
ON_A_PHONE = "gcli2api-tui-termux"
Way = Literal["installer", "pipx", "uv-tool", "checkout", "archive", "container", "system", "index"]
Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Here:
    """What the answer depends on."""

    prefix: Path
    python: Path
    package: Path
    from_where: dict[str, Any]
    """PEP 610: where it was taken from, unless from an index."""
    installer: str = ""
    """The program that wrote it there, in small letters."""
    in_container: bool = False
    has: Callable[[str], str | None] = shutil.which


@dataclass(frozen=True, slots=True)
class Installed:
    """`runs`: the lines can be run here; else a person does something first, or elsewhere."""

    way: Way
    lines: tuple[Line, ...]
    runs: bool = True
    source: str = ""


_BUILT_ANEW: tuple[Line, ...] = (
    ("git", "pull", "--ff-only"),
    ("docker", "compose", "-f", "deploy/compose.yaml", "up", "-d", "--build", "--pull", "always"),
)
"""In the checkout that the image was made of: no registry has one to be pulled."""


def found() -> Installed:
    return installation(_here())


def installation(here: Here) -> Installed:
    if (script := _installer(here.prefix.parent)) is not None:
        return Installed("installer", (*_pulled(_kept_source(here.prefix.parent)), script))
    if (here.prefix / "built-for").is_file() and here.has(ON_A_PHONE):
        return Installed("installer", (*_pulled(_kept_source(here.prefix)), (ON_A_PHONE, "update")))
    if (here.prefix / "pipx_metadata.json").is_file():
        return Installed("pipx", (("pipx", "upgrade", NAME),))
    if (here.prefix / "uv-receipt.toml").is_file():
        return Installed("uv-tool", (("uv", "tool", "upgrade", NAME),))
    url = str(here.from_where.get("url", ""))
    if "dir_info" in here.from_where or (not here.installer and (here.package.parent / ".git").exists()):
        folder = _path(url) if url else here.package.parent
        editable = ("-e",) if not url or here.from_where["dir_info"].get("editable") else ()
        return Installed("checkout", (*_pulled(folder), (*_pip(here), *editable, str(folder))), source=str(folder))
    if here.in_container:
        return Installed("container", _BUILT_ANEW, runs=False)
    if "vcs_info" in here.from_where:
        address = f"{here.from_where['vcs_info'].get('vcs', 'git')}+{url}"
        return Installed("index", ((*_pip(here), "--upgrade", address),), source=address)
    if url:
        return Installed("archive", ((*_pip(here), "--upgrade", url),), runs=False, source=url)
    if here.installer not in ("pip", "uv", ""):
        return Installed("system", (), runs=False, source=here.installer)
    return Installed("index", ((*_pip(here), "--upgrade", NAME),))


def _installer(app: Path) -> Line | None:
    """Ours leave themselves beside the environments that they make."""
    if (app / "install.ps1").is_file() and (app / "source").is_file():
        return ("powershell", "-ExecutionPolicy", "Bypass", "-File", str(app / "install.ps1"))
    script = app / "install.sh"
    if not script.is_file() or not (app / "source").is_file():
        return None
    with script.open(encoding="utf-8", errors="replace") as file:
        return ("bash" if "bash" in file.readline(100) else "sh", str(script))


def _kept_source(folder: Path) -> Path | None:
    try:
        return Path((folder / "source").read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def _pulled(folder: Path | None) -> tuple[Line, ...]:
    """A checkout is brought up to date; where one has no history, a person does it."""
    return (("git", "-C", str(folder), "pull", "--ff-only"),) if folder and (folder / ".git").exists() else ()


def _pip(here: Here) -> Line:
    """An environment that uv made has no pip in it."""
    if here.installer == "uv" and here.has("uv"):
        return ("uv", "pip", "install", "--python", str(here.python))
    return (str(here.python), "-P", "-m", "pip", "install")


def _path(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def _here() -> Here:
    installer, from_where = _notes()
    package = Path(__file__).parent
    return Here(
        Path(sys.prefix), Path(sys.executable), package, from_where, installer, container_detection.runs_in_one()
    )


def _notes() -> tuple[str, dict[str, Any]]:
    """Of whoever installed it; nothing where it only runs from its folder."""
    try:
        there = metadata.distribution(NAME)
        installer = (there.read_text("INSTALLER") or "").strip().lower()
        from_where = json.loads(there.read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return "", {}
    return installer, from_where if isinstance(from_where, dict) else {}


def program() -> Line:
    """How the one that is installed now is started: an upgrade may have put it into another environment."""
    if launcher := os.environ.get(LAUNCHER):
        return (launcher,)
    on_path = shutil.which(NAME)
    own = Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin") / NAME
    if on_path and (not own.exists() or Path(on_path).resolve() == own.resolve()):
        return (on_path,)
    return (sys.executable, *(() if _runs_where_one_stands() else ("-P",)), "-m", "gcli2api_tui")


def _runs_where_one_stands() -> bool:
    """With -P Python does not look into that folder first: there may be another checkout in it."""
    try:
        return Path(__file__).parent.parent.samefile(Path.cwd())
    except OSError:
        return False
