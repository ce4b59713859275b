"""What agents need beyond the plain protocol, through the whole path: tests/cases/agents.

Each file is a request of Codex or Claude Code; it is sent whole and streamed, and answers are held to the SDKs' types.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter
from whole_path import Answer, Google, Proxy, said

CASES = Path(__file__).parent / "cases" / "agents"
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def case(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text("utf-8"))


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
