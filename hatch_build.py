"""What the build adds: the commit that a wheel or an sdist was made of, as `gcli2api_tui/commit.txt`.

In: the checkout, asked with git. Out: one line, or no file where there is no git (an sdist brings its own). An editable
install gets none: it asks its checkout when somebody wants to know.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "gcli2api_tui/commit.txt"
DESCRIBE = ("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12")


class CommitHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable" or (root / STAMP).exists() or not (commit := _commit(root)):
            return
        folder = Path(tempfile.mkdtemp())
        self._made = folder / "commit.txt"
        self._made.write_text(f"{commit}\n", encoding="ascii")
        build_data["force_include"][str(self._made)] = STAMP

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if made := getattr(self, "_made", None):
            made.unlink()
            made.parent.rmdir()


def _commit(root: Path) -> str:
    """Of this very folder: a checkout around it, in which it only lies, says nothing of it."""
    if not (root / ".git").exists():
        return ""
    try:
        asked = subprocess.run(DESCRIBE, cwd=root, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
