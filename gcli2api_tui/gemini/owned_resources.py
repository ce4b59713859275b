"""Things that live at Google between requests (files, cached contents, interactions …), by their names.

In: requests and answers of Google's API. Out: the names that a request holds, or whether it names anything that belongs
to somebody; what an answer says was made, with the time at which Google forgets it. Pure and total; what people say,
and the arguments and results of their tools, are words and name nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

FILES, CACHES, INTERACTIONS = "files", "cachedContents", "interactions"
KINDS = (FILES, CACHES, INTERACTIONS)
HOUR_S = 3600.0
KEPT_S: Mapping[str, float] = {FILES: 48 * HOUR_S, CACHES: HOUR_S, INTERACTIONS: 55 * 24 * HOUR_S}
"""How long Google keeps each, where an answer does not say."""
_NAME = re.compile(r"(?:^|/)((?:files|cachedContents|interactions)/[A-Za-z0-9_-]{1,200})(?=$|[:?#])")
_MOST_DEPTH = 12
_NAMING = frozenset(
    {"fileuri", "cachedcontent", "filesearchstorenames", "datastore", "datastorespecs", "engine", "ragcorpora",
     "ragresources", "ragcorpus", "gcsuri", "gcssource"}
)  # fmt: skip
"""Fields that hold names, as small letters without underscores."""
_CLIENTS_WORDS = frozenset(
    {"text", "functioncall", "functiondeclarations", "response", "responseschema", "responsejsonschema", "inlinedata",
     "executablecode", "codeexecutionresult", "stopsequences", "labels"}
)  # fmt: skip
"""Fields in which a name would be the client's own text."""
_BEGINNINGS = ("gs://", "projects/", "tunedModels/", "cachedContents/", "fileSearchStores/")


def name_in(address: object) -> str:
    """`files/abc` of `https://…/v1beta/files/abc`, or of itself; empty where there is none."""
    found = _NAME.search(address) if isinstance(address, str) else None
    return found[1] if found else ""


def things_named(request: Mapping[str, object]) -> tuple[str, ...]:
    """Every name in a request, once each: of a generation, or of a question about a thing by its `name`."""
    return tuple(dict.fromkeys(filter(None, map(name_in, _addresses(request)))))


def _addresses(request: Mapping[str, object]) -> Iterator[object]:
    yield request.get("name")
    yield request.get("cachedContent")
    if previous := request.get("previous_interaction_id"):
        yield f"{INTERACTIONS}/{previous}"
    for content in _listed(request.get("contents")):
        for part in _listed(content.get("parts") if isinstance(content, dict) else None):
            if isinstance(part, dict) and isinstance(file := part.get("fileData", part.get("file_data")), dict):
                yield file.get("fileUri", file.get("file_uri"))
    if "input" in request:
        yield from _uris(request["input"])


def _uris(value: object, depth: int = 0) -> Iterator[object]:
    """An interaction's input is a text, parts, or turns of parts: whatever is called `uri` in it."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _uris(one, depth + 1)
    elif isinstance(value, dict):
        yield value.get("uri")
        for one in value.values():
            if isinstance(one, list | dict):
                yield from _uris(one, depth + 1)


def names_a_thing(request: Mapping[str, object], model: str = "") -> bool:
    """Linear in the request, and never deeper than a list of what is still to be looked at."""
    if "/" in model.removeprefix("models/"):
        return True
    waiting: list[object] = [request]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, value in one.items():
                name = str(key).replace("_", "").lower()
                if name in _NAMING and value:
                    return True
                if name not in _CLIENTS_WORDS:
                    waiting.append(value)
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one.startswith(_BEGINNINGS):
            return True
    return False


def made(answer: Mapping[str, object], now: float) -> Iterator[tuple[str, float]]:
    """(name, until when Google keeps it) of each thing that an answer tells of."""
    for one in _told(answer):
        if name := name_in(one.get("name")):
            ends = _seconds(one.get("expirationTime") or one.get("expireTime"))
            yield name, ends or now + KEPT_S[name.partition("/")[0]]


def interaction_of(answer: Mapping[str, object]) -> str:
    """The name of the interaction that an answer, or an event of one, is about."""
    inner = answer.get("interaction")
    found = inner if isinstance(inner, dict) else answer
    identity = found.get("id")
    known = isinstance(identity, str) and (inner is not None or found.get("object") == "interaction" or "steps" in found
                                           or "outputs" in found or "status" in found)  # fmt: skip
    return name_in(f"{INTERACTIONS}/{identity}") if known else ""


def _told(answer: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    listed = [*_listed(answer.get("files")), *_listed(answer.get("cachedContents"))]
    return [one for one in (answer, answer.get("file"), *listed) if isinstance(one, dict)]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _seconds(moment: object) -> float | None:
    """Of Google's `2026-11-29T09:00:00.123456789Z`; Python reads six digits of a second."""
    if not isinstance(moment, str):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", moment).replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return None
