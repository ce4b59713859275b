"""Base URLs as people type them: the path that is meant by one, or what a client is set up for whose path is not here.

In: the path of a request. Out: the one that it can only mean (a version or a slash written twice, Google's `/v1alpha`,
its OpenAI layer at `/v1beta/openai`), or the sentence with the way out for an unknown one. Pure. The first is applied
once, before anybody looks at the path, so that the guard, the routes and the shape of errors see one and the same.
"""

import re

from gcli2api_tui.messages.message import Message, say

ODD = re.compile(r"//|/v1alpha/|/(?:v1|v1beta)/(?:v1|v1beta|upload|openai)/|/openai/")
"""What no path has that means what it says."""
_SLASHES = re.compile(r"/{2,}")
_SAME_AS = {"v1": "v1", "v1beta": "v1beta", "v1alpha": "v1beta", "openai": "v1"}
"""What may stand at the beginning, and whose routes it means."""
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


def forgiven(path: str) -> str:
    """A path that needs nothing comes back as it is."""
    if not ODD.search(path):
        return path
    first, *segments = _SLASHES.sub("/", path).split("/")
    before: list[str] = []
    while len(segments) > 1 and segments[0] in _SAME_AS:
        before.append(segments.pop(0))
    if before and segments[0] != "upload":
        # Google's OpenAI layer says its own version before, and a client's SDK may say one after it.
        segments.insert(0, _SAME_AS["openai" if "openai" in before else before[-1]])
    return "/".join((first, *segments))


def hint(path: str) -> Message:
    """How whoever asked for this should be pointed here."""
    return next((way_out for pattern, way_out in _KNOWN if pattern.fullmatch(path)), _USUAL)
