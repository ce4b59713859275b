"""What the person said last, and which declared function it makes the model call, with which arguments.

A call happens when functions are declared, the mode is not NONE, no function has answered since the person spoke, and
the mode is ANY, or the person's last text names a function, or it names a file and a reading function is declared
(`read_file`, as Gemini CLI declares it) or a shell (`exec_command`, all that Codex has: it gets `cat FILE`), or it
speaks of the weather. "parallel" or 同时 in it makes it two calls. Arguments satisfy the declared schema.

Agents put context and reminders around a prompt, as blocks in tags or as texts of nothing else: nobody's wish.
"""

import re
from collections.abc import Iterator

from gcli2api_tui.simulator.request_shape import Function, FunctionCalling, Request
from gcli2api_tui.simulator.sample_values import FILE, sample

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


SHELL = re.compile(r"exec_command|run_shell_command|bash", re.IGNORECASE)
PARALLEL = re.compile(r"\bparallel\b|同时", re.IGNORECASE)
WEATHER = re.compile(r"\bweather\b|天气", re.IGNORECASE)


def wanted_calls(request: Request, prompt: str, *, forced: int = 0) -> list[dict[str, object]]:
    """`functionCall` values, in order; `forced` asks for that many whatever the prompt says."""
    declared = list(declarations(request))
    allowed = _calling(request).get("allowedFunctionNames") or ()
    usable = [one for one in declared if not allowed or one["name"] in allowed]
    if not usable or (not forced and (mode(request) == "NONE" or answered(request))):
        return []
    chosen = _named(usable, prompt) or (usable[0] if forced or mode(request) == "ANY" else None)
    if chosen is None:
        return []
    return _calls(chosen, usable, prompt, max(forced, 2 if PARALLEL.search(prompt) else 1))


def mode(request: Request) -> str:
    """Of function calling: AUTO, ANY, NONE or VALIDATED."""
    return str(_calling(request).get("mode", "AUTO")).upper()


def _calling(request: Request) -> FunctionCalling:
    return (request.get("toolConfig") or {}).get("functionCallingConfig") or {}


def declarations(request: Request) -> Iterator[Function]:
    for tool in request.get("tools") or ():
        yield from tool.get("functionDeclarations") or ()


def parameters(function: Function) -> object:
    """The schema of a declared function's arguments, in either dialect."""
    return function.get("parametersJsonSchema") or function.get("parameters") or {"type": "OBJECT"}


def _calls(chosen: Function, usable: list[Function], prompt: str, count: int) -> list[dict[str, object]]:
    others = [one for one in usable if one is not chosen]
    functions = [chosen, *others, *[chosen] * count][:count]
    return [{"name": one["name"], "args": sample(parameters(one), prompt)} for one in functions]


def _named(usable: list[Function], prompt: str) -> Function | None:
    for one in usable:
        if re.search(rf"\b{re.escape(one['name'])}\b", prompt):
            return one
    reads = [one for one in usable if "read" in one["name"].lower() and "many" not in one["name"].lower()]
    looks = reads or [one for one in usable if SHELL.fullmatch(one["name"])]
    if looks and FILE.search(prompt):
        return looks[0]
    return usable[0] if WEATHER.search(prompt) else None
