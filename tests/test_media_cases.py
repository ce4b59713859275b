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
from whole_path import Answer, Google, Proxy, said

from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
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


@pytest.mark.parametrize("file", files("media-and-schemas"), ids=lambda file: file.stem)
async def test_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    right, google = case["right"], google_of(case)
    there = proxy(file, google)
    answer = await asked(case, there)
    assert answer.status == right.get("status", 200), answer.raw
    assert len(google.asked) <= right.get("attempts", 2) and google.refused <= right.get("refused", 2)
    check_request(right, google.asked[-1][1])
    check_answer(case, right, answer)
    before = google.refused
    await asked(case, there)
    assert google.refused == before, "what was learnt is done beforehand"


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


JPEG = "/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="
MODEL = "gemini-2.5-flash"
SOURCE = {"type": "base64", "media_type": "Image/JPG", "data": JPEG}
ADDRESS = f"data:image/jpg;base64,{JPEG}"
TOOL_USE = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
PICTURE = {"type": "image", "source": SOURCE}


def message(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def result(*blocks: Any) -> list[Any]:
    return [
        message({"type": "text", "text": "a"}),
        {"role": "assistant", "content": [TOOL_USE]},
        message({"type": "tool_result", "tool_use_id": "t1", "content": list(blocks)}),
    ]


def output(*parts: Any) -> list[Any]:
    call = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}
    return [message(), call, {"type": "function_call_output", "call_id": "c1", "output": list(parts)}][1:]


PLACES: dict[str, tuple[str, Any]] = {
    "chat": ("chat/completions", {"messages": [message({"type": "image_url", "image_url": {"url": ADDRESS}})]}),
    "chat-bare": ("chat/completions", {"messages": [message({"type": "image_url", "image_url": ADDRESS})]}),
    "chat-file": ("chat/completions", {"messages": [message({"type": "file", "file": {"file_data": ADDRESS}})]}),
    "messages": ("messages", {"messages": [message(PICTURE)]}),
    "messages-result": ("messages", {"messages": result(PICTURE)}),
    "messages-document": (
        "messages",
        {"messages": [message({"type": "document", "source": {"type": "content", "content": [PICTURE]}})]},
    ),
    "messages-pdf": ("messages", {"messages": [message({"type": "document", "source": SOURCE})]}),
    "responses": ("responses", {"input": [message({"type": "input_image", "image_url": ADDRESS})]}),
    "responses-output": ("responses", {"input": output({"type": "input_image", "image_url": ADDRESS})}),
    "responses-file": ("responses", {"input": [message({"type": "input_file", "file_data": ADDRESS})]}),
}


@pytest.mark.parametrize("place", PLACES)
async def test_a_picture_is_labelled_as_google_spells_it_wherever_it_stands(place: str) -> None:
    path, body = PLACES[place]
    google = strict({"google": {"rules": ["mime"]}}, {"mime": mime})
    answer = await Proxy(google).ask(f"/v1/{path}", data=json.dumps({"model": MODEL, "max_tokens": 9, **body}).encode())
    assert (answer.status, google.refused) == (200, 0), answer.raw
    assert "image/jpeg" in json.dumps(google.asked[0][1])


def native(part: Any = None, **schema: Any) -> dict[str, Any]:
    """A request in Google's own words."""
    tools = [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": schema}]}] if schema else []
    return {"contents": [{"parts": [part or {"text": "a"}]}], "tools": tools}


DEEP: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
for _ in range(12):
    DEEP = {"type": "object", "properties": {"p": DEEP}}
NATIVE = {
    "mime": (native({"inlineData": {"mimeType": "image/jpg", "data": JPEG}}), 1, 1),
    "filedata": (native({"fileData": {"fileUri": "gs://b/a.PNG"}}), 1, 2),
    "types": (native(type="object", properties={"a": {"type": "double"}}), 1, 2),
    "nesting": (native(**DEEP), 2, 2),
}
"""Rule → request, refusals of the first, and of it and the same once more: only what is the model's is learnt."""


@pytest.mark.parametrize("rule", NATIVE)
async def test_in_googles_own_words_it_goes_as_it_came_and_is_mended_once(rule: str) -> None:
    body, first, both = NATIVE[rule]
    google = google_of({"google": {"rules": [rule], "nesting": 5}})
    proxy = Proxy(google)
    for refused in (first, both):
        answer = await proxy.ask(f"/v1beta/models/{MODEL}:generateContent", data=json.dumps(body).encode())
        assert (answer.status, google.refused) == (200, refused), answer.raw


DRAFT = {"inlineData": {"mimeType": "image/png", "data": "RFJBRlQ="}, "thought": True}
FINAL = {"inlineData": {"mimeType": "image/png", "data": "RklOQUw="}}
SAMPLES = {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": "AAAA"}}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", ["chat/completions", "messages", "responses"])
async def test_drafts_give_way_and_sound_is_no_picture_in_every_dialect(path: str, stream: bool) -> None:
    asks = {"model": MODEL, "max_tokens": 9, "stream": stream, "messages": [message({"type": "text", "text": "a"})]}
    asks |= {"input": "a"} if path == "responses" else {}

    async def told(*parts: Any) -> str:
        google = Google([said(parts[0]), *(said(part) for part in parts[1:]), said(finish="STOP")])
        if not stream:
            google = Google([said(*parts, finish="STOP")])
        answer = await Proxy(google).ask(f"/v1/{path}", data=json.dumps(asks).encode())
        assert answer.status == 200, answer.raw
        return answer.raw.decode()

    both = await told(DRAFT, FINAL)
    assert "RklOQUw=" in both and "RFJBRlQ=" not in both
    assert "RFJBRlQ=" in await told(DRAFT)
    sound = await told(SAMPLES)
    assert "![image]" not in sound and "image_generation_call" not in sound
    assert ('"audio":{"id":"audio_' if path == "chat/completions" else "[sound](data:audio/wav;base64,UklGR") in sound
