"""Recipes of agents and command lines that keep their settings in a file. State of knowledge: 2026-11-29.

What is written here was tried with the versions of docs/clients.md, by `python -m tests.client_runs.connected`.
"""

from gcli2api_tui.recipes.recipe import NAME, ClientFile, Recipe, in_app_dir, in_config, in_home

CODEX = Recipe(
    id="codex",
    name="Codex",
    kind="agent",
    speaks="OpenAI Responses",
    typed="""\
# ~/.codex/config.toml
model = "{best:string}"
model_provider = "gcli2api"

[model_providers.gcli2api]
name = "gcli2api-tui"
base_url = "{url:string}/v1"
env_key = "GCLI2API_KEY"
wire_api = "responses"

# then, in a shell:
export GCLI2API_KEY={key:shell}
codex""",
    files=(
        ClientFile(
            "toml",
            in_home(".codex/config.toml", variable="CODEX_HOME", below="config.toml"),
            (
                (("model",), "{best}"),
                (("model_provider",), NAME),
                (
                    ("model_providers", NAME),
                    {
                        "name": "gcli2api-tui",
                        "base_url": "{url}/v1",
                        "wire_api": "responses",
                        # A variable would have to be set anew in each shell.
                        "experimental_bearer_token": "{key}",
                    },
                ),
            ),
        ),
    ),
    start="codex",
    programs=("Codex",),
)

CLAUDE = Recipe(
    id="claude",
    name="Claude Code",
    kind="agent",
    speaks="Anthropic Messages",
    typed="""\
export ANTHROPIC_BASE_URL={url:shell}
export ANTHROPIC_AUTH_TOKEN={key:shell}
export ANTHROPIC_MODEL={best:shell}
export ANTHROPIC_DEFAULT_HAIKU_MODEL={cheap:shell}
claude""",
    files=(
        ClientFile(
            "json",
            in_home(".claude/settings.json", variable="CLAUDE_CONFIG_DIR", below="settings.json"),
            (
                (("env", "ANTHROPIC_BASE_URL"), "{url}"),
                (("env", "ANTHROPIC_AUTH_TOKEN"), "{key}"),
                (("env", "ANTHROPIC_MODEL"), "{best}"),
                (("env", "ANTHROPIC_DEFAULT_HAIKU_MODEL"), "{cheap}"),
            ),
        ),
    ),
    start="claude",
    programs=("Claude Code",),
)

GEMINI = Recipe(
    id="gemini",
    name="Gemini CLI",
    kind="agent",
    speaks="Gemini",
    typed="""\
export GOOGLE_GEMINI_BASE_URL={url:shell}
export GEMINI_API_KEY={key:shell}
gemini -m {best:shell}""",
    files=(
        ClientFile(
            "env",
            in_home(".gemini/.env", variable="GEMINI_CLI_HOME", below=".gemini/.env"),
            (
                (("GOOGLE_GEMINI_BASE_URL",), "{url}"),
                (("GEMINI_API_KEY",), "{key}"),
                (("GEMINI_MODEL",), "{best}"),
            ),
        ),
        ClientFile(
            "json",
            in_home(".gemini/settings.json", variable="GEMINI_CLI_HOME", below=".gemini/settings.json"),
            ((("security", "auth", "selectedType"), "gemini-api-key"),),
        ),
    ),
    start="gemini",
    programs=("Gemini CLI",),
)

OPENCODE = Recipe(
    id="opencode",
    name="opencode",
    kind="agent",
    speaks="OpenAI Chat",
    typed="""\
// ~/.config/opencode/opencode.json
{{
  "model": "gcli2api/{best:string}",
  "small_model": "gcli2api/{cheap:string}",
  "provider": {{
    "gcli2api": {{
      "npm": "@ai-sdk/openai-compatible",
      "name": "gcli2api-tui",
      "options": {{
        "baseURL": "{url:string}/v1",
        "apiKey": "{key:string}"
      }},
      "models": {{ "{best:string}": {{}}, "{fast:string}": {{}}, "{cheap:string}": {{}} }}
    }}
  }}
}}""",
    files=(
        ClientFile(
            "json",
            in_config("opencode/opencode.json"),
            (
                (
                    ("provider", NAME),
                    {
                        "npm": "@ai-sdk/openai-compatible",
                        "name": "gcli2api-tui",
                        "options": {"baseURL": "{url}/v1", "apiKey": "{key}"},
                        "models": {name: {"name": name, "tool_call": True} for name in ("{best}", "{fast}", "{cheap}")},
                    },
                ),
                (("model",), f"{NAME}/{{best}}"),
                (("small_model",), f"{NAME}/{{cheap}}"),
            ),
        ),
    ),
    start="opencode",
    programs=("opencode",),
)

QWEN = Recipe(
    id="qwen",
    name="Qwen Code",
    kind="agent",
    speaks="OpenAI Chat",
    typed="""\
export OPENAI_BASE_URL={url:shell}/v1
export OPENAI_API_KEY={key:shell}
qwen --auth-type openai -m {best:shell}""",
    files=(
        ClientFile(
            "json",
            in_home(".qwen/settings.json", variable="QWEN_HOME", below="settings.json"),
            (
                (("env", "OPENAI_BASE_URL"), "{url}/v1"),
                (("env", "OPENAI_API_KEY"), "{key}"),
                (("security", "auth", "selectedType"), "openai"),
                (("model", "name"), "{best}"),
            ),
        ),
    ),
    start="qwen",
    programs=("Qwen Code",),
)

AIDER = Recipe(
    id="aider",
    name="aider",
    kind="agent",
    speaks="OpenAI Chat",
    typed="""\
export OPENAI_API_BASE={url:shell}/v1
export OPENAI_API_KEY={key:shell}
aider --model openai/{best:shell} --weak-model openai/{cheap:shell}""",
    files=(
        ClientFile(
            "yaml",
            in_home(".aider.conf.yml"),
            (
                (("openai-api-base",), "{url}/v1"),
                (("openai-api-key",), "{key}"),
                (("model",), "openai/{best}"),
                (("weak-model",), "openai/{cheap}"),
            ),
        ),
    ),
    start="aider",
    programs=("aider",),
)

CONTINUE = Recipe(
    id="continue",
    name="Continue",
    kind="agent",
    speaks="OpenAI Chat",
    typed="""\
# ~/.continue/config.yaml
name: Local
version: 1.0.0
schema: v1
models:
  - name: "gcli2api-tui"
    provider: "openai"
    model: "{best:string}"
    apiBase: "{url:string}/v1"
    apiKey: "{key:string}"
    roles: ["chat", "edit", "apply"]
    capabilities: ["tool_use"]""",
    files=(
        ClientFile(
            "yaml",
            in_home(".continue/config.yaml", variable="CONTINUE_GLOBAL_DIR", below="config.yaml"),
            (
                (("name",), "Local"),
                (("version",), "1.0.0"),
                (("schema",), "v1"),
                (
                    ("models", "[name=gcli2api-tui]"),
                    {
                        "name": "gcli2api-tui",
                        "provider": "openai",
                        "model": "{best}",
                        "apiBase": "{url}/v1",
                        "apiKey": "{key}",
                        "roles": ["chat", "edit", "apply"],
                        "capabilities": ["tool_use"],
                    },
                ),
            ),
        ),
    ),
    start="cn",
    programs=("Continue",),
)

LLM = Recipe(
    id="llm",
    name="llm",
    kind="agent",
    speaks="OpenAI Chat",
    typed="""\
llm keys set gcli2api --value {key:shell}
cat >> "$(dirname "$(llm logs path)")/extra-openai-models.yaml" <<'EOF'
- model_id: gcli2api
  model_name: "{best:string}"
  api_base: "{url:string}/v1"
  api_key_name: gcli2api
  supports_tools: true
  supports_schema: true
EOF
llm -m gcli2api 'Hi'""",
    files=(
        ClientFile(
            "yaml",
            in_app_dir("io.datasette.llm", "extra-openai-models.yaml", variable="LLM_USER_PATH"),
            (
                (
                    (f"[model_id={NAME}]",),
                    {
                        "model_id": NAME,
                        "model_name": "{best}",
                        "api_base": "{url}/v1",
                        "api_key_name": NAME,
                        "supports_tools": True,
                        "supports_schema": True,
                    },
                ),
            ),
        ),
        ClientFile(
            "json",
            in_app_dir("io.datasette.llm", "keys.json", variable="LLM_USER_PATH"),
            (((NAME,), "{key}"),),
        ),
    ),
    start="llm -m gcli2api 'Hi'",
    programs=("llm",),
)

AGENTS = (CLAUDE, CODEX, GEMINI, OPENCODE, QWEN, AIDER, CONTINUE, LLM)
