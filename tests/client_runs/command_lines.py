"""Agents with a command line and tools of their own: they read a file and run a command at once, fail once, and end.

In: a Place and a scenario. Out: words to start, files they want before, and the turns that the stand-in's model plays
with their tools. Each is in a home of its own, told nothing but our address and key.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from .clients import DRIVERS, Client, Place
from .scenarios import CITY, CLOSE, SMALL, STORY, WEATHER, Scenario

Turns = tuple[Mapping[str, object], ...]
CLIENTS = Path(__file__).parents[1] / "clients"


def prompt_of(scenario: Scenario) -> str:
    return STORY if scenario.play == "story" else "Read notes.txt, count its lines, then look at missing.txt."


def _turns(read: str, path: str, shell: str, command: str, work: Path) -> Turns:
    """`path` and `command` are what the tools call these arguments; `[…]` around one says that it is a list."""

    def given(name: str, value: object) -> dict[str, object]:
        if name == "[files]":
            return {"files": [{"path": value}]}
        return {name.strip("[]"): [value] if name.startswith("[") else value}

    looks = {"tool": read, "args": given(path, str(work / "notes.txt"))}
    counts = {"tool": shell, "args": given(command, "wc -l notes.txt")}
    fails = {"tool": shell, "args": given(command, "cat missing.txt")}
    return ({"text": "Both at once.", "calls": [looks, counts]}, {"calls": [fails]}, {"text": CLOSE})


def _own_turns(*names: str) -> Callable[[Path], Turns]:
    return partial(_turns, *names)


def _bin(place: Place, name: str) -> str:
    return str(place.installed / "node" / "node_modules" / ".bin" / name)


def _opencode(place: Place, scenario: Scenario) -> Sequence[str]:
    return [_bin(place, "opencode"), "run", "-m", f"ours/{scenario.model}", prompt_of(scenario)]


def _opencode_config(place: Place, scenario: Scenario) -> None:
    ours = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Ours",
        "options": {"baseURL": f"{place.url}/v1", "apiKey": scenario.key},
        "models": {name: {"name": name, "tool_call": True} for name in {scenario.model, SMALL}},
    }
    config = {"autoupdate": False, "share": "disabled", "permission": "allow", "small_model": f"ours/{SMALL}"}
    (place.work / "opencode.json").write_text(json.dumps({**config, "provider": {"ours": ours}}))


def _qwen(way: str, place: Place, scenario: Scenario) -> Sequence[str]:
    return [_bin(place, "qwen"), "--auth-type", way, "-m", scenario.model, "-y", "-p", prompt_of(scenario)]


def _qwen_environment(way: str, place: Place, scenario: Scenario) -> Mapping[str, str]:
    if way == "gemini":
        return {"GEMINI_API_KEY": scenario.key, "GOOGLE_GEMINI_BASE_URL": place.url}
    return {"OPENAI_API_KEY": scenario.key, "OPENAI_BASE_URL": f"{place.url}/v1"}


def _cline(place: Place, scenario: Scenario) -> Sequence[str]:
    ours = ["-P", "openai-compatible", "-k", scenario.key, "-m", scenario.model]
    at = ["auth", "openai-compatible", "--apikey", scenario.key, "--modelid", scenario.model]
    cline = _bin(place, "cline")
    both = [[cline, *at, "--baseurl", f"{place.url}/v1"], [cline, *ours, "--retries", "1", prompt_of(scenario)]]
    return ["sh", "-c", " && ".join(" ".join(f"'{word}'" for word in words) for words in both)]


def _continue(place: Place, scenario: Scenario) -> Sequence[str]:
    return [_bin(place, "cn"), "-p", prompt_of(scenario), "--config", str(place.home / "config.yaml"), "--auto"]


def _continue_config(place: Place, scenario: Scenario) -> None:
    ours = {
        "name": "ours",
        "provider": "openai",
        "model": scenario.model,
        "apiBase": f"{place.url}/v1",
        "apiKey": scenario.key,
        "capabilities": ["tool_use"],
        "roles": ["chat", "edit", "apply"],
    }
    config = {"name": "ours", "version": "1.0.0", "schema": "v1", "models": [ours]}
    (place.home / "config.yaml").write_text(json.dumps(config))


def _newest(place: Place, *path: str) -> str:
    """As it was installed for the run, else of the clients that the project's own tests pin."""
    newest, pinned = (folder.joinpath("node_modules", *path) for folder in (place.installed / "node", CLIENTS))
    return str(newest if newest.exists() else pinned)


def _codex(place: Place, scenario: Scenario) -> Sequence[str]:
    words = ["exec", "--skip-git-repo-check", "-s", "danger-full-access", prompt_of(scenario)]
    return [_node(), _newest(place, "@openai", "codex", "bin", "codex.js"), *words]


def _codex_config(place: Place, scenario: Scenario) -> None:
    (place.home / ".codex").mkdir(exist_ok=True)
    (place.home / ".codex" / "config.toml").write_text(
        f'model = "{scenario.model}"\nmodel_provider = "ours"\napproval_policy = "never"\n\n'
        f'[model_providers.ours]\nname = "ours"\nbase_url = "{place.url}/v1"\nenv_key = "OURS_KEY"\n'
        'wire_api = "responses"\n'
    )


def _claude_code(place: Place, scenario: Scenario) -> Sequence[str]:
    claude = _newest(place, "@anthropic-ai", "claude-code-linux-x64", "claude")
    return [claude, "-p", prompt_of(scenario), "--dangerously-skip-permissions"]


def _claude_code_environment(place: Place, scenario: Scenario) -> Mapping[str, str]:
    return {
        "ANTHROPIC_BASE_URL": place.url,
        "ANTHROPIC_AUTH_TOKEN": scenario.key,
        "ANTHROPIC_MODEL": scenario.model,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": SMALL,
        "ANTHROPIC_SMALL_FAST_MODEL": SMALL,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",
    }


def _gemini_cli(place: Place, scenario: Scenario) -> Sequence[str]:
    script = _newest(place, "@google", "gemini-cli", "bundle", "gemini.js")
    return [_node(), script, "-m", scenario.model, "-y", "-p", prompt_of(scenario)]


def _gemini_cli_config(place: Place, scenario: Scenario) -> None:
    (place.home / ".gemini").mkdir(exist_ok=True)
    settings = {"general": {"enableAutoUpdate": False}, "security": {"auth": {"selectedType": "gemini-api-key"}}}
    (place.home / ".gemini" / "settings.json").write_text(json.dumps(settings))


def _llm(place: Place, scenario: Scenario) -> Sequence[str]:
    more = {
        "story": [STORY],
        "tools": ["--functions", str(DRIVERS / "llm_functions.py"), WEATHER],
        "structured": ["--schema", "city str, degrees int", CITY],
    }
    return [str(place.installed / "py" / "llm" / "bin" / "llm"), "-m", "ours", *more[scenario.play]]


def _llm_config(place: Place, scenario: Scenario) -> None:
    ours = {
        "model_id": "ours",
        "model_name": scenario.model,
        "api_base": f"{place.url}/v1",
        "api_key_name": "ours",
        "supports_tools": True,
        "supports_schema": True,
    }
    (place.home / "extra-openai-models.yaml").write_text(json.dumps([ours]))
    (place.home / "keys.json").write_text(json.dumps({"ours": scenario.key}))


def _aider(place: Place, scenario: Scenario) -> Sequence[str]:
    quiet = ["--no-git", "--yes-always", "--no-check-update", "--no-analytics", "--no-show-model-warnings"]
    aider = str(place.installed / "py" / "aider-chat" / "bin" / "aider")
    return [aider, "--model", f"openai/{scenario.model}", *quiet, "--timeout", "60", "--message", STORY]


def _node() -> str:
    return shutil.which("node") or "node"


AGENTS = (
    Client(
        "llm",
        "llm",
        "pypi",
        _llm,
        environment=lambda place, scenario: {"LLM_USER_PATH": str(place.home)},
        prepare=_llm_config,
    ),
    Client(
        "aider",
        "aider-chat",
        "pypi",
        _aider,
        ("story",),
        environment=lambda place, scenario: {
            "OPENAI_API_KEY": scenario.key,
            "OPENAI_API_BASE": f"{place.url}/v1",
        },
    ),
    Client(
        "opencode",
        "opencode-ai",
        "npm",
        _opencode,
        ("story", "tools"),
        prepare=_opencode_config,
        turns=_own_turns("^read$", "filePath", "^bash$", "command"),
    ),
    *(
        Client(
            f"qwen-code ({way})",
            "@qwen-code/qwen-code",
            "npm",
            partial(_qwen, way),
            ("story", "tools"),
            environment=partial(_qwen_environment, way),
            turns=_own_turns("^read_file$", "file_path", "^run_shell_command$", "command"),
        )
        for way in ("openai", "gemini")
    ),
    Client(
        "cline",
        "cline",
        "npm",
        _cline,
        ("story", "tools"),
        turns=_own_turns("^read_files$", "[files]", "^run_commands$", "[commands]"),
    ),
    Client(
        "Continue (cn)",
        "@continuedev/cli",
        "npm",
        _continue,
        ("story", "tools"),
        prepare=_continue_config,
        turns=_own_turns("^Read$", "filepath", "^Bash$", "command"),
    ),
    Client(
        "Codex",
        "@openai/codex",
        "npm",
        _codex,
        ("story", "tools"),
        environment=lambda place, scenario: {"CODEX_HOME": str(place.home / ".codex"), "OURS_KEY": scenario.key},
        prepare=_codex_config,
        turns=_own_turns("^exec_command$|^shell$", "cmd", "^exec_command$|^shell$", "cmd"),
    ),
    Client(
        "Claude Code",
        "@anthropic-ai/claude-code",
        "npm",
        _claude_code,
        ("story", "tools"),
        environment=_claude_code_environment,
        turns=_own_turns("^Read$", "file_path", "^Bash$", "command"),
    ),
    Client(
        "Gemini CLI",
        "@google/gemini-cli",
        "npm",
        _gemini_cli,
        ("story", "tools"),
        environment=lambda place, scenario: {
            "GEMINI_API_KEY": scenario.key,
            "GOOGLE_GEMINI_BASE_URL": place.url,
            "GEMINI_CLI_HOME": str(place.home),
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
        },
        prepare=_gemini_cli_config,
        turns=_own_turns("^read_file$", "file_path", "^run_shell_command$", "command"),
    ),
)
