"""What a test writes down is what the model says: turn by turn, to those who could ask for it, within the rules."""

from typing import Any

READ = {
    "name": "read_file",
    "parameters": {"type": "OBJECT", "properties": {"path": {"type": "STRING"}}, "required": ["path"]},
}
RUN = {"name": "mcp__shell__exec", "parameters": {"type": "OBJECT", "properties": {"cmd": {"type": "STRING"}}}}
TOOLS = [{"functionDeclarations": [READ, RUN]}]


async def script(google: Any, turns: Any, status: int = 200) -> Any:
    answer = await google.http.post("/sim/script", json=turns)
    assert answer.status_code == status, answer.text
    return answer.json()


async def parts(google: Any, **more: Any) -> list[Any]:
    answer = await google.ask("go on", tools=TOOLS, **more)
    found: list[Any] = answer.json()["candidates"][0]["content"]["parts"]
    return found


async def test_turns_come_in_order_and_then_the_usual_answer(google: Any) -> None:
    await script(google, [{"text": "first"}, {"text": "second"}])
    assert [part["text"] for part in await parts(google)] == ["first"]
    assert [part["text"] for part in await parts(google)] == ["second"]
    assert (await parts(google))[0]["text"] not in ("first", "second")


async def test_a_turn_may_speak_and_call_at_once(google: Any) -> None:
    calls = [{"tool": "read", "args": {"path": "a.txt"}}, {"tool": "shell.*exec", "args": {"cmd": "ls"}}]
    await script(google, [{"text": "let me see", "calls": calls}])
    text, *called = await parts(google)
    assert text["text"] == "let me see"
    assert [part["functionCall"] for part in called] == [
        {"name": "read_file", "args": {"path": "a.txt"}},
        {"name": "mcp__shell__exec", "args": {"cmd": "ls"}},
    ]
    assert [bool(part.get("thoughtSignature")) for part in called] == [True, False]


async def test_what_a_function_demands_is_made_up(google: Any) -> None:
    await script(google, [{"calls": [{"tool": "read"}]}])
    assert isinstance((await parts(google))[0]["functionCall"]["args"]["path"], str)


async def test_a_turn_waits_for_who_declares_its_functions(google: Any) -> None:
    await script(google, [{"calls": [{"tool": "write"}]}])
    assert "functionCall" not in (await parts(google))[0]
    without = await google.post({"contents": [{"role": "user", "parts": [{"text": "a title, please"}]}]})
    assert without.status_code == 200
    assert (await google.http.get("/sim/script")).json() == {"waiting": 1}
    write = {"name": "write_file", "parameters": {"type": "OBJECT", "properties": {}}}
    answer = await google.ask("go on", tools=[{"functionDeclarations": [write]}])
    assert answer.json()["candidates"][0]["content"]["parts"][0]["functionCall"]["name"] == "write_file"
    assert (await google.http.get("/sim/script")).json() == {"waiting": 0}


async def test_a_refused_request_takes_no_turn(google: Any) -> None:
    await script(google, [{"text": "kept"}])
    google.world.faults.push("rate_limit")
    assert (await google.ask("go on", tools=TOOLS)).status_code == 429
    assert (await google.post({"contents": 5, "tools": TOOLS})).status_code == 400
    assert (await parts(google))[0]["text"] == "kept"


async def test_a_stream_says_the_same(google: Any) -> None:
    await script(google, [{"text": "hello there", "calls": [{"tool": "exec", "args": {"cmd": "ls"}}]}])
    answer = await google.ask("go on", tools=TOOLS, stream=True)
    assert '"cmd":"ls"' in answer.text


async def test_what_is_no_script_is_refused_whole(google: Any) -> None:
    for wrong in ({}, [1], [{}], [{"say": "x"}], [{"calls": [{}]}], [{"text": "ok"}, {"calls": [{"tool": "("}]}]):
        await script(google, wrong, 400)
    assert (await google.http.get("/sim/script")).json() == {"waiting": 0}


async def test_a_script_can_be_forgotten(google: Any) -> None:
    await script(google, [{"text": "never"}])
    assert (await google.http.delete("/sim/script")).json() == {"waiting": 0}


async def test_a_turn_waits_for_a_request_that_lets_functions_be_called(google: Any) -> None:
    await script(google, [{"calls": [{"tool": "read"}]}])
    none = {"functionCallingConfig": {"mode": "NONE"}}
    assert all("functionCall" not in part for part in await parts(google, toolConfig=none))
    assert ["functionCall" in part for part in await parts(google)] == [True]
