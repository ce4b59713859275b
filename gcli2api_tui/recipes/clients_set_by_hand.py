"""Recipes of programs with dialogs, of servers, and of libraries: what is typed, no file is written. As of 2026-11-29.

The names of fields are those that the clients' own documentation shows; docs/clients.md names the pages.
"""

from gcli2api_tui.recipes.recipe import Recipe

CLINE = Recipe(
    id="cline",
    name="Cline",
    kind="chat",
    speaks="OpenAI Chat",
    typed="""\
Cline > Settings (gear)
  API Provider   OpenAI Compatible
  Base URL       {url}/v1
  API Key        {key}
  Model ID       {best}

# or its command line:
cline auth openai-compatible --baseurl {url:shell}/v1 \\
  --apikey {key:shell} --modelid {best:shell}""",
    programs=("Cline",),
)

CURSOR = Recipe(
    id="cursor",
    name="Cursor",
    kind="chat",
    speaks="OpenAI Chat",
    typed="""\
Cursor Settings > Models > API Keys
  OpenAI API Key             {key}
  Override OpenAI Base URL   https://YOUR-PUBLIC-NAME/v1
  Add Custom Model           {best}""",
    programs=("Cursor",),
    note="recipe.cursor",
)

CHERRY = Recipe(
    id="cherry-studio",
    name="Cherry Studio",
    kind="chat",
    speaks="OpenAI Chat",
    typed="""\
Settings > Model Provider > Add
  Provider Type   OpenAI
  API Key         {key}
  API Host        {url}
  Manage          {best}, {fast}""",
    programs=("Cherry Studio",),
)

SILLYTAVERN = Recipe(
    id="sillytavern",
    name="SillyTavern",
    kind="chat",
    speaks="OpenAI Chat",
    typed="""\
API Connections (plug)
  API                      Chat Completion
  Chat Completion Source   Custom (OpenAI-compatible)
  Custom Endpoint          {url}/v1
  Custom API Key           {key}
  Enter a Model ID         {best}
  Connect""",
    programs=("SillyTavern",),
)

OPEN_WEBUI = Recipe(
    id="open-webui",
    name="Open WebUI",
    kind="chat",
    speaks="OpenAI Chat",
    typed="""\
Admin Settings > Connections > OpenAI > +
  URL   {url}/v1
  Key   {key}

# or before its first start:
export OPENAI_API_BASE_URL={url:shell}/v1
export OPENAI_API_KEY={key:shell}
open-webui serve""",
    programs=("Open WebUI",),
    note="recipe.open-webui",
)

LITELLM = Recipe(
    id="litellm",
    name="LiteLLM",
    kind="library",
    speaks="OpenAI Chat",
    typed="""\
# config.yaml of its proxy
model_list:
  - model_name: "{best:string}"
    litellm_params:
      model: "openai/{best:string}"
      api_base: "{url:string}/v1"
      api_key: os.environ/GCLI2API_KEY

# then, in a shell:
export GCLI2API_KEY={key:shell}
litellm --config config.yaml""",
    programs=("LiteLLM",),
)

AI_SDK = Recipe(
    id="ai-sdk",
    name="AI SDK",
    kind="library",
    speaks="OpenAI Chat",
    typed="""\
// before, in a shell: export GCLI2API_KEY={key:shell}
import {{ generateText }} from "ai";
import {{ createOpenAICompatible }}
  from "@ai-sdk/openai-compatible";
const gemini = createOpenAICompatible({{
  name: "gcli2api",
  baseURL: "{url:string}/v1",
  apiKey: process.env.GCLI2API_KEY,
}});
const {{ text }} = await generateText({{
  model: gemini("{fast:string}"), prompt: "Hello",
}});
console.log(text);""",
    programs=("AI SDK",),
)

OPENAI = Recipe(
    id="openai",
    name="OpenAI Python",
    kind="library",
    speaks="OpenAI Responses",
    typed="""\
# before, in a shell: export GCLI2API_KEY={key:shell}
import os
from openai import OpenAI
client = OpenAI(
    base_url="{url:string}/v1",
    api_key=os.environ["GCLI2API_KEY"],
)
print(client.responses.create(
    model="{fast:string}", input="Hello"
).output_text)""",
    programs=("OpenAI",),
)

CURL = Recipe(
    id="curl",
    name="curl",
    kind="library",
    speaks="OpenAI Chat",
    typed="""\
export KEY={key:shell}
curl {url:shell}/v1/chat/completions \\
  -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "{fast:string_in_shell}", "messages":
       [{{"role": "user", "content": "Hi"}}]}}'""",
    programs=("curl",),
)

CHATS = (CLINE, CURSOR, CHERRY, SILLYTAVERN, OPEN_WEBUI)
LIBRARIES = (OPENAI, AI_SDK, LITELLM, CURL)
