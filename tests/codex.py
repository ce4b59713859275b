"""The official Codex, run headless in a home of its own with a clean environment."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import npm


@dataclass(frozen=True)
class Session:
    """How a run ended; `events` are what it printed."""

    status: int
    events: list[Any]
    errors: str

    def items(self, kind: str) -> list[Any]:
        """Finished items of a type, in order."""
        done = [event["item"] for event in self.events if event["type"] == "item.completed"]
        return [item for item in done if item["type"] == kind]


def run(
    home: Path,
    work: Path,
    base_url: str,
    prompt: str,
    *,
    model: str,
    sandbox: str = "workspace-write",
    provider: str = "ours",
    settings: str = "",
) -> Session:
    """One session in the folder `work`. Codex takes a provider called `OpenAI` to be able to do what OpenAI does."""
    config = home / ".codex"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        f"""
model = "{model}"
model_provider = "ours"
approval_policy = "never"
{settings}

[model_providers.ours]
name = "{provider}"
base_url = "{base_url}"
env_key = "OURS_KEY"
wire_api = "responses"
"""
    )
    words = ["exec", "--json", "--skip-git-repo-check", "-s", sandbox, prompt]
    done = subprocess.run(
        [shutil.which("node") or "node", str(npm.installed("@openai", "codex", "bin", "codex.js")), *words],
        cwd=work,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "CODEX_HOME": str(config), "OURS_KEY": "pwd"},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return Session(done.returncode, events, done.stderr[-3000:])
