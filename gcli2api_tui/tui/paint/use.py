"""How a client is pointed at this server: the address, the key, other names of models, and what to set in each client.

In: the snapshot's facts and a client's name. Out: lines of an exact width, and the same as text to copy. Pure. What a
client is given is not translated: it is typed as it stands.
"""

from collections.abc import Mapping

from gcli2api_tui.ledger.records import ServerFacts
from gcli2api_tui.tui.paint.cells import Line, fit_line, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wrap import wrap

UNKNOWN_MODEL = "MODEL"
"""Stands where nothing is served that could be named."""
CLIENTS: Mapping[str, str] = {
    "codex": """\
# ~/.codex/config.toml
model = "{model}"
model_provider = "gemini"

[model_providers.gemini]
name = "Gemini"
base_url = "{url}/v1"
env_key = "KEY"
wire_api = "responses"

# {key}
codex""",
    "claude": """\
# {key}
export ANTHROPIC_BASE_URL={url}
export ANTHROPIC_AUTH_TOKEN=$KEY
export ANTHROPIC_MODEL={model}
export ANTHROPIC_DEFAULT_HAIKU_MODEL={cheap}
claude""",
    "gemini": """\
# {key}
export GOOGLE_GEMINI_BASE_URL={url}
export GEMINI_API_KEY=$KEY
gemini -m {model}""",
    "openai": """\
# {key}
import os
from openai import OpenAI
client = OpenAI(
    base_url="{url}/v1",
    api_key=os.environ["KEY"],
)
print(client.responses.create(
    model="{fast}", input="Hello"
).output_text)""",
    "curl": """\
# {key}
curl {url}/v1/chat/completions \\
  -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "{fast}", "messages":
       [{{"role": "user", "content": "Hi"}}]}}'""",
}
MOST_ALIASES = 3


def snippet(server: ServerFacts, client: str, look: Look) -> str:
    """What to set in a client; in shells, the key is in the variable KEY."""
    said = f"KEY: {look.words('use.key_hint', hint=plain(server.client_key_hint))}"
    models = server.models
    return CLIENTS[client].format(
        url=plain(server.url),
        key=said,
        model=plain(models.best) or UNKNOWN_MODEL,
        fast=plain(models.fast) or UNKNOWN_MODEL,
        cheap=plain(models.cheap) or UNKNOWN_MODEL,
    )


def guide(server: ServerFacts, client: str, width: int, height: int, look: Look) -> list[Line]:
    """Facts first, then as much of the snippet as there is room for."""
    lines: list[Line] = [
        _fact(look.words("use.openai"), f"{server.url}/v1"),
        _fact(look.words("use.others"), server.url),
        _fact(look.words("use.key"), server.client_key_hint),
        *_aliases(server, look),
        (),
    ]
    for typed in snippet(server, client, look).split("\n"):
        # What does not fit goes on in the next line: nothing that must be typed is cut.
        lines += [((piece, "dim" if typed.startswith("#") else "plain"),) for piece in wrap(typed, width)]
    return [fit_line(line, width) for line in lines[:height]]


def _fact(name: str, value: str) -> Line:
    return ((f"{name}  ", "dim"), (plain(value), "bold"))


def _aliases(server: ServerFacts, look: Look) -> list[Line]:
    """The names that clients may use for models; none are worth a hint."""
    if not server.aliases:
        return [((look.words("use.no_aliases", model=plain(server.models.best) or UNKNOWN_MODEL), "dim"),)]
    shown = [_fact(look.words("use.alias"), alias.replace("=", " = ")) for alias in server.aliases[:MOST_ALIASES]]
    if (more := len(server.aliases) - MOST_ALIASES) > 0:
        shown.append(((look.words("use.more_aliases", n=more), "dim"),))
    return shown
