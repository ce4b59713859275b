"""What real clients do with a 429 of 10 s and of 5 hours: `python tests/clients/waits.py [--packages FOLDER] [NAME …]`.

FOLDER is where `npm install opencode-ai @qwen-code/qwen-code ai @ai-sdk/openai-compatible @ai-sdk/anthropic` was run;
without it those clients are left out. Each run has a server of its own (`hold_s` 0, or nobody would see a 429) with one
key, which the stand-in refuses once. A client that still waits after WATCHED_S is ended. Out: one line a run, with the
moments of the requests, how the client ended and its last words. The table in docs/pool.md, "Waiting", is made from it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import claude_code
import npm
import programs

MODEL = "gemini-2.5-flash"
WATCHED_S = 75
SPANS = {"10 s": 10, "5 h": 18_000}
NODE = shutil.which("node") or "node"
AI_SDK = """
import { generateText } from "ai";
import { %(make)s } from "%(package)s";
const provider = %(make)s({ name: "ours", apiKey: "pwd", baseURL: process.env.OURS });
try {
  console.log((await generateText({ model: provider("%(model)s"), prompt: "hi" })).text);
} catch (error) {
  console.error(String(error.message ?? error));
  process.exit(1);
}
"""


@dataclass(frozen=True)
class Run:
    """One client's command in a home of its own."""

    words: list[str]
    environment: Mapping[str, str]
    folder: Path | None = None


def sdk_python(home: Path, url: str, packages: Path) -> Run:
    code = "import openai; print(openai.OpenAI().chat.completions.create("
    code += f"model='{MODEL}', messages=[{{'role': 'user', 'content': 'hi'}}]).choices[0].message.content)"
    return Run([sys.executable, "-c", code], {"OPENAI_API_KEY": "pwd", "OPENAI_BASE_URL": f"{url}/v1"})


def sdk_anthropic(home: Path, url: str, packages: Path) -> Run:
    code = "import anthropic; print(anthropic.Anthropic().messages.create("
    code += f"model='{MODEL}', max_tokens=99, messages=[{{'role': 'user', 'content': 'hi'}}]).content[0].text)"
    return Run([sys.executable, "-c", code], {"ANTHROPIC_API_KEY": "pwd", "ANTHROPIC_BASE_URL": url})


def ai_sdk(package: str, make: str, path: str) -> Callable[[Path, str, Path], Run]:
    def made(home: Path, url: str, packages: Path) -> Run:
        script = packages / f"waits-{make}-{os.getpid()}.mjs"
        script.write_text(AI_SDK % {"make": make, "package": package, "model": MODEL})
        return Run([NODE, str(script)], {"OURS": f"{url}{path}"}, packages)

    return made


def opencode(home: Path, url: str, packages: Path) -> Run:
    options = {"baseURL": f"{url}/v1", "apiKey": "pwd"}
    ours = {"npm": "@ai-sdk/openai-compatible", "name": "ours", "options": options, "models": {MODEL: {"name": MODEL}}}
    config = json.dumps({"provider": {"ours": ours}, "model": f"ours/{MODEL}", "small_model": f"ours/{MODEL}"})
    binary = packages / "node_modules" / "opencode-linux-x64" / "bin" / "opencode"
    more = {"OPENCODE_CONFIG_CONTENT": config, "OPENCODE_DISABLE_AUTOUPDATE": "1"}
    return Run([str(binary), "run", "--print-logs", "say hi"], more)


def qwen(home: Path, url: str, packages: Path) -> Run:
    words = [str(packages / "node_modules" / ".bin" / "qwen"), "--auth-type", "openai", "-p", "say hi"]
    own = {"OPENAI_API_KEY": "pwd", "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_MODEL": MODEL}
    return Run(words, own)


def codex(home: Path, url: str, packages: Path) -> Run:
    (home / ".codex").mkdir()
    (home / ".codex" / "config.toml").write_text(
        f'model = "{MODEL}"\nmodel_provider = "ours"\napproval_policy = "never"\n[model_providers.ours]\n'
        f'name = "ours"\nbase_url = "{url}/v1"\nenv_key = "OURS_KEY"\nwire_api = "responses"\n'
    )
    words = ["exec", "--json", "--skip-git-repo-check", "-s", "read-only", "say hi"]
    own = {"CODEX_HOME": str(home / ".codex"), "OURS_KEY": "pwd"}
    return Run([NODE, str(npm.installed("@openai", "codex", "bin", "codex.js")), *words], own)


def claude(home: Path, url: str, packages: Path) -> Run:
    own = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_AUTH_TOKEN": "pwd", "ANTHROPIC_MODEL": MODEL}
    own |= {"ANTHROPIC_DEFAULT_HAIKU_MODEL": MODEL, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "IS_SANDBOX": "1"}
    return Run([str(claude_code.entry()), "-p", "say hi", "--output-format", "json"], own)


def gemini(home: Path, url: str, packages: Path) -> Run:
    (home / ".gemini").mkdir()
    (home / ".gemini" / "settings.json").write_text(
        json.dumps({"security": {"auth": {"selectedType": "gemini-api-key"}}, "telemetry": {"enabled": False}})
    )
    own = {"GEMINI_CLI_HOME": str(home), "GEMINI_CLI_TRUST_WORKSPACE": "true", "GEMINI_API_KEY": "pwd"}
    entry = npm.installed("@google", "gemini-cli", "bundle", "gemini.js")
    return Run([NODE, str(entry), "-m", MODEL, "-p", "say hi"], own | {"GOOGLE_GEMINI_BASE_URL": url})


CLIENTS: dict[str, Callable[[Path, str, Path], Run]] = {
    "openai-python": sdk_python,
    "anthropic-python": sdk_anthropic,
    "codex": codex,
    "claude-code": claude,
    "gemini-cli": gemini,
    "ai-sdk-openai-compatible": ai_sdk("@ai-sdk/openai-compatible", "createOpenAICompatible", "/v1"),
    "ai-sdk-anthropic": ai_sdk("@ai-sdk/anthropic", "createAnthropic", "/v1"),
    "opencode": opencode,
    "qwen-code": qwen,
}
FROM_PACKAGES = ("ai-sdk", "opencode", "qwen")


def tried(name: str, span: str, google: str, packages: Path) -> str:
    """One run of one client, as a line."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with programs.server_with_key(home / "server", google, GCLI2API_HOLD_S="0") as url:
            kind = "per_minute" if SPANS[span] < 60 else "per_day"
            programs.fetch(f"{google}/sim/faults", {"kind": kind, "delay_s": SPANS[span], "count": 1})
            run = CLIENTS[name](home, url, packages)
            began = time.time()
            status, said = _watched(run, home)
            rows = programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["exchanges"]
            moments = ", ".join(f"{row['opened_at'] - began:.1f} s → {row['status']}" for row in rows)
            return f"{name} | {span} | {moments} | {time.time() - began:.0f} s, {status} | {said}"


def _watched(run: Run, home: Path) -> tuple[str, str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **run.environment}
    with subprocess.Popen(
        run.words, cwd=run.folder or home, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=WATCHED_S)
            status = f"exit {process.returncode}"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            said, _ = process.communicate()
            status = "still waiting"
    return status, " / ".join(said.split("\n")[-6:])[-500:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    with programs.simulator() as google:
        for name in chosen.names or CLIENTS:
            if chosen.packages or not name.startswith(FROM_PACKAGES):
                for span in SPANS:
                    print(tried(name, span, google, chosen.packages or Path()), flush=True)


if __name__ == "__main__":
    main()
