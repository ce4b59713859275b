"""The official Gemini CLI, run headless in a home of its own with a clean environment."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import npm

NOTES = "The password of the day is swordfish.\n"
"""What stands in notes.txt, in the folder that it works in."""


def entry() -> Path:
    """Its main script."""
    return npm.installed("@google", "gemini-cli", "bundle", "gemini.js")


def ask(
    home: Path, prompt: str, *options: str, sign_in: str, model: str = "gemini-2.5-flash", **environment: str
) -> Any:
    """One run; its JSON answer. `sign_in` is its selectedType, `environment` what that needs."""
    (home / ".gemini").mkdir(parents=True)
    settings = {
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "security": {"auth": {"selectedType": sign_in}},
    }
    (home / ".gemini" / "settings.json").write_text(json.dumps(settings))
    work = home / "work"
    work.mkdir()
    (work / "notes.txt").write_text(NOTES)
    own = {"HOME": str(home), "GEMINI_CLI_HOME": str(home), "GEMINI_CLI_TRUST_WORKSPACE": "true"}
    done = subprocess.run(
        [shutil.which("node") or "node", str(entry()), "-m", model, "-p", prompt, "-o", "json", *options],
        cwd=work,
        env={"PATH": os.environ["PATH"], **own, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout[done.stdout.index("{") :])
