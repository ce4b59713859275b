"""Real clients from npm, pinned by tests/clients/package-lock.json."""

import subprocess
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"


def installed(*parts: str) -> Path:
    """A file of a package; installed from the lock file where that was not done yet."""
    file = CLIENTS.joinpath("node_modules", *parts)
    if not file.exists():
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(words, cwd=CLIENTS, check=True, timeout=180, stdin=subprocess.DEVNULL)
    return file
