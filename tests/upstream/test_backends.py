"""What the two backends send, and what they make of the answers."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from holding import Holding

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.upstream.access_tokens import TokenEndpoint, Tokens
from gcli2api_tui.upstream.code_assist import CodeAssist
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http_client import open_client

BASE = "http://127.0.0.1:1"
EVENT = {"candidates": [{"content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP"}]}
REQUEST = {"contents": [{"role": "user", "parts": [{"text": "hi \ud800"}]}]}
ON = "/v1internal:"


@pytest.fixture
def gemini(google):
    return GeminiApi(google.client, BASE + "/", google.clock, lambda backend, model: f"{model}-wire")


@pytest.fixture
def assist(google):
    return assisting(google)


def assisting(google, fallback=""):
    google.projects, google.tiers = [], []
    google.on("/token", (200, {"access_token": "fresh", "expires_in": 3600}))
    tokens = Tokens(TokenEndpoint(google.client, BASE, google.clock), google.clock, Holding())
    wire = lambda backend, model: "wire"  # noqa: E731
    report = lambda who, project: google.projects.append((who, project))  # noqa: E731
    tiers = lambda who, tier: google.tiers.append(tier)  # noqa: E731
    return CodeAssist(google.client, BASE, tokens, google.clock, wire, report, tiers, fallback)


async def collect(backend, credential):
    async with backend.stream(credential, "m", REQUEST) as reads:
        return [event async for read in reads for event in read]


def refused(kind):
    return pytest.raises(UpstreamFault, check=lambda fault: fault.kind is FaultKind(kind))


async def test_a_key_streams_with_the_key_in_a_header_only(google, gemini, key):
    google.on("/v1beta/models/m-wire:streamGenerateContent", (200, f"data: {json.dumps(EVENT)}\r\n\r\n".encode()))
    assert await collect(gemini, key) == [EVENT]
    sent = google.asked[0]
    assert sent.headers["x-goog-api-key"] == "AIzaTest" and "AIza" not in str(sent.url)
    assert "authorization" not in sent.headers, "Google refuses a key of the new form that comes in both"
    assert str(sent.url).endswith("?alt=sse") and json.loads(sent.content) == REQUEST


async def test_a_whole_answer_and_a_refusal(google, gemini, key):
    google.on(
        "/v1beta/models/m-wire:generateContent",
        (200, EVENT),
        (404, [{"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}]),
    )
    assert await gemini.generate(key, "m", REQUEST) == EVENT
    with refused("model"):
        await gemini.generate(key, "m", REQUEST)
    google.on("/v1beta/models/m-wire:streamGenerateContent", (503, {"error": {"message": "busy"}}))
    with refused("capacity"):
        await collect(gemini, key)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("x"), "network"),
        (httpx.ReadTimeout("x"), "timeout"),
        (httpx.RemoteProtocolError("x"), "protocol"),
    ],
)
async def test_no_foreign_exception_passes(google, gemini, key, error, kind):
    google.on("/v1beta/models/m-wire:streamGenerateContent", error)
    with refused(kind):
        await collect(gemini, key)


async def test_checking_a_key_lists_models_over_pages(google, gemini, key):
    full = {
        "name": "models/a",
        "inputTokenLimit": 9,
        "outputTokenLimit": 3,
        "supportedGenerationMethods": ["generateContent"],
    }
    page = {"models": [{**full, "thinking": True}, 7], "nextPageToken": "t/1"}
    google.on("/v1beta/models", (200, page), (200, {"models": [{"name": "models/b"}]}))
    assert await gemini.offered(key) == [
        DiscoveredModel("a", 9, 3, ("generateContent",), thinks=True),
        DiscoveredModel("b"),
    ]
    assert google.asked[1].url.params["pageToken"] == "t/1"
    with refused("needs-login"):
        await gemini.renew(key)


async def test_a_list_whose_pages_repeat_ends(google, gemini, key):
    page = {"models": [{"name": "models/a"}], "nextPageToken": "again"}
    google.on("/v1beta/models", (200, page), (200, page))
    assert await gemini.offered(key) == [DiscoveredModel("a"), DiscoveredModel("a")]
    google.on("/v1beta/models", (200, {"models": "none"}))
    assert await gemini.offered(key) == []


async def test_code_assist_wraps_and_unwraps(google, assist, oauth):
    google.on(f"{ON}streamGenerateContent", (200, f"data: {json.dumps({'response': EVENT})}\r\n\r\n".encode()))
    google.on(f"{ON}generateContent", (200, {"response": EVENT, "traceId": "t"}))
    assert await collect(assist, oauth("proj")) == [EVENT]
    assert await assist.generate(oauth("proj"), "m", REQUEST) == EVENT
    body = google.bodies(f"{ON}streamGenerateContent")[0]
    assert (body["model"], body["project"], body["request"]) == ("wire", "proj", REQUEST)
    assert google.asked[-1].headers["authorization"] == "Bearer fresh"


async def test_the_project_is_found_once_and_reported(google, assist, oauth):
    google.on(f"{ON}loadCodeAssist", (200, {"currentTier": {"id": "standard-tier"}, "cloudaicompanionProject": "p1"}))
    google.on(f"{ON}generateContent", (200, {"response": EVENT}))
    await asyncio.gather(*(assist.generate(oauth(), "m", REQUEST) for _ in range(5)))
    assert len(google.bodies(f"{ON}loadCodeAssist")) == 1 and google.projects == [("c1", "p1")]
    assert google.bodies(f"{ON}generateContent")[4]["project"] == "p1"


async def test_a_first_use_is_onboarded_and_the_free_tier_names_no_project(google, assist, oauth):
    done = {"name": "operations/1", "done": True, "response": {"cloudaicompanionProject": {"id": "gen-1"}}}
    google.on(f"{ON}loadCodeAssist", (200, {"allowedTiers": [{"id": "free-tier", "isDefault": True}]}))
    google.on(f"{ON}onboardUser", (200, {"name": "operations/1", "done": False}))
    google.on("/v1internal/operations/1", (200, {"name": "operations/1"}), (200, done))
    google.on(f"{ON}generateContent", (200, {"response": EVENT}))
    await assist.generate(oauth(), "m", REQUEST)
    assert google.projects == [("c1", "gen-1")] and google.slept == [5.0, 5.0]
    assert "cloudaicompanionProject" not in google.bodies(f"{ON}onboardUser")[0]


LOADED = {"currentTier": {"id": "standard-tier"}}


async def test_an_account_without_a_project_works_in_the_one_that_was_set(google, oauth):
    google.on(f"{ON}loadCodeAssist", (200, LOADED))
    google.on(f"{ON}generateContent", (200, {"response": EVENT}))
    assist = assisting(google, "mine")
    await asyncio.gather(*(assist.generate(oauth(), "m", REQUEST) for _ in range(3)))
    assert {body["project"] for body in google.bodies(f"{ON}generateContent")} == {"mine"}
    assert len(google.bodies(f"{ON}loadCodeAssist")) == 1
    assert google.projects == [], "a setting is not written into a credential"
    assert "project mine" in await assist.check(oauth())


async def test_googles_own_project_comes_before_the_one_that_was_set(google, oauth):
    google.on(f"{ON}loadCodeAssist", (200, {**LOADED, "cloudaicompanionProject": "theirs"}))
    google.on(f"{ON}generateContent", (200, {"response": EVENT}))
    await assisting(google, "mine").generate(oauth(), "m", REQUEST)
    assert google.bodies(f"{ON}generateContent")[0]["project"] == "theirs" and google.projects == [("c1", "theirs")]


@pytest.mark.parametrize(("fallback", "words"), [("", "GOOGLE_CLOUD_PROJECT"), ("123456", "number")])
async def test_no_project_at_all_or_its_number_is_said(google, oauth, fallback, words):
    google.on(f"{ON}loadCodeAssist", (200, LOADED))
    with refused("project") as caught:
        await assisting(google, fallback).generate(oauth(), "m", REQUEST)
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    ("tier", "sent"),
    [("standard-tier", {"cloudaicompanionProject": "mine"}), ("legacy-tier", {"cloudaicompanionProject": "mine"}),
     ("free-tier", {})],
)  # fmt: skip
async def test_onboarding_names_the_project_except_to_the_free_tier(google, oauth, tier, sent):
    google.on(f"{ON}loadCodeAssist", (200, {"allowedTiers": [{"id": tier, "isDefault": True}]}))
    google.on(f"{ON}onboardUser", (200, {"done": True, "response": {}}))
    google.on(f"{ON}generateContent", (200, {"response": EVENT}))
    await assisting(google, "mine").generate(oauth(), "m", REQUEST)
    (body,) = google.bodies(f"{ON}onboardUser")
    duet = body["metadata"].pop("duetProject", None)
    assert {name: body[name] for name in body.keys() - {"metadata", "tierId"}} == sent
    assert (duet == "mine") is bool(sent)
    assert google.bodies(f"{ON}generateContent")[0]["project"] == "mine"


@pytest.mark.parametrize(
    ("reason", "kind", "link"),
    [("UNSUPPORTED_CLIENT", "tier", ""), ("VALIDATION_REQUIRED", "validation", "https://accounts.google.com/v")],
)
async def test_an_account_that_is_not_served_is_told_why(google, assist, oauth, reason, kind, link):
    tier = {"reasonCode": reason, "reasonMessage": "Because.", "validationUrl": link}
    allowed = [{"id": "standard-tier", "isDefault": True}]
    google.on(f"{ON}loadCodeAssist", (200, {"allowedTiers": allowed, "ineligibleTiers": [tier]}))
    for question in (assist.generate(oauth(), "m", REQUEST), assist.check(oauth())):
        with refused(kind) as caught:
            await question
        assert caught.value.link == link and "Because." in caught.value.message
    assert google.bodies(f"{ON}onboardUser") == []


async def test_many_refused_at_once_cost_one_refresh(google, assist, oauth):
    google.on(f"{ON}generateContent", (401, {"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}}))
    living = oauth("p", expires_at=99999.0)
    for _ in range(3):
        with refused("auth"):
            await assist.generate(living, "m", REQUEST)
        if not [r for r in google.asked if r.url.path == "/token"]:
            await asyncio.gather(*(assist.renew(living) for _ in range(3)))
            await assist.renew(living)
    assert len([r for r in google.asked if r.url.path == "/token"]) == 1


async def test_googles_quota_figures(google, assist, oauth):
    buckets = [
        {"modelId": "m", "remainingFraction": 0.94, "remainingAmount": "940", "resetTime": "1970-01-01T00:01:00Z"},
        {"modelId": "n", "remainingFraction": 0.5},
        {"modelId": "without share"},
    ]
    google.on(f"{ON}retrieveUserQuota", (200, {"buckets": buckets}))
    first, second = await assist.quota(replace(oauth("p"), tier="standard-tier"))
    assert (first.model, first.remaining, first.limit, first.resets_at) == ("m", 0.94, 1000, 60.0)
    assert (second.limit, second.resets_at) == (None, None)


async def test_with_the_figures_comes_the_tier_and_only_once(google, assist, oauth):
    google.on(f"{ON}retrieveUserQuota", *[(200, {"buckets": []})] * 4)
    loaded = {"currentTier": {"id": "standard-tier"}, "paidTier": {"id": "g1-ultra-tier"}}
    google.on(f"{ON}loadCodeAssist", (500, {}), (200, loaded))
    for _ in range(3):
        await assist.quota(oauth("p"))
    assert google.tiers == ["g1-ultra-tier"]
    await assist.quota(replace(oauth("q"), tier="standard-tier"))
    assert len([one for one in google.asked if "loadCodeAssist" in one.url.path]) == 2


async def test_the_demo_cannot_reach_another_machine():
    async with open_client(loopback_only=True) as client:
        for url in ("https://example.com/", "http://192.0.2.1/", "http://127.0.0.1.example.com/"):
            with refused("network"):
                await client.by_httpx.send("GET", url, {})


async def test_we_say_who_we_are_and_follow_no_redirect():
    heads = []

    async def moved(reader, writer):
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(moved, "127.0.0.1", 0) as server, open_client() as client:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"
        for way in (client.usual, client.by_httpx):
            answer = await way.send("GET", url, {})
            assert answer.status == 302
            await answer.aclose()
    assert len(heads) == 2 and all("user-agent: gcli2api-tui/" in head for head in heads)


async def test_a_key_counts_under_the_wires_name(google, gemini, key):
    google.on("/v1beta/models/m-wire:countTokens", (200, {"totalTokens": 3}), (200, {"totalTokens": 9}))
    assert await gemini.count_tokens(key, "m", REQUEST) == {"totalTokens": 3}
    assert json.loads(google.asked[0].content) == REQUEST
    with_tools = {**REQUEST, "tools": [{"googleSearch": {}}]}
    assert await gemini.count_tokens(key, "m", with_tools) == {"totalTokens": 9}
    assert json.loads(google.asked[1].content) == {"generateContentRequest": {"model": "models/m-wire", **with_tools}}


@pytest.mark.parametrize(
    ("code", "kind"), [(7, "project"), (9, "project"), (13, "server"), (14, "server"), ([], "server")]
)
async def test_a_set_up_that_fails_blames_the_account_only_for_what_is_its_own(google, assist, oauth, code, kind):
    google.on(f"{ON}loadCodeAssist", (200, {"allowedTiers": True, "ineligibleTiers": 3}))
    google.on(f"{ON}onboardUser", (200, {"error": {"code": code, "message": "no"}}))
    with refused(kind):
        await assist.generate(oauth(), "m", REQUEST)
