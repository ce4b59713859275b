"""A path that is not here → what its client is set up for instead, and how to set it up. Pure.

In: the path as it was asked. Out: a sentence with the way out; the usual one where nothing is known.
"""

import re

from gcli2api_tui.messages.message import Message, say

_USUAL = say("http.where_to_point")
_KNOWN: tuple[tuple[re.Pattern[str], Message], ...] = (
    (re.compile(r"/(v1/)?api/(chat|generate|tags|show|ps|version|embed|embeddings|pull)/?"), say("http.is_ollama")),
    (re.compile(r"/(v1/)?openai/deployments/.*"), say("http.is_azure")),
    (re.compile(r"/model/.*/(invoke|converse)[\w-]*"), say("http.is_bedrock")),
    (re.compile(r"/v1(beta1|beta|alpha)?/projects/.*"), say("http.is_vertex")),
    (re.compile(r"/(v1/)?(mcp|sse)(/.*)?"), say("http.is_mcp")),
    (re.compile(r".*/(chat/completions|responses|embeddings)/.+"), say("http.end_at_v1")),
    (re.compile(r".*/messages/.+"), say("http.end_before_v1")),
)


def hint(path: str) -> Message:
    """How whoever asked for this should be pointed here."""
    return next((way_out for pattern, way_out in _KNOWN if pattern.fullmatch(path)), _USUAL)
