"""What the person said last, among all that programs say in the person's name.

In: a request. Out: a text, and whether a function has answered since. Agents put context and reminders around a prompt,
as blocks in tags or as texts of nothing else; these words are nobody's wish.
"""

import re
from collections.abc import Iterator

from gcli2api_tui.simulator.request_shape import Request

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*+)[^<>]*+>")


def last_text(request: Request) -> str:
    """The last text of the person's; where there is none, the last that was said in their name."""
    said = list(_said(request))
    own = [text for _, text in said if text]
    return own[-1] if own else _last_of_all(request)


def answered(request: Request) -> bool:
    """Whether a function has answered since the person spoke: a wish is granted once."""
    since = max((position for position, text in _said(request) if text), default=-1)
    contents = request.get("contents") or ()
    return any("functionResponse" in part for content in contents[since + 1 :] for part in content.get("parts") or ())


def _said(request: Request) -> Iterator[tuple[int, str]]:
    """(position of the content, the text without what programs put around it)"""
    for position, text in _texts(request):
        yield position, _outside(text).strip() if "</" in text else text


def _outside(text: str) -> str:
    """What stands in no block; a tag that is never closed begins none. One pass, however many tags there are."""
    begun, blocks = dict[str, int](), list[tuple[int, int]]()
    for tag in _TAG.finditer(text):
        closing, name = tag.groups()
        if not closing:
            begun.setdefault(name, tag.start())
        elif name in begun:
            blocks.append((begun.pop(name), tag.end()))
    kept, end = list[str](), 0
    for start, stop in sorted(blocks):
        kept.append(text[end : max(end, start)])
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _texts(request: Request) -> Iterator[tuple[int, str]]:
    for position, content in enumerate(request.get("contents") or ()):
        if content.get("role", "user") == "user":
            for part in content.get("parts") or ():
                if part.get("text"):
                    yield position, str(part["text"])


def _last_of_all(request: Request) -> str:
    said = [text for _, text in _texts(request)]
    return said[-1] if said else ""
