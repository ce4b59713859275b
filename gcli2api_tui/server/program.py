"""The program that asks, by the headers it sends: its own name where it tells one, else its library's. Pure.

Libraries put their runtime first (`Python/3.11 aiohttp/3.13`) or a class name that a bundler has shortened (`ls/JS`).
"""

from collections.abc import Mapping

NAMES = ("x-title", "originator", "x-client-name")
"""Headers in which programs name themselves."""

RUNTIMES = frozenset({"python", "node", "node.js", "deno", "bun", "java", "dart", "ruby", "php"})
LONGEST = 40


def program_of(headers: Mapping[str, str]) -> str:
    """One word or title of at most 40 characters; empty where nothing tells. `headers` finds names in any case."""
    for name in NAMES:
        if told := headers.get(name, "").strip():
            return told[:LONGEST]
    products = [part for part in headers.get("user-agent", "")[:400].split() if not part.startswith("(")]
    named = [part for part in products if part.partition("/")[0].casefold() not in RUNTIMES]
    word = (named or products or [""])[0]
    if len(word.partition("/")[0]) <= 2 and headers.get("x-stainless-lang"):
        company = "Anthropic" if headers.get("anthropic-version") else "OpenAI"
        word = f"{company}/{word.partition('/')[2] or headers['x-stainless-lang']}"
    return word[:LONGEST]
