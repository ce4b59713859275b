"""Strings that must not be seen: tokens, keys, passwords; and what they look like in any text, by how they begin.

`Secret`'s repr and str are a mask, so that an f-string, a log line or a traceback cannot leak it by accident;
`reveal()` is called only where the value goes onto the wire or into its own file. `masked` hides what begins like a
secret in the words of others; imports, labels, log lines and Google's errors are all judged by the beginnings here.
"""

import re
from collections.abc import Callable
from typing import final

from gcli2api_tui.messages.message import say

MASK = "••••"


@final
class Secret:
    """Wraps a secret text. Equal by value, hashable, never printable."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself."""
        return self._value

    def fingerprint(self) -> str:
        """First 16 hex digits of SHA-256: enough to find duplicates, useless to an attacker."""
        import hashlib  # OpenSSL, which a command that prints a line has no use for

        return hashlib.sha256(self._bytes()).hexdigest()[:16]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """In a time that tells nothing about where they differ."""
        from hmac import compare_digest  # OpenSSL

        return isinstance(other, Secret) and compare_digest(self._bytes(), other._bytes())

    def _bytes(self) -> bytes:
        """Of any text: a variable may hold what is no UTF-8."""
        return self._value.encode("utf-8", "surrogatepass")

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__


GOOGLE = "Google"

GOOGLES_KEYS = ("AIza", "AQ.")
"""How API keys begin: AQ. is all that AI Studio has issued since 2026-05-28, AIza what it issued before."""

GOOGLES_TOKENS = ("ya29.", "1//", "GOCSPX-")
"""Access tokens, refresh tokens and client secrets: Google's, and no API keys."""

OTHERS = {
    "sk-ant-": "Anthropic",
    "sk-or-": "OpenRouter",
    "sk-proj-": "OpenAI",
    "sk-svcacct-": "OpenAI",
    "sk-": say("secret.openai_like"),
    "sess-": "OpenAI",
    "rt_": "OpenAI's Codex",
    "ghp_": "GitHub",
    "gho_": "GitHub",
    "ghu_": "GitHub",
    "ghs_": "GitHub",
    "ghr_": "GitHub",
    "github_pat_": "GitHub",
    "tid=": "GitHub Copilot",
    "glpat-": "GitLab",
    "xai-": "xAI",
    "gsk_": "Groq",
    "hf_": "Hugging Face",
    "pplx-": "Perplexity",
    "r8_": "Replicate",
    "nvapi-": "NVIDIA",
    "csk-": "Cerebras",
    "fw_": "Fireworks",
    "tgp_": "Together",
    "xoxb-": "Slack",
    "xoxp-": "Slack",
    "AKIA": "AWS",
    "ASIA": "AWS",
    "eyJ": say("secret.jwt"),
}
"""Beginnings of everybody else's, the longer ones before the shorter."""

_BEGIN_A_WORD = "|".join(map(re.escape, (*OTHERS, "GOCSPX-")))
_FIRST = "".join(sorted({begin[0] for begin in (*GOOGLES_KEYS, *GOOGLES_TOKENS, *OTHERS, "-----BEGIN")}))
_SECRETS = re.compile(
    rf"(?=[{re.escape(_FIRST)}])(?:"  # most characters begin no secret
    r"AIza[\w-]{8,}|AQ\.[\w.-]{8,}|ya29\.[\w.-]+|1//[\w/-]+"
    rf"|(?<![A-Za-z0-9_-])(?:{_BEGIN_A_WORD})[\w.~+/=-]{{10,}}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))",
    re.DOTALL,
)

_DOMAIN = r"@[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(rf"(?P<word>[\w.+-]{{65,}}+(?!{_DOMAIN}))|[\w.+-]+{_DOMAIN}")
"""Or a long word that begins none, in one piece: else it is read once for each of its characters, which is a minute for
64 kB in base64."""


def owner(secret: str) -> str:
    """Whose key or token begins like this: GOOGLE, another's name, or "" where nobody is known to."""
    if secret.startswith((*GOOGLES_KEYS, *GOOGLES_TOKENS)):
        return GOOGLE
    return next((name for start, name in OTHERS.items() if secret.startswith(start)), "")


def holds_secret(text: str) -> bool:
    """Whether `masked` would change it."""
    return _SECRETS.search(text) is not None


def addresses_changed(text: str, change: Callable[[str], str]) -> str:
    """The text with something else in place of each mail address, which names a person."""
    return _ADDRESS.sub(lambda found: found[0] if found["word"] else change(found[0]), text)


def masked(text: str, mask: str = MASK) -> str:
    """The text with a mask in place of everything that begins and goes on like a secret."""
    return _SECRETS.sub(mask, text)


def new_key() -> Secret:
    """A random key, 160 bits."""
    import secrets  # OpenSSL, at the first start alone

    return Secret(f"sk-{secrets.token_urlsafe(20)}")


GUESSABLE = frozenset({"pwd", "password", "123456", "admin", "changeme", "test", "secret", "key"})


def guessable(key: Secret) -> bool:
    """Too weak for an address that others can reach."""
    return key.reveal().lower() in GUESSABLE or len(key.reveal()) < 8
