"""Backends, tokens and the sign-in against the stand-in for Google, over real sockets."""

import os
from urllib.parse import parse_qs, urlsplit

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import ApiKey, Credential, Kind, OAuthTokens
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.simulator.app import default_world, serve
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET
from gcli2api_tui.upstream.client import open_client
from gcli2api_tui.upstream.code_assist import CodeAssist
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.oauth import SignIns
from gcli2api_tui.upstream.oauth_client import OAuthClient, endpoints
from gcli2api_tui.upstream.tokens import Tokens

REQUEST = {"contents": [{"role": "user", "parts": [{"text": "Say hi."}]}]}
REDIRECT = "http://127.0.0.1:7861/auth/callback"


class Side:
    """Our side of the wire."""

    def __init__(self, url, client):
        wire_id = lambda backend, model: model  # noqa: E731
        self.client, self.clock, self.projects, self.tiers = client, Clock(), [], []
        self.tokens = Tokens(client, url, self.clock, lambda who, new: None)
        self.gemini = GeminiApi(client, url, self.clock, wire_id)
        self.assist = CodeAssist(
            client,
            url,
            self.tokens,
            self.clock,
            wire_id,
            lambda who, project: self.projects.append(project),
            lambda who, tier: self.tiers.append(tier),
        )
        self.moment = 1000.0
        self.signins = SignIns(
            client,
            OAuthClient(CLIENT_ID, Secret(CLIENT_SECRET)),
            endpoints(url),
            Clock(now=lambda: self.moment),
            lambda: REDIRECT,
            loopback_only=True,
        )


@pytest.fixture
async def side():
    async with serve(world=default_world()) as google, open_client(loopback_only=True) as client:
        it = Side(google.url, client)
        it.world = google.world
        it.world.add_api_key("AIza-test-key", project="test", free=False)
        yield it


def key(text="AIza-test-key"):
    return Credential(CredentialId("k"), Kind.API_KEY, "key", ApiKey(Secret(text)))


def person(name, project=""):
    tokens = OAuthTokens(Secret(f"1//sim-{name}"), CLIENT_ID, Secret(CLIENT_SECRET))
    return Credential(CredentialId(name), Kind.OAUTH, name, tokens, project=project)


async def said(backend, credential):
    async with backend.stream(credential, "gemini-2.5-flash", REQUEST) as reads:
        events = [event async for read in reads for event in read]
    assert events[-1]["candidates"][0]["finishReason"] == "STOP" and events[-1]["usageMetadata"]
    parts = [part for event in events for part in event["candidates"][0]["content"].get("parts", ())]
    return "".join(part.get("text", "") for part in parts)


async def test_a_key_streams_and_answers_whole(side):
    assert await said(side.gemini, key())
    whole = await side.gemini.generate(key(), "gemini-2.5-flash", REQUEST)
    assert whole["candidates"][0]["finishReason"] == "STOP"
    assert "models" in await side.gemini.check(key())


async def test_a_wrong_key_needs_the_person(side):
    with pytest.raises(UpstreamFault) as caught:
        await said(side.gemini, key("AIza-unknown"))
    assert caught.value.kind is FaultKind.NEEDS_LOGIN


async def test_a_sign_in_refreshes_finds_its_project_and_answers(side):
    assert await said(side.assist, person("alice"))
    assert side.projects == ["sim-alice"]
    assert "sim-alice" in await side.assist.check(person("alice"))
    quotas = await side.assist.quota(person("alice"))
    assert quotas and all(0.0 <= quota.remaining <= 1.0 for quota in quotas)
    assert side.tiers == ["standard-tier"]


async def test_tokens_that_end_early_are_renewed(side):
    await said(side.assist, person("alice", "sim-alice"))
    side.world.expire_access_tokens()
    with pytest.raises(UpstreamFault) as caught:
        await said(side.assist, person("alice", "sim-alice"))
    assert caught.value.kind is FaultKind.AUTH
    await side.assist.renew(person("alice", "sim-alice"))
    assert await said(side.assist, person("alice", "sim-alice"))


@pytest.mark.parametrize(("name", "kind"), [("erin", FaultKind.NEEDS_LOGIN), ("frank", FaultKind.TIER)])
async def test_accounts_that_google_refuses(side, name, kind):
    with pytest.raises(UpstreamFault) as caught:
        await said(side.assist, person(name))
    assert caught.value.kind is kind


async def browser(side, url):
    """What the person's browser does: follows Google's page to the redirect's address."""
    answer = await side.client.get(url + "&login_hint=alice@example.com")
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def test_signing_in_with_the_whole_address_broken_over_lines(side):
    sign_in = side.signins.begin()
    asked = parse_qs(urlsplit(sign_in.url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["prompt"] == ["consent"]
    assert asked["access_type"] == ["offline"] and asked["redirect_uri"] == [REDIRECT]
    back = await browser(side, sign_in.url)
    signed = await side.signins.finish(f" {back[:40]}\n  {back[40:]}\n")
    assert signed.email.endswith("@example.com") and signed.tokens.refresh_token and signed.tokens.access_token
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ
    with pytest.raises(Problem, match="no sign-in"):
        await side.signins.finish(back)


async def test_signing_in_with_the_bare_code(side):
    sign_in = side.signins.begin()
    code = parse_qs(urlsplit(await browser(side, sign_in.url)).query)["code"][0]
    assert (await side.signins.finish(code)).tokens.client_id == CLIENT_ID


async def test_a_wrong_code_is_told_in_googles_words(side):
    side.signins.begin()
    with pytest.raises(Problem, match="Malformed auth code"):
        await side.signins.finish("wrong")


async def test_sign_ins_that_do_not_fit_are_refused(side):
    sign_in = side.signins.begin()
    with pytest.raises(Problem, match="no sign-in"):
        await side.signins.finish(f"{REDIRECT}?code=x&state=foreign")
    with pytest.raises(Problem, match="no code"):
        await side.signins.finish("https://example.com/nothing")
    with pytest.raises(Problem, match="access_denied"):
        await side.signins.finish(f"?error=access_denied&state={sign_in.state.reveal()}")
    side.signins.begin()
    side.moment += 301
    with pytest.raises(Problem, match="expired"):
        await side.signins.finish("4/late")


async def test_without_a_clients_secret_the_way_out_is_named(side):
    client = OAuthClient(CLIENT_ID, Secret(""))
    bare = SignIns(side.client, client, endpoints(), side.clock, lambda: REDIRECT)
    with pytest.raises(Problem) as caught:
        bare.begin()
    assert "oauth_client_secret" in caught.value.way_out


async def test_no_secret_is_in_what_can_be_printed(side):
    sign_in = side.signins.begin()
    assert sign_in.verifier.reveal() not in repr(sign_in)
    assert CLIENT_SECRET not in repr(side.signins.__dict__)


KINDS = {
    "capacity_429": "capacity", "capacity_503": "capacity", "overloaded": "capacity", "unavailable": "capacity",
    "deadline": "timeout", "internal": "server", "exhausted": "rate", "rate_limit": "rate", "per_minute": "rate",
    "vertex_exhausted": "rate", "quota_exhausted": "daily", "individual_quota": "daily", "per_day": "daily",
    "no_credits": "daily", "limit_zero": "model", "not_found": "model", "invalid_argument": "client",
    "too_long": "client", "bad_signature": "client", "location": "forbidden", "precondition": "forbidden",
    "permission_denied": "forbidden", "security_policy": "forbidden", "suspended": "terms",
    "key_expired": "needs-login", "key_invalid": "needs-login", "key_leaked": "needs-login", "terms": "terms",
    "terms_older": "terms", "validation": "validation", "service_disabled": "project", "wrong_project": "project",
    "no_licence": "project", "unauthenticated": "auth", "cut": "protocol", "hang_up": "protocol",
    "error_frame": "", "cancelled": "server", "unregistered": "needs-login",
}  # fmt: skip


@pytest.mark.parametrize(("menu", "kind"), KINDS.items())
async def test_every_fault_on_the_menu_has_its_kind(side, menu, kind):
    side.world.faults.push(menu)
    with pytest.raises(UpstreamFault) as caught:
        await said(side.gemini, key())
    assert not kind or caught.value.kind is FaultKind(kind)
    assert await said(side.gemini, key()), "the connection pool survives it"


@pytest.mark.parametrize("shape", ["gzip", "huge_event", "split_character", "coalesced"])
async def test_odd_but_good_streams_are_read(side, shape):
    side.world.faults.push(shape)
    assert await said(side.gemini, key())


async def test_both_backends_count_and_use_no_quota(side):
    long = {**REQUEST, "systemInstruction": {"parts": [{"text": "Be brief. " * 50}]}}
    for backend, credential in ((side.gemini, key()), (side.assist, person("alice"))):
        short_count = (await backend.count_tokens(credential, "gemini-2.5-flash", REQUEST))["totalTokens"]
        long_count = (await backend.count_tokens(credential, "gemini-2.5-flash", long))["totalTokens"]
        assert 0 < short_count < long_count
    quotas = await side.assist.quota(person("alice"))
    assert all(quota.remaining == 1.0 for quota in quotas)


async def test_thoughts_are_not_sent_to_be_counted(side):
    thought = {"role": "model", "parts": [{"text": "hm", "thought": True}]}
    body = {"contents": [*REQUEST["contents"], thought]}
    assert await side.assist.count_tokens(person("alice"), "gemini-2.5-flash", body)
    sent = side.world.journal.calls(rpc="countTokens")[-1].body["request"]
    assert sent == {"model": "models/gemini-2.5-flash", "contents": REQUEST["contents"]}


async def test_what_cannot_be_counted_is_googles_to_refuse(side):
    for parts in (5, "hi"):
        with pytest.raises(UpstreamFault) as caught:
            body = {**REQUEST, "systemInstruction": {"parts": parts}}
            await side.assist.count_tokens(person("alice"), "gemini-2.5-flash", body)
        assert caught.value.kind is FaultKind.CLIENT
