"""Media and schemas that Google refuses, as requests through the whole path: tests/cases/media-and-schemas.

Google here has rules about types, addresses, depth, type words and Gemma, by its own tables.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from case_files import Rule, asked, at, files, read, strict
from whole_path import Answer, Google, Proxy

from gcli2api_tui.credentials.kinds import ApiKey, Credential, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.catalogue import named

IMAGES = "png jpeg webp heic heif"
SOUNDS = "wav mp3 mpeg mpga m4a mp4 x-m4a aac x-aac ogg opus flac aiff webm pcm l16"
FILMS = "mp4 mpeg mov quicktime avi x-flv mpg webm wmv 3gpp *"
TEXTS = "plain html css csv markdown xml rtf javascript"
TAKEN = {
    "application/pdf",
    *(f"image/{name}" for name in IMAGES.split()),
    *(f"audio/{name}" for name in SOUNDS.split()),
    *(f"video/{name}" for name in FILMS.split()),
    *(f"text/{name}" for name in TEXTS.split()),
}
NOT_BUILT = ("depth-", "gemma-")
LISTED = ("gemini-3-pro-image-preview", "gemma-3-27b-it")
WORDS = {"string", "number", "integer", "boolean", "array", "object", "null"}
SCHEMAS = ("parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema")


def sent(request: Any, kind: str) -> list[Any]:
    """The parts of a kind in all contents, in order."""
    return [part[kind] for content in request["contents"] for part in content["parts"] if kind in part]


def mime(model: str, request: Any, streamed: bool) -> str:
    kinds = [one["mimeType"] for one in sent(request, "inlineData")]
    kinds += [one["mimeType"] for one in sent(request, "fileData") if one.get("mimeType")]
    return next((f"Unsupported MIME type: {kind}" for kind in kinds if kind not in TAKEN), "")


def filedata(model: str, request: Any, streamed: bool) -> str:
    empty = any(not one.get("mimeType") for one in sent(request, "fileData"))
    words = "Unable to submit request because it has an empty mimeType parameter in fileData."
    return f"{words} Add a mimeType parameter and try again." if empty else ""


def inside(schema: Any) -> Iterator[Any]:
    """The schemas that stand directly in a schema."""
    for key in ("properties", "$defs", "patternProperties"):
        yield from (schema.get(key) or {}).values()
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        yield from schema.get(key) or ()
    yield from (schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict))


def depth(schema: Any) -> int:
    return 1 + max(map(depth, inside(schema)), default=0)


def nesting(google: Mapping[str, Any]) -> Rule:
    def rule(model: str, request: Any, streamed: bool) -> str:
        for function in functions(request):
            if any(depth(function[key]) > google["nesting"] for key in SCHEMAS if key in function):
                what = (
                    "A FunctionDeclaration in"
                    if google.get("unnamed")
                    else f"FunctionDeclaration '{function['name']}' in"
                )
                return f"{what} the request exceeds the maximum allowed nesting depth."
        config = request.get("generationConfig") or {}
        deep = any(depth(config[key]) > google["nesting"] for key in SCHEMAS if key in config)
        return "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth." if deep else ""

    return rule


def functions(request: Any) -> list[Any]:
    return [one for tool in request.get("tools") or () for one in tool.get("functionDeclarations") or ()]


def types(model: str, request: Any, streamed: bool) -> str:
    schemas = [function[key] for function in functions(request) for key in SCHEMAS if key in function]
    while schemas:
        one = schemas.pop()
        kinds = one.get("type", [])
        if not {kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds])} <= WORDS:
            return "Request contains an invalid argument."
        schemas += inside(one)
    return ""


def gemma(model: str, request: Any, streamed: bool) -> str:
    if not model.startswith("gemma-3"):
        return ""
    if "systemInstruction" in request:
        return f"Developer instruction is not enabled for models/{model}"
    json_mode = at(request, "generationConfig.responseMimeType") == "application/json"
    return f"JSON mode is not enabled for models/{model}" if json_mode else ""


def google_of(case: Any) -> Any:
    told = case.get("google", {})
    rules = {"mime": mime, "filedata": filedata, "types": types, "gemma": gemma, "nesting": nesting(told)}
    return strict(case, rules)


def proxy(file: Path, google: Google) -> Proxy:
    """Of Vertex AI by an express key, or of the Gemini API with what its list names beside our catalogue."""
    if not file.stem.startswith("vertex-"):
        made = Proxy(google)
        made.add_models(*(named(name, frozenset({"gemini-api"})) for name in LISTED))
        return made
    google.name = "vertex"
    key = lambda name: Credential(CredentialId(name), Kind.VERTEX_EXPRESS, name, ApiKey(Secret(name)))  # noqa: E731
    return Proxy(google, backends=lambda clock: {"vertex": google}, credential=key)


def arguments(request: Any) -> Any:
    function = functions(request)[0]
    return function.get("parametersJsonSchema") or function["parameters"]


CASES = [file for file in files("media-and-schemas") if not file.stem.startswith(NOT_BUILT)]


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
async def test_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    right, google = case["right"], google_of(case)
    answer = await asked(case, proxy(file, google))
    assert answer.status == right.get("status", 200), answer.raw
    assert len(google.asked) <= right.get("attempts", 2) and google.refused <= right.get("refused", 2)
    check_request(right, google.asked[-1][1])
    check_answer(case, right, answer)
    again = google.refused
    await asked(case, proxy(file, google))
    assert google.refused == again or "depth" in file.stem, "what is known beforehand is done beforehand"


def check_request(right: Any, request: Any) -> None:
    for path, wanted in right.get("sent", {}).items():
        assert at(request, path) == wanted
    assert [path for path in right.get("absent", ()) if at(request, path) is not None] == []
    for one, kinds in zip(sent(request, "inlineData"), right.get("kinds", ()), strict="kinds" in right):
        assert one["mimeType"] in kinds
    if "file" in right:
        (one,) = sent(request, "fileData")
        assert one["fileUri"] == right["file"][0] and one["mimeType"] in right["file"][1]
    for path, wanted in right.get("arguments", {}).items():
        assert at(arguments(request), path) == wanted
    if "bytes" in right:
        assert len(json.dumps(request, separators=(",", ":"))) <= right["bytes"]
    if "_not_root" in right:
        assert "b" not in json.dumps(arguments(request)["properties"][right["_not_root"]].get("properties", {}))
    if "_merged" in right:
        name, names = right["_merged"]
        one = arguments(request)["properties"][name]
        assert sorted(one["properties"]) == sorted(one["required"]) == names
    for role, words in right.get("prose", ()):
        texts = [part.get("text", "") for one in request["contents"] if one["role"] == role for part in one["parts"]]
        assert any(words in text for text in texts)


def check_answer(case: Any, right: Any, answer: Answer) -> None:
    raw = re.sub(r'":\s+', '":', answer.raw.decode())
    assert [words for words in right.get("client", ()) if words not in raw] == []
    assert [words for words in right.get("not_client", ()) if words in raw] == []
    if "text" in right:
        assert read(case, answer)[0] == right["text"]
    if "ends_as" in right:
        assert read(case, answer)[1] in right["ends_as"]
