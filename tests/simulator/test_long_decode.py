"""Long answers of Gemini 4: hops, tokens that are good for one request of one credential, and what is refused."""

import json
from typing import Any

import pytest

from gcli2api_tui.simulator.usage import tokens

from .conftest import KEY, Google, said

NEON = "gemini-4-neon"
LONG = "a long story [sim:words=400]"
BODY = {"contents": [said(LONG)], "generationConfig": {"maxOutputTokens": 200_000}}


@pytest.fixture
def short(google: Google) -> Google:
    google.world.long_decode.hop_tokens = 100
    google.world.api_keys["AIza-sim-1"].free = False
    return google


async def events(google: Google, token: str = "", body: Any = BODY) -> list[Any]:
    answer = await google.post({**body, **({"continuationToken": token} if token else {})}, model=NEON, stream=True)
    assert answer.status_code == 200, answer.text
    return [json.loads(line[6:]) for line in answer.text.split("\r\n") if line]


def text_of(found: list[Any]) -> str:
    parts = [part for one in found for part in one["candidates"][0]["content"].get("parts", ())]
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


def end_of(found: list[Any]) -> tuple[str, str]:
    last = found[-1]["candidates"][0]
    return last["finishReason"], last.get("continuationToken", "")


async def at_once(google: Google) -> Google:
    google.world.long_decode.hop_tokens = 65_536
    return google


async def all_of(google: Google, body: Any = BODY) -> list[list[Any]]:
    hops = [await events(google, body=body)]
    while end_of(hops[-1])[0] == "CONTINUATION":
        hops.append(await events(google, end_of(hops[-1])[1], body))
    return hops


async def test_the_hops_are_the_answer_that_one_would_be(short: Google) -> None:
    hops = await all_of(short)
    (one,) = await all_of(await at_once(short))
    assert "".join(map(text_of, hops)) == text_of(one) and len(hops) > 4
    assert [end_of(hop)[0] for hop in hops] == ["CONTINUATION"] * (len(hops) - 1) + ["STOP"]
    assert all(tokens(text_of(hop)) <= 100 for hop in hops)


async def test_each_hop_counts_itself_and_reads_what_came_before_it(short: Google) -> None:
    usages = [hop[-1]["usageMetadata"] for hop in await all_of(short)]
    made = [one.get("candidatesTokenCount", 0) + one.get("thoughtsTokenCount", 0) for one in usages]
    prompts = [one["promptTokenCount"] for one in usages]
    assert max(made) <= 100 and prompts == [prompts[0] + sum(made[:number]) for number in range(len(made))]


async def test_a_stream_can_be_resumed_from_the_checkpoint_in_its_middle(short: Google) -> None:
    hop = (await all_of(short))[1]
    (at,) = [number for number, one in enumerate(hop) if end_marked(one)]
    token = hop[at]["candidates"][0]["continuationToken"]
    assert text_of(hop[: at + 1]) + text_of(await events(short, token))[: len(text_of(hop[at + 1 :]))] == text_of(hop)
    assert hop[at]["usageMetadata"]["candidatesTokenCount"] == tokens(text_of(hop[: at + 1]))


def end_marked(event: Any) -> bool:
    candidate = event["candidates"][0]
    return "continuationToken" in candidate and "finishReason" not in candidate


async def test_a_hop_of_thoughts_has_no_text(short: Google) -> None:
    hops = await all_of(short, {**BODY, "contents": [said("think [sim:think=250] [sim:words=30]")]})
    assert [bool(text_of(hop)) for hop in hops][:3] == [False, False, True]
    assert sum(hop[-1]["usageMetadata"].get("thoughtsTokenCount", 0) for hop in hops) == 250


async def test_the_limit_is_for_all_hops_and_may_be_raised_when_it_is_reached(short: Google) -> None:
    limited = {**BODY, "generationConfig": {"maxOutputTokens": 250}}
    hops = await all_of(short, limited)
    reason, token = end_of(hops[-1])
    usages = [hop[-1]["usageMetadata"] for hop in hops]
    made = sum(one.get("candidatesTokenCount", 0) + one.get("thoughtsTokenCount", 0) for one in usages)
    assert reason == "MAX_TOKENS" and 240 <= made <= 250
    more = await events(short, token)
    (whole,) = await all_of(await at_once(short))
    assert text_of(more) and text_of(whole).startswith("".join(map(text_of, hops)) + text_of(more))


async def test_without_a_limit_beyond_a_hop_there_is_one(short: Google) -> None:
    for limit in ({}, {"maxOutputTokens": 100}):
        assert end_of(await events(short, body={**BODY, "generationConfig": limit}))[0] == "MAX_TOKENS"


async def refusal(google: Google, body: Any, **how: Any) -> str:
    answer = await google.post(body, **{"model": NEON, "stream": True, **how})
    assert answer.status_code == 400
    return str(json.loads(answer.text)["error"]["message"])


async def test_a_token_is_good_for_one_request_of_one_credential(short: Google) -> None:
    _, token = end_of(await events(short))
    short.world.add_api_key("AIza-sim-2", project="p2", free=False)
    asked = {**BODY, "continuationToken": token}
    for changed in (
        {**asked, "contents": [said(LONG), {"role": "model", "parts": [{"text": "a"}]}, said("go on")]},
        {**asked, "systemInstruction": said("Be brief.")},
        {**asked, "generationConfig": {"maxOutputTokens": 200_000, "temperature": 0.5}},
    ):
        assert "another request" in await refusal(short, changed)
    assert "another request" in await refusal(short, asked, model="gemini-4-argon")
    assert "invalid" in await refusal(short, {**asked, "continuationToken": "made-up"})
    assert "not supported" in await refusal(short, {**asked, "generationConfig": {}}, model="gemini-3.8-flash")
    answer = await short.http.post(
        f"/v1beta/models/{NEON}:streamGenerateContent", json=asked, headers={**KEY, "x-goog-api-key": "AIza-sim-2"}
    )
    assert answer.status_code == 400 and "token is invalid" in answer.text


async def test_unstreamed_a_hop_is_half_as_long_and_the_first_has_a_lower_limit(short: Google) -> None:
    assert "maxOutputTokens value of 200000" in await refusal(short, BODY, stream=False)
    low = {**BODY, "generationConfig": {"maxOutputTokens": 30_000}}
    first = (await short.post(low, model=NEON)).json()
    reason, token = end_of([first])
    assert reason == "CONTINUATION" and tokens(text_of([first])) <= 50
    second = (await short.post({**BODY, "continuationToken": token}, model=NEON)).json()
    assert end_of([second])[0] == "CONTINUATION", "with a token the limit may be as high as for a stream"


async def test_code_assist_knows_no_token(google: Google) -> None:
    request = {"contents": [said("hi")], "continuationToken": "t"}
    body = {"model": "gemini-3-flash", "project": "alice-project", "request": request}
    answer = await google.assist("generateContent", body)
    assert answer.status_code == 400 and "continuationToken" in answer.text


async def test_a_fault_can_wait_for_a_hop(short: Google) -> None:
    short.world.faults.push("overloaded", hop=3)
    hops = [await events(short)]
    hops.append(await events(short, end_of(hops[-1])[1]))
    token = end_of(hops[-1])[1]
    assert (await short.post({**BODY, "continuationToken": token}, model=NEON, stream=True)).status_code == 503
    assert text_of(await events(short, token))


async def test_the_length_of_a_hop_is_a_switch(google: Google) -> None:
    assert (await google.http.post("/sim/hop-tokens", json={"hop_tokens": 50})).status_code == 200
    assert google.world.long_decode.hop_tokens == 50
