"""How a client is pointed at this server: the address, the key, other names of models, and what to set in each client.

In: the snapshot's facts, the keys and a client's name. Out: lines of an exact width, and the same as text to copy.
Pure. What a client is given is not translated: it is typed as it stands.
"""

from collections.abc import Mapping

from gcli2api_tui.control.ports import Keys
from gcli2api_tui.events.secret import MASK, Secret
from gcli2api_tui.ledger.records import ServerFacts
from gcli2api_tui.tui.paint.cells import Line, fit_line, plain, width_of
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

# then, in a shell:
export KEY={key}
codex""",
    "claude": """\
export ANTHROPIC_BASE_URL={url}
export ANTHROPIC_AUTH_TOKEN={key}
export ANTHROPIC_MODEL={model}
export ANTHROPIC_DEFAULT_HAIKU_MODEL={cheap}
claude""",
    "gemini": """\
export GOOGLE_GEMINI_BASE_URL={url}
export GEMINI_API_KEY={key}
gemini -m {model}""",
    "openai": """\
# before, in a shell: export KEY={key}
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
export KEY={key}
curl {url}/v1/chat/completions \\
  -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "{fast}", "messages":
       [{{"role": "user", "content": "Hi"}}]}}'""",
}
MOST_ALIASES = 3
SHOWN_WHOLE = 12
"""Keys shorter than this have no end that could be shown without the rest."""


def masked(key: Secret) -> str:
    """Enough to know a key by; the public `pwd` of the demo is no secret."""
    text = key.reveal()
    if text == "pwd":
        return text
    return f"{text[:3]}{MASK}{text[-4:]}" if len(text) >= SHOWN_WHOLE else MASK


def snippet(server: ServerFacts, client: str, key: str) -> str:
    """What to set in a client, ready to be pasted where `key` is whole."""
    models = server.models
    return CLIENTS[client].format(
        url=plain(server.url),
        key=plain(key),
        model=plain(models.best) or UNKNOWN_MODEL,
        fast=plain(models.fast) or UNKNOWN_MODEL,
        cheap=plain(models.cheap) or UNKNOWN_MODEL,
    )


def guide(server: ServerFacts, keys: Keys, client: str, width: int, look: Look) -> list[Line]:
    """Facts first, then what is typed. Keys are masked; what does not fit goes on in the next line."""
    word = look.words
    lines: list[Line] = [
        _fact(word("use.key"), masked(keys.client), word("use.key_does")),
        _fact(word("use.openai"), f"{server.url}/v1"),
        _fact(word("use.others"), server.url),
        _fact(word("use.panel_key"), masked(keys.panel), word("use.panel_key_does")),
        *_aliases(server, look),
        ((word("use.models_are"), "dim"),),
        (),
        ((word(f"client.{client}"), "bold"), (f"  {word('use.settings_do')}", "dim")),
    ]
    shown = [part for line in lines for part in _wrapped(line, width)]
    for typed in snippet(server, client, masked(keys.client)).split("\n"):
        shown += [((piece, "dim" if typed.startswith("#") else "plain"),) for piece in wrap(typed, width)]
    return [fit_line(line, width) for line in shown]


def _wrapped(line: Line, width: int) -> list[Line]:
    """A fact that is too long for one line stands below its name."""
    if width_of(line) <= width or len(line) < 2:
        return [((piece, line[0][1]),) for piece in wrap(line[0][0], width)] if line and len(line) == 1 else [line]
    return [line[:1], *(((piece, tone),) for text, tone in line[1:] if text for piece in wrap(text, width))]


def _fact(name: str, value: str, does: str = "") -> Line:
    return ((f"{name}  ", "dim"), (plain(value), "bold"), (f"  {does}" if does else "", "dim"))


def _aliases(server: ServerFacts, look: Look) -> list[Line]:
    """The names that clients may use for models; none are worth a hint."""
    if not server.aliases:
        return [((look.words("use.no_aliases", model=plain(server.models.best) or UNKNOWN_MODEL), "dim"),)]
    shown = [_fact(look.words("use.alias"), alias.replace("=", " = ")) for alias in server.aliases[:MOST_ALIASES]]
    if (more := len(server.aliases) - MOST_ALIASES) > 0:
        shown.append(((look.words("use.more_aliases", n=more), "dim"),))
    return shown
