"""Paths as people type them into a base URL → the path that is meant.

In: the path of a request. Out: the same, or the one that it can only mean: a version or a slash written twice, Google's
`/v1alpha`, its OpenAI layer at `/v1beta/openai`. Pure. It is applied once, before anybody looks at the path, so that
the guard, the routes and the shape of errors see one and the same.
"""

import re

_ODD = re.compile(r"//|/v1alpha/|/(?:v1|v1beta)/(?:v1|v1beta|upload|openai)/|/openai/")
_SLASHES = re.compile(r"/{2,}")
_SAME_AS = {"v1": "v1", "v1beta": "v1beta", "v1alpha": "v1beta", "openai": "v1"}
"""What may stand at the beginning, and whose routes it means."""


def forgiven(path: str) -> str:
    """A path that needs nothing comes back as it is."""
    if not _ODD.search(path):
        return path
    first, *segments = _SLASHES.sub("/", path).split("/")
    before: list[str] = []
    while len(segments) > 1 and segments[0] in _SAME_AS:
        before.append(segments.pop(0))
    if before and segments[0] != "upload":
        # Google's OpenAI layer says its own version before, and a client's SDK may say one after it.
        segments.insert(0, _SAME_AS["openai" if "openai" in before else before[-1]])
    return "/".join((first, *segments))
