"""One refresh for all, and no token lost."""

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest
from holding import Holding

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.access_tokens import TokenEndpoint, Tokens


@pytest.fixture
def owner():
    return Holding()


@pytest.fixture
def tokens(google, owner):
    endpoint = TokenEndpoint(google.client, "http://127.0.0.1:1", google.clock)
    return Tokens(endpoint, google.clock, owner)


def fresh(name, **more):
    return 200, {"access_token": name, "expires_in": 3600, **more}


async def test_twenty_at_once_cost_one_refresh(google, tokens, owner, oauth):
    google.on("/token", fresh("new"))
    got = await asyncio.gather(*(tokens.access_token(oauth()) for _ in range(20)))
    assert {token.reveal() for token in got} == {"new"} and len(google.asked) == 1 and len(owner.kept) == 1
    assert b"grant_type=refresh_token" in google.asked[0].content


async def test_a_waiter_that_leaves_does_not_stop_the_others(google, tokens, oauth):
    gate = asyncio.Event()

    async def slow(request):
        await gate.wait()
        return fresh("new")

    google.on("/token", slow)
    loop = asyncio.get_running_loop()
    first, second = (loop.create_task(tokens.access_token(oauth())) for _ in range(2))
    await asyncio.sleep(0.0)
    await asyncio.sleep(0.0)
    first.cancel()
    await asyncio.sleep(0.0)
    gate.set()
    assert (await second).reveal() == "new" and first.cancelled() and len(google.asked) == 1


async def test_a_token_with_life_left_is_used_and_one_near_its_end_is_not(google, tokens, oauth):
    google.on("/token", fresh("new"))
    assert (await tokens.access_token(oauth(expires_at=1301.0))).reveal() == "old"
    google.now = 1002.0
    assert (await tokens.access_token(oauth(expires_at=1301.0))).reveal() == "new"


async def test_after_any_number_of_rotations_an_old_snapshot_still_gets_the_newest(google, tokens, owner, oauth):
    """A lease may bring tokens that are ten renewals old; what it brings is never asked with."""
    rotations = [fresh(f"at-{n}", refresh_token=f"1//rt-{n}") for n in range(10)]
    google.on("/token", *rotations)
    owner.put(oauth())
    for n in range(10):
        google.now += 4000
        assert (await tokens.access_token(oauth())).reveal() == f"at-{n}"
    asked = [parse_qs(one.content.decode())["refresh_token"][0] for one in google.asked]
    assert asked == ["1//refresh", *(f"1//rt-{n}" for n in range(9))]
    assert owner.current("c1").credential.secret.refresh_token == Secret("1//rt-9")


async def test_a_new_sign_in_counts_more_than_what_is_held(google, tokens, owner, oauth):
    google.on("/token", fresh("one"))
    await tokens.access_token(oauth())
    owner.put(oauth(refresh_token=Secret("1//other"), access_token=Secret("theirs"), expires_at=99999.0))
    assert (await tokens.access_token(oauth())).reveal() == "theirs"


@pytest.mark.parametrize("ends", [fresh("late"), (400, {"error": "invalid_grant"})], ids=["granted", "refused"])
async def test_a_refresh_that_ends_after_a_new_sign_in_loses(google, tokens, owner, oauth, ends):
    """Also its refusal is about a sign-in that is no more."""
    asked, gate = asyncio.Event(), asyncio.Event()

    async def slow(request):
        asked.set()
        await gate.wait()
        return ends

    google.on("/token", slow)
    owner.put(oauth())
    refreshing = asyncio.get_running_loop().create_task(tokens.access_token(oauth()))
    await asked.wait()
    owner.put(oauth(refresh_token=Secret("1//anew"), access_token=Secret("anew"), expires_at=99999.0))
    gate.set()
    assert (await refreshing).reveal() == "anew"
    assert owner.current("c1").credential.secret.refresh_token == Secret("1//anew")
    assert owner.kept == []


async def test_a_dead_sign_in_needs_the_person_and_is_not_retried(google, tokens, oauth):
    google.on("/token", (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}))
    with pytest.raises(UpstreamFault) as caught:
        await tokens.access_token(oauth())
    assert caught.value.kind is FaultKind.NEEDS_LOGIN and len(google.asked) == 1
    assert "refresh" not in repr(caught.value).replace("refresh token", "")


@pytest.mark.parametrize("trouble", [(500, b"x"), (403, {"error": "rate_limit_exceeded"}), httpx.ConnectError("no")])
async def test_passing_trouble_is_retried_once(google, tokens, oauth, trouble):
    google.on("/token", trouble, fresh("new"))
    assert (await tokens.access_token(oauth())).reveal() == "new" and google.slept == [0.5]


async def test_an_early_refresh_that_fails_keeps_the_token_that_still_lives(google, tokens, oauth):
    google.on("/token", (500, b"x"))
    assert (await tokens.access_token(oauth(expires_at=1100.0))).reveal() == "old"


async def test_a_slow_refresh_is_not_waited_for_while_the_old_token_serves(google, tokens, oauth, monkeypatch):
    gate = asyncio.Event()

    async def slow(request):
        await gate.wait()
        return fresh("new")

    google.on("/token", slow)
    monkeypatch.setattr("gcli2api_tui.upstream.access_tokens.PATIENCE_S", 0.01)
    living = oauth(expires_at=1100.0)
    assert {(await tokens.access_token(living)).reveal() for _ in range(3)} == {"old"}
    gate.set()
    assert (await tokens.access_token(oauth(expires_at=0.0))).reveal() == "new" and len(google.asked) == 1


async def test_renewing_a_token_that_is_stale_no_more_asks_nobody(google, tokens, oauth):
    google.on("/token", fresh("new"))
    living = oauth(expires_at=9999.0)
    assert (await tokens.renew(living, Secret("old").fingerprint())).reveal() == "new"
    assert (await tokens.renew(living, Secret("old").fingerprint())).reveal() == "new" and len(google.asked) == 1
