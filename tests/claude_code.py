"""The official Claude Code, run headless in a home of its own with a clean environment."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import npm

SMALL = "gemini-2.5-flash"
"""What it asks on the side (titles, summaries)."""


def entry() -> Path:
    """Its program; the package's own script would only look for it."""
    return npm.installed("@anthropic-ai", "claude-code-linux-x64", "claude")


def ask(home: Path, work: Path, url: str, prompt: str, *, model: str, key: str = "pwd") -> tuple[int, Any]:
    """One session in the folder `work`: exit status, and the JSON it printed."""
    home.mkdir(parents=True)
    own = {
        "HOME": str(home),
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_AUTH_TOKEN": key,
        "ANTHROPIC_MODEL": model,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": SMALL,
        "ANTHROPIC_SMALL_FAST_MODEL": SMALL,
        "DISABLE_TELEMETRY": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",
    }
    done = subprocess.run(
        [str(entry()), "-p", prompt, "--output-format", "json", "--dangerously-skip-permissions"],
        cwd=work,
        env={"PATH": os.environ["PATH"], **own},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout + done.stderr
