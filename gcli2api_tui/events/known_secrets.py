"""What keys and tokens look like, Google's and others', by how they begin.

In: any text. Out: whose secret it is, and the text with every secret in it masked. The one home of these beginnings:
imports, labels, log lines and what Google's errors quote are all judged here. Pure.
"""

import re

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.messages.message import say

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


def owner(secret: str) -> str:
    """Whose key or token begins like this: GOOGLE, another's name, or "" where nobody is known to."""
    if secret.startswith((*GOOGLES_KEYS, *GOOGLES_TOKENS)):
        return GOOGLE
    return next((name for start, name in OTHERS.items() if secret.startswith(start)), "")


def masked(text: str, mask: str = MASK) -> str:
    """The text with a mask in place of everything that begins and goes on like a secret."""
    return _SECRETS.sub(mask, text)
