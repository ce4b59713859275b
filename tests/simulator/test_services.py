"""Quotas, onboarding, tools and usage, service by service."""

from typing import Any

import pytest

from gcli2api_tui.simulator.quota import pacific_midnight

HI = [{"role": "user", "parts": [{"text": "hi"}]}]
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}
TOOLS = [{"functionDeclarations": [{"name": "get_weather", "parametersJsonSchema": CITY}, {"name": "read_file"}]}]


def envelope(model: str = "gemini-2.5-pro", **more: Any) -> dict[str, Any]:
    return {"model": model, "project": "alice-project", "request": {"contents": HI}, **more}


async def test_keys_of_one_project_share_its_minute_and_its_day(google: Any) -> None:
    for key in ("AIza-sim-1", "AIza-sim-b"):
        google.world.add_api_key(key, project="shared", rpm=2, rpd=3)
    other = {"x-goog-api-key": "AIza-sim-b"}
    url = "/v1beta/models/gemini-2.5-flash:generateContent"
    assert (await google.ask()).status_code == 200
    assert (await google.http.post(url, json={"contents": HI}, headers=other)).status_code == 200
    minute = await google.ask()
    assert minute.status_code == 429 and "PerMinute" in minute.text and '"retryDelay":"60s"' in minute.text
    google.hand.at += 60
    assert (await google.ask()).status_code == 200
    google.hand.at += 60
    assert "PerDay" in (await google.ask()).text
    assert (await google.ask(model="gemini-2.5-pro")).status_code == 200
    google.hand.at = pacific_midnight(google.hand.at)
    assert (await google.ask()).status_code == 200


def test_a_pacific_day_ends_at_seven_or_eight_utc() -> None:
    assert pacific_midnight(1_795_000_000) % 86400 == 8 * 3600
    assert pacific_midnight(1_780_000_000) % 86400 == 7 * 3600


async def test_listing_and_counting_cost_nothing_and_a_refused_request_neither(google: Any) -> None:
    google.world.add_api_key("AIza-sim-1", project="p", rpd=1)
    key = {"x-goog-api-key": "AIza-sim-1"}
    listed = (await google.http.get("/v1beta/models?pageSize=3", headers=key)).json()
    assert len(listed["models"]) == 3 and listed["nextPageToken"] == "3"
    counted = await google.http.post("/v1/models/gemini-2.5-flash:countTokens", json={"contents": HI}, headers=key)
    assert counted.json()["totalTokens"] == 1
    assert (await google.post({})).status_code == 400
    assert [(await google.ask()).status_code for _ in range(2)] == [200, 429]


async def test_keys_that_do_not_work_say_why(google: Any) -> None:
    assert (await google.http.get("/v1beta/models")).status_code == 403
    assert "API key not valid" in (await google.http.get("/v1beta/models?key=AIza-no")).text
    google.world.add_api_key("AIza-sim-1", state="leaked")
    assert "reported as leaked" in (await google.ask()).text


async def test_code_assist_wraps_and_counts_per_account_and_model(google: Any) -> None:
    google.world.add_account("alice@example.com", project="alice-project", rpm=None, rpd=2)
    first = (await google.assist("generateContent", envelope())).json()
    assert first["response"]["candidates"] and first["traceId"]
    google.hand.at += 3600
    await google.assist("generateContent", envelope())
    over = await google.assist("generateContent", envelope())
    assert over.status_code == 429 and "QUOTA_EXHAUSTED" in over.text and "reset after 23h0m0s." in over.text
    assert (await google.assist("generateContent", envelope("gemini-2.5-flash"))).status_code == 200
    buckets = (await google.assist("retrieveUserQuota", {"project": "alice-project"})).json()["buckets"]
    left = {one["modelId"]: one["remainingFraction"] for one in buckets}
    assert (left["gemini-2.5-pro"], left["gemini-2.5-flash"], left["gemini-2.5-flash-lite"]) == (0, 0.5, 1)
    google.hand.at += 23 * 3600
    assert (await google.assist("generateContent", envelope())).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (envelope("models/gemini-2.5-pro"), 404, "Requested entity was not found."),
        (envelope(project="123456"), 400, "Request contains an invalid argument."),
        (envelope(project="other"), 403, "//cloudaicompanion.googleapis.com/projects/other/locations/global"),
        (envelope(stream=True), 400, 'Unknown name "stream": Cannot find field.'),
        (envelope(request={"contents": HI, "foo": 1}), 400, "Unknown name \"foo\" at 'request'"),
        (envelope(request={"contents": [{"parts": [{"text": "a"}]}]}), 400, "Please use a valid role"),
    ],
)
async def test_code_assist_refuses(google: Any, body: Any, status: int, text: str) -> None:
    answer = await google.assist("generateContent", body)
    assert answer.status_code == status and text in answer.json()["error"]["message"]


async def test_an_expired_access_token_is_401(google: Any) -> None:
    token = google.world.issue_token("alice@example.com")
    google.world.expire_access_tokens()
    headers = {"authorization": f"Bearer {token}"}
    answer = await google.http.post("/v1internal:loadCodeAssist", json={}, headers=headers)
    assert answer.status_code == 401 and "ACCESS_TOKEN_EXPIRED" in answer.text


async def test_a_free_account_is_onboarded_without_a_project(google: Any) -> None:
    google.world.add_account("dora@example.com", tier="free-tier", project="gen-dora")
    tiers = (await google.assist("loadCodeAssist", {}, "dora@example.com")).json()
    assert "currentTier" not in tiers and tiers["allowedTiers"][0]["id"] == "free-tier"
    wrong = {"tierId": "free-tier", "cloudaicompanionProject": "mine"}
    refused = (await google.assist("onboardUser", wrong, "dora@example.com")).json()["error"]
    assert (refused["status"], refused["message"]) == ("FAILED_PRECONDITION", "Precondition check failed.")
    begun = (await google.assist("onboardUser", {"tierId": "free-tier"}, "dora@example.com")).json()
    assert begun["done"] is False
    google.hand.at += 5
    headers = {"authorization": f"Bearer {google.world.issue_token('dora@example.com')}"}
    done = (await google.http.get(f"/v1internal/{begun['name']}", headers=headers)).json()
    assert done["done"] and done["response"]["cloudaicompanionProject"]["id"] == "gen-dora"
    loaded = (await google.assist("loadCodeAssist", {}, "dora@example.com")).json()
    assert loaded["cloudaicompanionProject"] == "gen-dora"


async def test_an_unsupported_client_is_told_so_and_gets_no_project(google: Any) -> None:
    google.world.add_account("frank@example.com", tier="UNSUPPORTED_CLIENT", project="f")
    loaded = (await google.assist("loadCodeAssist", {}, "frank@example.com")).json()
    assert loaded["ineligibleTiers"][0]["reasonCode"] == "UNSUPPORTED_CLIENT" and "currentTier" not in loaded
    await google.assist("onboardUser", {"tierId": "standard-tier"}, "frank@example.com")
    google.hand.at += 5
    done = (await google.assist("onboardUser", {"tierId": "standard-tier"}, "frank@example.com")).json()
    assert done["done"] and "cloudaicompanionProject" not in done["response"]
    assert (await google.assist("generateContent", envelope(project="f"), "frank@example.com")).status_code == 403


async def test_vertex_takes_express_keys_and_tokens_of_the_project(google: Any) -> None:
    body, name = {"contents": HI}, "publishers/google/models/gemini-3.6-flash:generateContent"
    express = await google.http.post(f"/v1/{name}", json=body, headers={"x-goog-api-key": "AIza-sim-1"})
    assert express.status_code == 200
    bearer = {"authorization": f"Bearer {google.world.issue_token('alice@example.com')}"}
    seen = [
        (
            await google.http.post(f"/v1/projects/{project}/locations/global/{name}", json=body, headers=bearer)
        ).status_code
        for project in ("alice-project", "other")
    ]
    assert seen == [200, 403]


def parts(answer: Any) -> list[Any]:
    return list(answer.json()["candidates"][0]["content"]["parts"])


async def test_the_prompt_decides_on_tools(google: Any) -> None:
    (call,) = parts(await google.ask("What is the weather in Oslo?", tools=TOOLS))
    assert (
        call["functionCall"] == {"name": "get_weather", "args": {"city": "Oslo", "days": 1}}
        and call["thoughtSignature"]
    )
    (read,) = parts(await google.ask("Please read notes/plan.md", tools=TOOLS))
    assert read["functionCall"]["name"] == "read_file"
    assert "text" in parts(await google.ask("Just talk", tools=TOOLS))[0]
    none = {"functionCallingConfig": {"mode": "NONE"}}
    assert "text" in parts(await google.ask("weather", tools=TOOLS, toolConfig=none))[0]
    two = parts(await google.ask("the weather, in parallel", tools=TOOLS))
    assert ["thoughtSignature" in one for one in two] == [True, False]


async def test_a_function_response_is_followed_by_text(google: Any) -> None:
    call = {"role": "model", "parts": [{"functionCall": {"name": "get_weather", "args": {}}}]}
    reply = {"role": "user", "parts": [{"functionResponse": {"name": "get_weather", "response": {"sky": "grey"}}}]}
    asked = {"role": "user", "parts": [{"text": "weather?"}]}
    (part,) = parts(await google.post({"contents": [asked, call, reply], "tools": TOOLS}))
    assert "grey" in part["text"]


async def test_usage_adds_up_and_thinking_shares_the_limit(google: Any) -> None:
    usage = (await google.ask("hello")).json()["usageMetadata"]
    assert usage["totalTokenCount"] == sum(usage[f"{one}TokenCount"] for one in ("prompt", "candidates", "thoughts"))
    tiny = (await google.ask("hello", generationConfig={"maxOutputTokens": 10})).json()
    assert tiny["candidates"][0] == {"content": {"role": "model"}, "index": 0, "finishReason": "MAX_TOKENS"}
    config = {"maxOutputTokens": 10, "thinkingConfig": {"thinkingBudget": 0}}
    short = (await google.ask("hello", generationConfig=config)).json()
    assert short["usageMetadata"]["candidatesTokenCount"] == 10 and "thoughtsTokenCount" not in short["usageMetadata"]


async def test_answers_are_the_same_for_the_same_seed_and_in_the_prompts_language(google: Any) -> None:
    one, two = parts(await google.ask("how?")), parts(await google.ask("how?"))
    assert one == two
    assert any("一" <= char <= "鿿" for char in parts(await google.ask("怎么做？"))[0]["text"])


async def test_the_list_of_models_has_pages_as_at_google(google: Any) -> None:
    google.world.add_api_key("AIza-sim-1", project="p")
    key = {"x-goog-api-key": "AIza-sim-1"}
    whole = (await google.http.get("/v1beta/models?pageSize=5000", headers=key)).json()
    assert "nextPageToken" not in whole and whole["models"][-1]["name"] == "models/gemini-embedding-001"
    names, token = [], ""
    while token is not None:
        page = (await google.http.get(f"/v1beta/models?pageSize=7&pageToken={token}", headers=key)).json()
        names += [model["name"] for model in page["models"]]
        token = page.get("nextPageToken")
    assert names == [model["name"] for model in whole["models"]]
    one = (await google.http.get("/v1beta/models/gemini-embedding-001", headers=key)).json()
    assert one == whole["models"][-1] and "generateContent" not in one["supportedGenerationMethods"]
    for wrong in ("pageToken=x", "pageToken=9999", "pageSize=x"):
        assert (await google.http.get(f"/v1beta/models?{wrong}", headers=key)).status_code == 400


async def test_background_calls_are_hit_only_by_faults_that_name_them(google: Any) -> None:
    google.world.add_api_key("AIza-sim-1", project="p")
    key = {"x-goog-api-key": "AIza-sim-1"}
    google.world.faults.push("internal")
    assert (await google.http.get("/v1beta/models", headers=key)).status_code == 200
    google.world.faults.push("overloaded", method="models.list")
    assert (await google.http.get("/v1beta/models", headers=key)).status_code == 503
