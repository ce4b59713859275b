"""What agents need beyond the plain protocol, through the whole path: tests/cases/agents.

Each file is a request of Codex or Claude Code; it is sent whole and streamed, and answers are held to the SDKs' types.
"""

import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from anthropic.lib.streaming._messages import accumulate_event
from anthropic.types import Message, RawMessageStreamEvent
from openai.types.responses import Response, ResponseCompactionItem, ResponseStreamEvent
from pydantic import TypeAdapter
from whole_path import Answer, Google, Proxy, said

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.server.response_store import KeptResponses

CASES = Path(__file__).parent / "cases" / "agents"
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
STEP: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def case(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text("utf-8"))


class Kept:
    """A shelf in memory."""

    def __init__(self) -> None:
        self.contents: dict[str, str] = {}

    def put_response(self, response: str, content: str) -> None:
        self.contents[response] = content

    def drop_response(self, response: str | None) -> None:
        raise AssertionError

    def response(self, response: str) -> Future[str | None]:
        found: Future[str | None] = Future()
        found.set_result(self.contents.get(response))
        return found


async def ask(google: Google, path: str, body: Any, stream: bool) -> Answer:
    return await Proxy(google).ask(path, data=json.dumps({**body, "stream": stream}).encode())


async def respond(google: Google, body: Any, stream: bool) -> Any:
    """The response that Codex gets; both ways are of OpenAI's types."""
    answer = await ask(google, "/v1/responses", body, stream)
    assert answer.status == 200, answer.raw
    if not stream:
        Response.model_validate(answer.body, strict=True)
        return answer.body
    for event in answer.events:
        EVENT.validate_python(event, strict=True)
    done = [event["item"] for event in answer.events if event["type"] == "response.output_item.done"]
    assert done == answer.events[-1]["response"]["output"]
    return answer.events[-1]["response"]


async def told(google: Google, body: Any, stream: bool) -> Any:
    """The message that Claude Code gets, as its SDK adds it up; both ways are of Anthropic's types."""
    answer = await ask(google, "/v1/messages", body, stream)
    assert answer.status == 200, answer.raw
    if not stream:
        Message.model_validate(answer.body, strict=True)
        return answer.body
    message: Any = None
    written: dict[int, bytes] = {}
    for event in answer.events:
        read = STEP.validate_python(event, strict=True)
        message = accumulate_event(event=read, current_snapshot=message, json_bufs=written)
    return message.to_dict()


def declared(google: Google) -> list[str]:
    return [
        one["name"] for tool in google.asked[-1][1].get("tools", ()) for one in tool.get("functionDeclarations", ())
    ]


def contents(google: Google) -> Any:
    return google.asked[-1][1]["contents"]


def calling(name: str, **args: Any) -> list[Any]:
    return [said({"functionCall": {"name": name, "args": args}}, finish="STOP")]


def texts(google: Google) -> list[str]:
    return [part["text"] for content in contents(google) for part in content["parts"] if "text" in part]


@STREAMED
async def test_tools_that_come_inside_the_input_are_tools_of_the_request(stream: bool) -> None:
    body = case("codex-additional-tools")
    google = Google(calling("functions__exec", input="ls()"))
    response = await respond(google, body, stream)
    assert declared(google) == ["functions__exec", "functions__wait"]
    (call,) = response["output"]
    assert (call["type"], call["namespace"], call["name"], call["input"]) == (
        "custom_tool_call",
        "functions",
        "exec",
        "ls()",
    )
    output = {"type": "custom_tool_call_output", "call_id": call["call_id"], "output": "a.txt"}
    google = Google(calling("functions__wait"))
    response = await respond(google, {**body, "input": [*body["input"], call, output]}, stream)
    assert contents(google)[-1]["parts"][0]["functionResponse"]["response"] == {"result": "a.txt"}
    assert [response["output"][0][key] for key in ("type", "namespace", "name")] == [
        "function_call",
        "functions",
        "wait",
    ]


@STREAMED
async def test_a_name_that_comes_twice_is_declared_once_and_can_be_forced(stream: bool) -> None:
    body = case("codex-additional-tools")
    again = {**body["input"][0], "tools": [{"type": "function", "name": "more"}, *body["input"][0]["tools"]]}
    top = {"type": "function", "name": "more", "description": "top"}
    forced = {"type": "function", "name": "wait", "namespace": "functions"}
    google = Google(calling("functions__wait"))
    await respond(google, {**body, "tools": [top], "input": [*body["input"], again], "tool_choice": forced}, stream)
    assert sorted(declared(google)) == ["functions__exec", "functions__wait", "more"]
    (tool,) = google.asked[-1][1]["tools"]
    assert [one["description"] for one in tool["functionDeclarations"] if one["name"] == "more"] == ["top"]
    config = google.asked[-1][1]["toolConfig"]["functionCallingConfig"]
    assert config == {"mode": "ANY", "allowedFunctionNames": ["functions__wait"]}


@STREAMED
async def test_a_task_for_a_sub_agent_reaches_the_model(stream: bool) -> None:
    body, google = case("codex-agent-message"), Google()
    await respond(google, body, stream)
    assert texts(google)[-2:] == [part.get("text") or part["encrypted_content"] for part in body["input"][1]["content"]]
    body["input"][1]["content"][1]["encrypted_content"] = "gAAAAABmcipher=="
    await respond(google, body, stream)
    assert texts(google)[-1].startswith("Message Type: NEW_TASK")


@STREAMED
async def test_a_search_for_tools_is_a_call_and_what_it_found_is_declared(stream: bool) -> None:
    body = case("codex-tool-search")
    google = Google(calling("tool_search", query="mail"))
    response = await respond(google, body, stream)
    assert sorted(declared(google)) == ["mcp__cal__create_event", "shell", "tool_search"]
    called, found = contents(google)[1]["parts"][0], contents(google)[2]["parts"][0]
    assert called["functionCall"] == {"id": "s1", "name": "tool_search", "args": {"query": "cal"}}
    assert found["functionResponse"]["response"] == {"tools": [{"name": "mcp__cal__create_event", "description": "d"}]}
    (call,) = response["output"]
    assert (call["type"], call["execution"], call["arguments"]) == ("tool_search_call", "client", {"query": "mail"})
    bare = [{"type": "function", "name": "send", "parameters": {"type": "object", "properties": {}}}]
    output = {"type": "tool_search_output", "call_id": call["call_id"], "execution": "client", "tools": bare}
    google = Google(calling("mcp__cal__create_event", a="x"), calling("send"))
    body["input"] += [call, output]
    response = await respond(google, body, stream)
    assert "send" in declared(google)
    assert (response["output"][0]["namespace"], response["output"][0]["name"]) == ("mcp__cal", "create_event")
    assert (await respond(google, body, stream))["output"][0]["name"] == "send"


@STREAMED
async def test_a_search_by_openais_servers_is_no_call_of_the_model(stream: bool) -> None:
    body = case("codex-tool-search")
    body["tools"][0] = {"type": "tool_search"}
    for item in body["input"][1:3]:
        item |= {"execution": "server", "call_id": None}
    google = Google()
    await respond(google, body, stream)
    assert sorted(declared(google)) == ["mcp__cal__create_event", "shell"]
    assert "functionCall" not in str(contents(google))


@STREAMED
async def test_parts_that_only_openai_can_read_are_passed_over(stream: bool) -> None:
    google = Google()
    await respond(google, case("codex-encrypted-message"), stream)
    assert contents(google) == [{"role": "user", "parts": [{"text": "q"}]}]
    await respond(google, case("codex-encrypted-output"), stream)
    (answer,) = contents(google)[-1]["parts"]
    assert answer["functionResponse"]["response"] == {"result": ""}


@STREAMED
@pytest.mark.parametrize("name", ["forced-bash-that-is-left-out", "forced-web-search-beside-a-function"])
async def test_a_forced_tool_that_is_left_out_forces_nothing(name: str, stream: bool) -> None:
    google, body = Google(), case(name)
    answer = await ask(google, "/v1/messages", body, stream)
    assert answer.status == 200, answer.raw
    assert declared(google) == ["f"] and "functionCallingConfig" not in str(google.asked[-1][1])
    counted = {key: value for key, value in body.items() if key != "max_tokens"}
    assert (await ask(google, "/v1/messages/count_tokens", counted, False)).status == 200


@pytest.mark.parametrize("tools", [[0], [0, 1]], ids=["only-left-out", "beside-a-function"])
async def test_a_forced_name_that_no_tool_has_is_refused(tools: list[int]) -> None:
    body = case("forced-bash-that-is-left-out")
    body |= {"tools": [body["tools"][n] for n in tools], "tool_choice": {"type": "tool", "name": "g"}}
    answer = await ask(Google(), "/v1/messages", body, False)
    assert answer.status == 400 and "No tool of this request is named 'g'" in answer.body["error"]["message"]


def blocks(message: Any, kind: str) -> list[Any]:
    return [block for block in message["content"] if block["type"] == kind]


def in_pieces(answer: Any, size: int = 7) -> list[Any]:
    """A whole answer as Google streams it: the text in pieces, the pages last."""
    (candidate,) = answer["candidates"]
    text = candidate["content"]["parts"][0]["text"]
    pieces = [said({"text": text[start : start + size]}) for start in range(0, len(text), size)]
    return [*pieces, {**answer, "candidates": [{**candidate, "content": {"role": "model", "parts": [{"text": ""}]}}]}]


@STREAMED
async def test_web_search_says_what_was_searched_and_found(stream: bool) -> None:
    body, google_says = case("claude-code-websearch"), case("claude-code-websearch-answer")
    google = Google(in_pieces(google_says) if stream else [google_says])
    message = await told(google, body, stream)
    assert google.asked[0][1]["tools"] == [{"googleSearch": {}}]
    (use,), (result,), (text,) = (
        blocks(message, kind) for kind in ("server_tool_use", "web_search_tool_result", "text")
    )
    assert (use["name"], use["input"]) == ("web_search", {"query": "harbour bridge opening"})
    assert result["tool_use_id"] == use["id"] and use["id"].startswith("srvtoolu_")
    pages = [chunk["web"] for chunk in google_says["candidates"][0]["groundingMetadata"]["groundingChunks"]]
    assert [(page["url"], page["title"]) for page in result["content"]] == [(one["uri"], one["title"]) for one in pages]
    assert text["text"] == "The bridge opened in 1932. It is painted grey."
    assert [(one["url"], one["cited_text"]) for one in text["citations"]] == [
        (one["uri"], "The bridge opened in 1932.") for one in pages
    ]
    assert message["usage"]["server_tool_use"]["web_search_requests"] == 1
    assert message["stop_reason"] == "end_turn"

    again = [
        *body["messages"],
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": "so?"},
    ]
    google = Google()
    await told(google, {**body, "messages": again}, stream)
    assert [content["parts"] for content in contents(google)][1:] == [[{"text": text["text"]}], [{"text": "so?"}]]


@STREAMED
async def test_places_of_citations_are_bytes(stream: bool) -> None:
    answer = case("claude-code-websearch-answer")
    (candidate,) = answer["candidates"]
    candidate["content"]["parts"][0]["text"] = text = "Größe 🎉: sehr groß. Ende."
    start, end = len("Größe 🎉: ".encode()), len("Größe 🎉: sehr groß.".encode())
    segment = {"startIndex": start, "endIndex": end, "text": "sehr groß."}
    candidate["groundingMetadata"]["groundingSupports"] = [{"segment": segment, "groundingChunkIndices": [1]}]
    google = Google(in_pieces(answer, 3) if stream else [answer])
    (block,) = blocks(await told(google, case("claude-code-websearch"), stream), "text")
    assert block["text"] == text and [one["cited_text"] for one in block["citations"]] == ["sehr groß."]


@STREAMED
@pytest.mark.parametrize("grounding", [None, {}, {"searchEntryPoint": {"renderedContent": "<div></div>"}}])
async def test_where_google_did_not_search_there_is_nothing_of_it(grounding: Any, stream: bool) -> None:
    answer = case("claude-code-websearch-answer")
    answer["candidates"][0]["groundingMetadata"] = grounding
    message = await told(Google([answer]), case("claude-code-websearch"), stream)
    assert [block["type"] for block in message["content"]] == ["text"]
    assert not message["content"][0].get("citations") and not message["usage"].get("server_tool_use")


@STREAMED
async def test_a_search_without_pages_and_one_that_comes_in_parts(stream: bool) -> None:
    """Google may name the queries before the pages, and may find nothing."""
    answer = case("claude-code-websearch-answer")
    grounding = answer["candidates"][0]["groundingMetadata"]
    answer["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["a", "b"]}
    message = await told(Google([answer]), case("claude-code-websearch"), stream)
    assert blocks(message, "web_search_tool_result")[0]["content"] == []
    assert message["usage"]["server_tool_use"]["web_search_requests"] == 2
    first = said({"text": "The bridge opened in 1932."})
    first["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["a", "b"]}
    del grounding["webSearchQueries"]
    last = said({"text": " It is painted grey."}, finish="STOP")
    last["candidates"][0]["groundingMetadata"] = grounding
    if stream:
        message = await told(Google([first, last]), case("claude-code-websearch"), stream)
        assert blocks(message, "server_tool_use")[0]["input"] == {"query": "a"}
        assert len(blocks(message, "web_search_tool_result")[0]["content"]) == 2


@STREAMED
async def test_a_client_that_offers_no_search_is_told_nothing_of_one(stream: bool) -> None:
    """The search may be the wish of a model's name."""
    body = {**case("claude-code-websearch"), "model": "gemini-2.5-flash-search"}
    del body["tools"], body["tool_choice"]
    google = Google([case("claude-code-websearch-answer")])
    message = await told(google, body, stream)
    assert google.asked[0][1]["tools"] == [{"googleSearch": {}}]
    assert [block["type"] for block in message["content"]] == ["text"] and "citations" not in message["content"][0]


TALK = [
    {"type": "message", "role": "developer", "content": "Be brief."},
    {"type": "message", "role": "user", "content": "Fix the bug."},
    {"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "c1"},
    {"type": "function_call_output", "call_id": "c1", "output": "ok"},
    {"type": "message", "role": "assistant", "content": "Done."},
    {"type": "message", "role": "user", "content": "And now the next."},
]
SHELL = {"type": "function", "name": "shell", "parameters": {"type": "object", "properties": {}}}
TALKED = {"model": "gemini-3.1-pro-preview", "store": False, "tools": [SHELL], "input": TALK}
SUMMED_UP = [
    said({"text": "hm", "thought": True}),
    said({"text": "The bug "}),
    said({"text": "is fixed."}, finish="STOP"),
]
SUMMED_UP_WHOLE = [said({"text": "The bug is fixed."}, finish="STOP", usageMetadata={"promptTokenCount": 5})]


@STREAMED
async def test_a_trigger_is_answered_with_one_compaction_item_whose_words_come_back(stream: bool) -> None:
    trigger = {"type": "compaction_trigger"}
    google = Google(SUMMED_UP if stream else SUMMED_UP_WHOLE)
    form = {"format": {"type": "json_object"}}
    response = await respond(google, {**TALKED, "input": [*TALK, trigger], "text": form}, stream)
    asked = google.asked[0][1]
    assert asked["toolConfig"] == {"functionCallingConfig": {"mode": "NONE"}} and declared(google) == ["shell"]
    assert "responseMimeType" not in asked.get("generationConfig", {})
    assert asked["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert texts(google)[:3] == ["Fix the bug.", "Done.", "And now the next."] and "Sum up" in texts(google)[3]
    (item,) = response["output"]
    ResponseCompactionItem.model_validate(item, strict=True)

    google = Google()
    await respond(google, {**TALKED, "input": [*TALK[:2], item, TALK[-1]]}, stream)
    first, summary, last = texts(google)
    assert (first, last) == ("Fix the bug.", "And now the next.") and "The bug is fixed." in summary


async def test_the_path_that_compacts_keeps_what_the_user_said_beside_one_summary() -> None:
    google = Google(SUMMED_UP_WHOLE)
    body = (await ask(google, "/v1/responses/compact", TALKED, False)).body
    assert body["object"] == "response.compaction" and body["usage"]["input_tokens"] == 5
    assert [(item["type"], item.get("role")) for item in body["output"]] == [
        ("message", "user"),
        ("message", "user"),
        ("compaction", None),
    ]
    google = Google(SUMMED_UP_WHOLE)
    again = (await ask(google, "/v1/responses/compact", {**TALKED, "input": [*body["output"], TALK[-1]]}, False)).body
    assert "The bug is fixed." in texts(google)[2]
    assert [item["type"] for item in again["output"]] == ["message"] * 3 + ["compaction"]


async def test_a_kept_response_that_sums_up_is_gone_on_from_without_what_it_stands_for() -> None:
    google = Google(SUMMED_UP_WHOLE, [said({"text": "ok"}, finish="STOP")])
    proxy = Proxy(google, responses=KeptResponses(Kept()))
    body = {**TALKED, "store": True, "input": [*TALK, {"type": "compaction_trigger"}]}
    first = (await proxy.ask("/v1/responses", data=json.dumps(body).encode())).body
    more = {"model": TALKED["model"], "previous_response_id": first["id"], "input": "go on"}
    assert (await proxy.ask("/v1/responses", data=json.dumps(more).encode())).status == 200
    said_to_google = texts(google)
    assert said_to_google[:2] == ["Fix the bug.", "And now the next."] and said_to_google[-1] == "go on"
    assert "The bug is fixed." in said_to_google[2] and "functionCall" not in str(contents(google))


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/responses/compact"])
async def test_a_summary_that_google_does_not_give_is_no_good_end(path: str) -> None:
    """A client would throw the conversation away for it."""
    body = {**TALKED, "input": [*TALK, {"type": "compaction_trigger"}]}
    empty = await ask(Google([said(finish="STOP")]), path, body, False)
    assert empty.status == 502
    filtered = await ask(Google([said(finish="SAFETY")]), path, body, False)
    blocked = await ask(Google([{"promptFeedback": {"blockReason": "SAFETY"}}]), path, body, False)
    if path == "/v1/responses":
        assert [one.body["status"] for one in (filtered, blocked)] == ["incomplete"] * 2
        assert "compaction" not in str([one.body["output"] for one in (filtered, blocked)])
    else:
        assert [one.status for one in (filtered, blocked)] == [400] * 2


@STREAMED
async def test_summaries_of_others_and_nothing_to_sum_up(stream: bool) -> None:
    """What only OpenAI can read is passed over; a conversation without words is refused."""
    google = Google()
    foreign = [{"type": kind, "encrypted_content": "gAAAAABx"} for kind in ("compaction", "compaction_summary")]
    await respond(google, {**TALKED, "input": [*foreign, {"type": "context_compaction"}, TALK[1]]}, stream)
    assert texts(google) == ["Fix the bug."]
    answer = await ask(Google(), "/v1/responses", {**TALKED, "input": [{"type": "compaction_trigger"}]}, stream)
    assert answer.status == 400 and answer.body["error"]["param"] == "input"


class NoCircles(Google):
    """Refuses what turns in circles, in the words that Google has for it."""

    def refusal(self, request: Any) -> UpstreamFault | None:
        words = "Request contains an invalid argument."
        return UpstreamFault(FaultKind.CLIENT, words, status=400) if "$ref" in json.dumps(request) else None

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any) -> AsyncIterator[Any]:
        async with super().stream(credential, model, request) as reads:
            if fault := self.refusal(request):
                raise fault
            yield reads


RECURSIVE = {
    "type": "object",
    "properties": {"tree": {"$ref": "#/$defs/node"}},
    "required": ["tree"],
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
        }
    },
}


@STREAMED
@pytest.mark.parametrize("key", ["parametersJsonSchema", "parameters_json_schema"])
async def test_a_recursive_schema_works_on_googles_own_way(key: str, stream: bool) -> None:
    google = NoCircles()
    tools = [{"functionDeclarations": [{"name": "draw", "description": "d", key: RECURSIVE}]}]
    body = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "tools": tools}
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    answer = await Proxy(google).ask(f"/v1beta/models/gemini-2.5-pro:{method}", data=json.dumps(body).encode())
    assert answer.status == 200, answer.raw
    assert len(google.asked) == 2
    (tool,) = google.asked[-1][1]["tools"]
    (function,) = tool["functionDeclarations"]
    schema = function.get("parameters") or function["parametersJsonSchema"]
    assert "children" in schema["properties"]["tree"]["properties"] and "$ref" not in json.dumps(schema)


@STREAMED
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/responses"])
async def test_a_picture_goes_by_its_own_name(path: str, stream: bool) -> None:
    google = Google()
    name = "image-jpg-messages" if path == "/v1/messages" else "image-jpg-responses"
    answer = await ask(google, path, case(name), stream)
    assert answer.status == 200, answer.raw
    (part,) = contents(google)[0]["parts"]
    assert part["inlineData"]["mimeType"] == "image/png", "what its bytes are"


F = {"type": "object", "properties": {"a": {"type": "string"}}}
BESIDE = {
    "/v1/messages": {
        "max_tokens": 64,
        "messages": [{"role": "user", "content": "q"}],
        "tools": [{"type": "web_search_20250305", "name": "web_search"}, {"name": "f", "input_schema": F}],
        "tool_choice": {"type": "auto"},
    },
    "/v1/responses": {
        "input": "q",
        "store": False,
        "tools": [{"type": "web_search"}, {"type": "function", "name": "f", "parameters": F}],
        "tool_choice": "auto",
    },
    "/v1/chat/completions": {
        "messages": [{"role": "user", "content": "q"}],
        "web_search_options": {},
        "tools": [{"type": "function", "function": {"name": "f", "parameters": F}}],
        "tool_choice": "auto",
    },
}
SEARCHED = {
    "toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["q"]}, "id": "s"},
    "thoughtSignature": "c2ln",
}


@STREAMED
@pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-3.1-pro-preview", "gemini-4-neon"])
@pytest.mark.parametrize("path", BESIDE)
async def test_search_stands_beside_functions_on_models_that_take_both(path: str, model: str, stream: bool) -> None:
    """What Google's servers did by themselves is no word of the answer."""
    google = Google([said(SEARCHED, {"text": "Found."}, finish="STOP")])
    answer = await ask(google, path, {**BESIDE[path], "model": model}, stream)
    assert answer.status == 200, answer.raw
    assert "c2ln" not in answer.raw.decode() and "Found." in answer.raw.decode()
    asked = google.asked[0][1]
    functions, *searches = asked["tools"]
    assert [one["name"] for one in functions["functionDeclarations"]] == ["f"]
    if model == "gemini-2.5-pro":
        assert not searches and "toolConfig" not in asked, "AUTO is Google's default"
    else:
        assert searches == [{"googleSearch": {}}]
        assert asked["toolConfig"] == {"includeServerSideToolInvocations": True}


@pytest.mark.parametrize(
    "words", ["Tool use with function calling is unsupported", "Multiple tools are supported only"]
)
@pytest.mark.parametrize("path", BESIDE)
async def test_a_search_that_is_refused_beside_functions_is_left_out(path: str, words: str) -> None:
    refused = UpstreamFault(FaultKind.CLIENT, words, status=400)
    google = Google([refused], [said({"text": "ok"}, finish="STOP")])
    answer = await ask(google, path, {**BESIDE[path], "model": "gemini-3.1-pro-preview"}, False)
    assert answer.status == 200 and len(google.asked) == 2
    assert [list(tool) for tool in google.asked[1][1]["tools"]] == [["functionDeclarations"]]
    assert "toolConfig" not in google.asked[1][1]
