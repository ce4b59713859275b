"""Which version this is, with the commit it was made of: what `--version` and a report of the doctor say.

In: the line that the build wrote beside this file, or the checkout that this file lies in. Out: `0.1.0 (1f0c2ab9d3e4)`,
without the commit where nobody knows it. Git is asked only when somebody asks, never at an import.
"""

import re
from pathlib import Path

from gcli2api_tui import __version__

HERE = Path(__file__).parent
_COMMIT = re.compile(r"[0-9a-f]{7,40}(-dirty)?")


def line() -> str:
    return f"gcli2api-tui, version {full()}"


def full() -> str:
    return f"{__version__} ({found})" if (found := commit()) else __version__


def commit(package: Path = HERE) -> str:
    """Its short hash, with `-dirty` behind it where files were changed since; "" where nobody knows."""
    try:
        said = (package / "commit.txt").read_text(encoding="ascii")
    except (OSError, ValueError):
        said = _of_checkout(package.parent)
    return said.strip() if _COMMIT.fullmatch(said.strip()) else ""


def _of_checkout(root: Path) -> str:
    if not (root / ".git").exists():
        return ""
    import subprocess

    asked = ("git", "-C", str(root), "rev-parse", "--short=12", "HEAD")
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
