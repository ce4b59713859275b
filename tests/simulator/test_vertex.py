"""Vertex AI's door: assertions are checked to the letter, and a wrong place is refused in Google's words."""

from typing import Any

import pytest
from google.auth import crypt, jwt

from gcli2api_tui.simulator import service_accounts

ROBOT = "robot@p1.iam.gserviceaccount.com"
HELLO = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
AT = "/v1/projects/p1/locations/global/publishers/google/models/gemini-3.6-flash"


@pytest.fixture(scope="module")
def keys() -> list[tuple[str, str]]:
    """Making keys is slow: two for all tests."""
    return [service_accounts._new_key() for _ in range(2)]


@pytest.fixture
def robot(google: Any, keys: Any) -> Any:
    return google.world.add_service_account(ROBOT, keys[0][1], project="p1", key_id="kid")


async def asserted(google: Any, key: str, kid: str = "kid", **claims: Any) -> Any:
    now = int(google.hand.at)
    good = {
        "iss": ROBOT,
        "aud": service_accounts.AUDIENCE,
        "scope": f"openid {service_accounts.SCOPE}",
        "iat": now,
        "exp": now + 3600,
    }
    token = jwt.encode(crypt.RSASigner.from_string(key, kid), {**good, **claims}).decode()
    return await google.http.post("/token", data={"grant_type": service_accounts.GRANT, "assertion": token})


async def test_a_good_assertion_is_worth_an_hour(google: Any, keys: Any, robot: Any) -> None:
    answer = await asserted(google, keys[0][0])
    assert answer.status_code == 200 and answer.json()["expires_in"] == 3599
    assert "refresh_token" not in answer.json()
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await google.http.post(f"{AT}:generateContent", json=HELLO, headers=bearer)).status_code == 200
    load = await google.http.post("/v1internal:loadCodeAssist", json={}, headers=bearer)
    assert load.status_code == 401, "a service account is nobody at Code Assist"


NOW = 1_795_000_000


@pytest.mark.parametrize(
    ("claims", "error", "words"),
    [
        ({"iss": "nobody@p1"}, "invalid_grant", "account not found"),
        ({"aud": "https://evil.example/token"}, "invalid_grant", "Failed audience check"),
        ({"iat": NOW - 7200, "exp": NOW - 3600}, "invalid_grant", "reasonable timeframe"),
        ({"iat": NOW + 4000, "exp": NOW + 7600}, "invalid_grant", "reasonable timeframe"),
        ({"exp": NOW + 7200}, "invalid_grant", "short-lived"),
        ({"exp": "soon"}, "invalid_grant", "short-lived"),
        ({"scope": "openid"}, "invalid_scope", "Invalid OAuth scope"),
    ],
)
async def test_a_bad_claim_is_refused(
    google: Any, keys: Any, robot: Any, claims: dict[str, Any], error: str, words: str
) -> None:
    answer = await asserted(google, keys[0][0], **claims)
    assert answer.status_code == 400 and answer.json()["error"] == error
    assert words in answer.json()["error_description"]


async def test_a_foreign_key_another_key_id_and_a_disabled_account_are_refused(
    google: Any, keys: Any, robot: Any
) -> None:
    assert (await asserted(google, keys[1][0])).json()["error_description"] == "Invalid JWT Signature."
    assert (await asserted(google, keys[0][0], kid="other")).json()["error_description"] == "Invalid JWT Signature."
    robot.enabled = False
    assert "account not found" in (await asserted(google, keys[0][0])).json()["error_description"]


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "W10.W10.W10", "e30.e30.!!"])
async def test_what_is_no_assertion_is_refused(google: Any, assertion: str) -> None:
    fields = {"grant_type": service_accounts.GRANT, "assertion": assertion}
    answer = await google.http.post("/token", data=fields)
    assert answer.status_code == 400 and answer.json()["error"] in ("invalid_request", "invalid_grant")


async def ask(google: Any, path: str, body: Any = HELLO, **headers: str) -> Any:
    token = google.world.issue_token(ROBOT)
    return await google.http.post(path, json=body, headers={"authorization": f"Bearer {token}", **headers})


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (AT.replace("p1", "p2"), 403, "Permission 'aiplatform.endpoints.predict' denied on resource"),
        (AT.replace("global", "mars-west1"), 404, "Publisher Model `projects/p1/locations/mars-west1"),
        (AT.replace("3.6-flash", "9-pro"), 404, "was not found or your project does not have access"),
        (AT.replace("global", "us-central1").replace("3.6-flash", "3.1-pro-preview"), 404, "Publisher Model"),
        (AT.replace("/v1/", "/v2/"), 404, ""),
        (AT.replace("/v1/", "/v1beta/"), 404, ""),
    ],
)
async def test_a_wrong_place_is_refused(google: Any, robot: Any, path: str, status: int, words: str) -> None:
    answer = await ask(google, f"{path}:generateContent")
    assert answer.status_code == status and words in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", [AT, AT.replace("/v1/", "/v1beta1/"), AT.replace("global", "eu")])
async def test_right_places_are_served(google: Any, robot: Any, path: str) -> None:
    assert (await ask(google, f"{path}:generateContent")).status_code == 200


async def test_who_pays_must_be_who_may(google: Any, robot: Any) -> None:
    answer = await ask(google, f"{AT}:generateContent", **{"x-goog-user-project": "theirs"})
    assert answer.json()["error"]["details"][1]["reason"] == "USER_PROJECT_DENIED"


async def test_keys_and_expired_tokens_are_refused_on_a_projects_path(google: Any, robot: Any) -> None:
    with_key = await google.http.post(f"{AT}:generateContent", json=HELLO, headers={"x-goog-api-key": "AIza-sim-1"})
    assert with_key.status_code == 401 and "API keys are not supported" in with_key.json()["error"]["message"]
    old = await google.http.post(f"{AT}:generateContent", json=HELLO, headers={"authorization": "Bearer ya29.old"})
    assert old.json()["error"]["details"][0]["metadata"] == {"service": "aiplatform.googleapis.com"}


async def test_a_dead_express_key_says_why(google: Any) -> None:
    google.world.add_api_key("AIza-old", state="expired")
    express = "/v1/publishers/google/models/gemini-3.6-flash:generateContent"
    answer = await google.http.post(express, json=HELLO, headers={"x-goog-api-key": "AIza-old"})
    assert answer.json()["error"]["message"].startswith("API key expired")


async def test_counting_takes_what_is_said_and_nothing_else(google: Any, robot: Any) -> None:
    answer = await ask(google, f"{AT}:countTokens", {**HELLO, "tools": [{"googleSearch": {}}]})
    assert answer.json()["totalTokens"] > 0
    refused = await ask(google, f"{AT}:countTokens", {**HELLO, "toolConfig": {}})
    assert 'Unknown name "toolConfig"' in refused.json()["error"]["message"]


EMBED = AT.replace("gemini-3.6-flash", "gemini-embedding-001:predict")


async def test_embeddings_are_predictions_of_one_text(google: Any, robot: Any) -> None:
    good = {"instances": [{"content": "hello"}], "parameters": {"outputDimensionality": 3}}
    (prediction,) = (await ask(google, EMBED, good)).json()["predictions"]
    assert len(prediction["embeddings"]["values"]) == 3 and prediction["embeddings"]["statistics"]["token_count"] == 2
    for bad in (
        {"instances": [{"content": "a"}, {"content": "b"}]},
        {"instances": [{"content": {"parts": []}}]},
        {"instances": [{"content": "a", "taskType": "X"}]},
        {"instances": ["a"]},
        {"instances": [{"content": "a"}], "parameters": {"dimensions": 3}},
        {"requests": []},
    ):
        assert (await ask(google, EMBED, bad)).status_code == 400, bad
    assert (await ask(google, f"{AT}:predict", good)).status_code == 404


async def test_a_lined_up_fault_reaches_vertex_too(google: Any, robot: Any) -> None:
    google.world.faults.push("service_disabled", credential=ROBOT, service="aiplatform.googleapis.com")
    answer = await ask(google, f"{AT}:generateContent")
    assert answer.json()["error"]["message"].startswith("Vertex AI API has not been used in project p1")


@pytest.mark.parametrize(("mime", "status"), [({"mimeType": "image/png"}, 200), ({"mimeType": ""}, 400), ({}, 400)])
async def test_a_file_by_address_needs_its_type(google: Any, mime: dict[str, str], status: int) -> None:
    part = {"fileData": {"fileUri": "gs://bucket/a.png", **mime}}
    body = {"contents": [{"role": "user", "parts": [part]}]}
    answer = await google.http.post(
        "/v1/publishers/google/models/gemini-3.6-flash:generateContent", json=body, params={"key": "AIza-sim-1"}
    )
    assert answer.status_code == status
    if status == 400:
        assert "empty mimeType parameter in fileData" in answer.json()["error"]["message"]
