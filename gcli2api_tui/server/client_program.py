"""The program that asks, as its user would say it, by the headers it sends. Pure.

In: headers, asked for by names in lower case. Out: a name with its version where one is told, at most 40 characters of
printable text; empty where nothing tells. What a program says of itself counts before the library it was built with,
and that before the language it runs in.
"""

import contextlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

LONGEST = 40
READ = 400
"""Characters of a header."""

TITLES = ("x-title", "x-openrouter-title", "x-client-name", "originator")
"""Headers in which programs name themselves: OpenRouter's two, one in use beside it, and Codex's."""
REFERERS = ("http-referer", "referer")
"""OpenRouter's header for a program's page, and the browsers' for any."""

SAID: Mapping[str, str] = {
    "claude-cli": "Claude Code",
    "claude-code": "Claude Code",
    "codex_cli_rs": "Codex",
    "codex_exec": "Codex",
    "codex_sdk_ts": "Codex",
    "codex_vscode": "Codex",
    "codex-tui": "Codex",
    "codex-cli": "Codex",
    "geminicli": "Gemini CLI",
    "geminicli-tui": "Gemini CLI",
    "geminicli-vscode": "Gemini CLI",
    "qwencode": "Qwen Code",
    "roocode": "Roo Code",
    "kilo-code": "Kilo Code",
    "cherrystudio": "Cherry Studio",
    "githubcopilotchat": "GitHub Copilot",
    "charm-crush": "Crush",
    "cline": "Cline",
    "continue": "Continue",
    "goose": "Goose",
    "litellm": "LiteLLM",
    "langchain-google-genai": "LangChain",
    "llamaindex": "LlamaIndex",
    "pydantic-ai": "Pydantic AI",
    "google-genai-sdk": "Google Gen AI SDK",
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "agents": "OpenAI Agents",
    "ai": "AI SDK",
    "ai-sdk": "AI SDK",
}
"""What a program or a library calls itself on the wire → what people call it."""

LIBRARIES = frozenset(
    """
    openai anthropic google-genai-sdk google-api-nodejs-client ai ai-sdk aiohttp httpx httpx2 python-httpx
    python-requests python-urllib urllib3 axios got undici node-fetch reqwest okhttp go-http-client apache-httpclient
    curl wget libcurl postmanruntime
    """.split()  # noqa: SIM905 - a table, not code
)
RUNTIMES = frozenset(
    """
    python node node.js nodejs deno bun java kotlin dart ruby php go rust .net runtime gl-python gl-node gl-go gccl grpc
    gax rest mozilla applewebkit chrome chromium electron safari version mobile gecko firefox edg opr
    """.split()  # noqa: SIM905 - a table, not code
)
"""Languages and browsers; a program that is built of one stands beside it."""

BROWSERS = ("edg", "opr", "firefox", "chrome", "safari")
"""Each names those after it as well."""
MARKS: Mapping[str, str] = {"x-openwebui-user-id": "Open WebUI", "x-openwebui-chat-id": "Open WebUI"}
"""Headers of programs that name themselves nowhere else."""

TOLD_BY = (*TITLES, *REFERERS, *MARKS, "user-agent", "x-stainless-lang", "anthropic-version")
"""All headers that are looked at."""

_COMMENT = re.compile(r"\([^()]*\)")
_BARE_VERSION = re.compile(r"v?\d[\w.+-]*")


Told = tuple[tuple[str, str], ...]
"""Of those that are looked at the ones that were sent, by their names in lower case and cut to READ."""


@lru_cache(maxsize=256)
def told_by(told: Told) -> str:
    """A title first, then the User-Agent's best product, then the page that it says it comes from.

    A program says the same with each request.
    """
    headers = dict(told)
    products = _products(headers)
    if title := next((said for name in TITLES if (said := _clean(headers.get(name, "")))), ""):
        return _titled(title, products)
    best = min(products, key=_rank, default=("", ""))
    if best[0] and not _rank(best):
        return _shown(*best)
    page = next((said for name, said in MARKS.items() if name in headers), "") or _page(headers)[:LONGEST]
    return page or _shown(*_browser(products, best))


Product = tuple[str, str]
"""(name, version)"""


def _titled(title: str, products: Sequence[Product]) -> str:
    """The title, with the version that the User-Agent gives to the same name."""
    said = SAID.get(title.casefold(), title)
    version = next((version for name, version in products if _alike(SAID.get(name.casefold(), name), said)), "")
    return _joined(said, version)


def _alike(one: str, other: str) -> bool:
    first, second = (re.sub(r"[\W_]", "", name).casefold() for name in (one, other))
    return first == second


def _products(headers: Mapping[str, str]) -> list[Product]:
    """What a User-Agent lists, without its comments: `Name/1.2`, `OpenAI/Python 1.2`, `Charm Crush/1.2`."""
    words = _COMMENT.sub(" ", _clean(headers.get("user-agent", ""))).split()
    found: list[Product] = []
    for word in words:
        name, _, version = word.partition("/")
        if found and _BARE_VERSION.fullmatch(word):
            found[-1] = (found[-1][0], f"{found[-1][1]} {word}".strip())  # stands apart from its name
        elif found and version and not found[-1][1] and found[-1][0].istitle():
            found[-1] = (f"{found[-1][0]}-{name}", version)  # a name of two words
        else:
            found.append((name, _version(version)))
    return [_mended(product, headers) for product in found]


def _version(rest: str) -> str:
    """Of `openai-compatible/2.0.91`, or `0.61.0/and-a-model`."""
    parts = rest.split("/")
    return next((part for part in parts if _BARE_VERSION.fullmatch(part)), parts[0])


def _mended(product: Product, headers: Mapping[str, str]) -> Product:
    """A bundler shortens the class that OpenAI's and Anthropic's SDKs name themselves by (`ls/JS 5.23.2`)."""
    name, version = product
    if len(name) <= 2 and headers.get("x-stainless-lang"):
        return ("anthropic" if headers.get("anthropic-version") else "openai"), version
    return name.removeprefix("Async"), version


def _rank(product: Product) -> int:
    name = product[0].casefold()
    return 2 if name in RUNTIMES else 1 if name in LIBRARIES else 0


def _browser(products: Sequence[Product], best: Product) -> Product:
    if best[0] != "Mozilla":
        return best
    named = {name.casefold(): (name, version) for name, version in products}
    return next((named[name] for name in BROWSERS if name in named), best)


def _page(headers: Mapping[str, str]) -> str:
    """The host of the program's page."""
    for name in REFERERS:
        if told := _clean(headers.get(name, "")):
            try:
                return (urlsplit(told).hostname or "").removeprefix("www.")
            except ValueError:
                continue
    return ""


def _shown(name: str, version: str) -> str:
    return _joined(SAID.get(name.casefold(), name), version)


def _joined(name: str, version: str) -> str:
    """The name whole where both do not fit."""
    both = f"{name} {version}".strip()
    return both if len(both) <= LONGEST else name[:LONGEST]


def _clean(text: str) -> str:
    """Printable and in one line. Headers come as Latin-1, whatever they were written in."""
    text = text[:READ]
    if not text.isascii():
        with contextlib.suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
