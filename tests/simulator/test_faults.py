"""Each fault of the menu, as a client sees it on the socket."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest

from gcli2api_tui.simulator.faults import REFUSALS

EXPECTED = {
    "rate_limit": (429, "RATE_LIMIT_EXCEEDED", "Your quota will reset after 0s."),
    "quota_exhausted": (429, "QUOTA_EXHAUSTED", "Your quota will reset after 8h44m7s."),
    "individual_quota": (429, "QUOTA_EXHAUSTED", "Individual quota reached."),
    "capacity_429": (429, "MODEL_CAPACITY_EXHAUSTED", "No capacity available for model gemini-2.5-flash on the server"),
    "capacity_503": (503, "MODEL_CAPACITY_EXHAUSTED", "No capacity available for model gemini-2.5-flash on the server"),
    "no_credits": (429, "INSUFFICIENT_G1_CREDITS_BALANCE", "Resource has been exhausted (e.g. check quota)."),
    "exhausted": (429, "", "Resource has been exhausted (e.g. check quota)."),
    "vertex_exhausted": (429, "", "error-code-429 for more details."),
    "per_minute": (429, "PerMinutePerProjectPerModel-FreeTier", "Please retry in 47.4s."),
    "per_day": (429, "PerDayPerProjectPerModel-FreeTier", "limit: 250, model: gemini-2.5-flash"),
    "limit_zero": (429, '"quotaValue":"0"', "limit: 0, model"),
    "invalid_argument": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "precondition": (400, "FAILED_PRECONDITION", "Precondition check failed."),
    "location": (400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    "too_long": (400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds"),
    "bad_signature": (400, "INVALID_ARGUMENT", "Corrupted thought signature."),
    "unauthenticated": (401, "ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials."),
    "key_invalid": (400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key."),
    "key_expired": (400, "API_KEY_INVALID", "API key expired. Please renew the API key."),
    "key_leaked": (403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
    "suspended": (403, "CONSUMER_SUSPENDED", "has been suspended."),
    "unregistered": (403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"),
    "permission_denied": (403, '"reason":"forbidden"', "The caller does not have permission"),
    "terms": (403, "TOS_VIOLATION", "Please submit an appeal to continue using this product."),
    "terms_older": (403, "PERMISSION_DENIED", "gemini-code-assist-user-feedback@google.com"),
    "validation": (403, "VALIDATION_REQUIRED", "Verify your account to continue."),
    "no_licence": (403, "PERMISSION_DENIED", "You must be a named user on your organization's"),
    "service_disabled": (403, "SERVICE_DISABLED", "has not been used in project p1 before or it is disabled."),
    "wrong_project": (403, "IAM_PERMISSION_DENIED", "cloudaicompanion.companions.generateChat"),
    "security_policy": (403, "SECURITY_POLICY_VIOLATED", "organization's policy"),
    "not_found": (404, "NOT_FOUND", "Requested entity was not found."),
    "cancelled": (499, "CANCELLED", "The operation was cancelled."),
    "internal": (500, "INTERNAL", "Internal error encountered."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    "unavailable": (503, "UNAVAILABLE", "The service is currently unavailable."),
    "deadline": (504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}


def test_every_refusal_is_expected_here() -> None:
    assert set(EXPECTED) == set(REFUSALS)


@pytest.mark.parametrize("kind", EXPECTED)
async def test_a_refusal_is_answered_once_with_googles_body(google: Any, kind: str) -> None:
    status, marker, text = EXPECTED[kind]
    google.world.faults.push(kind, method="streamGenerateContent")
    assert (await google.ask()).status_code == 200
    answer = await google.ask(stream=True)
    assert answer.status_code == status
    assert text in answer.json()["error"]["message"]
    assert marker in answer.text
    assert (await google.ask(stream=True)).status_code == 200


async def test_a_quota_error_says_when_in_three_ways(google: Any) -> None:
    google.world.faults.push("quota_exhausted", delay_s=7200)
    info, retry = (await google.ask()).json()["error"]["details"]
    assert info["metadata"]["quotaResetDelay"] == "2h0m0.00000000s"
    assert info["metadata"]["quotaResetTimeStamp"] == "2026-11-18T13:06:40Z"
    assert retry["retryDelay"] == "7200s"


async def test_faults_match_skip_count_and_wrap(google: Any) -> None:
    google.world.faults.push("overloaded", credential="AIza-sim-1", model="gemini-2.5-pro", skip=1, count=2, array=True)
    seen = [(await google.ask(model=model)).status_code for model in ("gemini-2.5-flash", *["gemini-2.5-pro"] * 4)]
    assert seen == [200, 200, 503, 503, 200]
    google.world.faults.push("internal", array=True, legacy=True)
    (wrapped,) = (await google.ask()).json()
    assert wrapped["error"]["errors"][0]["domain"] == "global"


def events(body: bytes) -> list[Any]:
    assert body.endswith(b"\r\n\r\n") and b"[DONE]" not in body
    return [json.loads(frame.removeprefix(b"data: ")) for frame in body.split(b"\r\n\r\n")[:-1]]


def text_of(found: list[Any]) -> str:
    parts = [part for one in found for part in one["candidates"][0]["content"].get("parts", ())]
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


async def test_a_stream_equals_the_whole_answer(google: Any) -> None:
    whole = (await google.ask("tell me", model="gemini-3-flash-preview")).json()
    found = events((await google.ask("tell me", model="gemini-3-flash-preview", stream=True)).content)
    assert text_of(found) == text_of([whole])
    assert [one["candidates"][0].get("finishReason") for one in found] == [None] * (len(found) - 1) + ["STOP"]
    assert found[-1]["usageMetadata"] == whole["usageMetadata"]


@pytest.mark.parametrize("kind", ["several_parts", "coalesced", "split_character"])
async def test_odd_packets_carry_the_same_text(google: Any, kind: str) -> None:
    plain = text_of(events((await google.ask("请介绍一下天气", stream=True)).content))
    google.world.faults.push(kind)
    assert text_of(events((await google.ask("请介绍一下天气", stream=True)).content)) == plain


async def test_a_character_is_really_split(google: Any) -> None:
    google.world.faults.push("split_character")
    url, body = (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        {"contents": [{"parts": [{"text": "你好"}]}]},
    )
    headers = {"x-goog-api-key": "AIza-sim-1"}
    async with google.http.stream("POST", url, json=body, headers=headers) as answer:
        packets = [packet async for packet in answer.aiter_raw()]
    with pytest.raises(UnicodeDecodeError):
        packets[0].decode()


async def test_gzip_and_a_huge_event(google: Any) -> None:
    google.world.faults.push("gzip", count=2)
    assert gzip.compress(b"")[:2] and (await google.ask(stream=True)).headers["content-encoding"] == "gzip"
    assert (await google.ask()).json()["candidates"]
    google.world.faults.push("huge_event", size=1_000_000)
    assert len(text_of(events((await google.ask(stream=True)).content))) == 1_000_000


async def test_an_error_frame_and_a_missing_finish(google: Any) -> None:
    google.world.faults.push("error_frame", after=1)
    found = events((await google.ask(stream=True)).content)
    assert len(found) == 2 and found[1]["error"]["status"] == "UNAVAILABLE"
    google.world.faults.push("error_frame", after=0, error="per_day")
    (only,) = events((await google.ask(stream=True)).content)
    assert only["error"]["code"] == 429 and "PerDay" in str(only)
    google.world.faults.push("error_frame", error="per_day")
    assert (await google.ask()).status_code == 429
    with pytest.raises(ValueError, match="has no error 'nonsense'"):
        google.world.faults.push("error_frame", error="nonsense")
    google.world.faults.push("no_finish", count=2)
    assert b"finishReason" not in (await google.ask(stream=True)).content
    assert b"finishReason" not in (await google.ask()).content


async def test_a_refresh_that_is_refused(google: Any) -> None:
    google.world.faults.push("invalid_grant", method="refresh")
    asked = {"grant_type": "refresh_token", "refresh_token": "1//sim-alice"}
    refused = await google.token(**asked)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await google.token(**asked)).status_code == 200


async def test_cut_and_hang_up_break_the_connection(google: Any) -> None:
    google.world.faults.push("cut", after=1)
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        await google.ask(stream=True)
    google.world.faults.push("hang_up")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await google.ask()
    assert [entry.outcome for entry in google.world.journal.calls()] == ["cut", "cut"]


@pytest.mark.parametrize("kind", ["slow_first_byte", "slow_chunks"])
async def test_a_client_that_leaves_ends_the_wait(google: Any, kind: str) -> None:
    google.world.faults.push(kind, delay_s=30)
    asking = asyncio.create_task(google.ask(stream=True))
    while not google.hand.slept:
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    (entry,) = google.world.journal.calls("streamGenerateContent")
    while entry.outcome == "open":
        await asyncio.sleep(0)
    assert (entry.outcome, google.hand.slept) == ("cancelled", [30])


async def test_empty_blocked_and_unfinished_answers(google: Any) -> None:
    google.world.faults.push("blocked")
    blocked = (await google.ask()).json()
    assert blocked["promptFeedback"]["blockReason"] == "PROHIBITED_CONTENT" and "candidates" not in blocked
    for kind, finish in (("empty", "STOP"), ("malformed_call", "MALFORMED_FUNCTION_CALL"), ("finish", "SAFETY")):
        google.world.faults.push(kind)
        candidate = (await google.ask()).json()["candidates"][0]
        assert candidate["finishReason"] == finish
        assert ("parts" in candidate["content"]) == (kind == "finish")


async def test_access_tokens_end_when_told(google: Any) -> None:
    token = google.world.issue_token("alice@example.com")
    assert google.world.holder(token)
    await google.http.delete("/sim/tokens")
    assert google.world.holder(token) is None


async def test_the_door_for_scripts(google: Any) -> None:
    unknown = await google.http.post("/sim/faults", json={"kind": "nonsense"})
    assert unknown.status_code == 400 and "no fault is called 'nonsense'" in unknown.text
    await google.http.post("/sim/faults", json={"kind": "overloaded", "count": 2})
    assert (await google.ask()).status_code == 503
    await google.http.delete("/sim/faults")
    assert (await google.ask()).status_code == 200
    assert list((await google.http.get("/sim/world")).json()["answered"].values()) == [1]
    journal = (await google.http.get("/sim/journal", params={"rpc": "generateContent"})).text
    assert [one["fault"] for one in json.loads(journal)] == ["overloaded", ""] and "AIza" not in journal
    assert "AIza" not in (await google.http.get("/sim/world")).text
